"""Commands about people who sign in; the way back in when no administrator can."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from api.application.opening import open_store
from api.cli.options import ACTOR, Data, out, settings
from api.platform.labels import ROLE_NAME
from consent_db.accounts.links import LIFE
from consent_db.accounts.records import Purpose, UserRecord
from consent_db.errors import NotFound
from consent_db.transaction import Transaction
from gatekeeper.types import Role

app = typer.Typer(no_args_is_help=True)


@app.command("add")
def add(
    email: str,
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.STAFF,
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="At least 12 characters.")
    ] = "",
    data: Data = None,
) -> None:
    """Create an account; asks for the password."""
    with _writing(data) as tx:
        tx.users.add(email, password, role)
    out.print(f"They may sign in now, as {role.value.replace('_', ' ')}.")


@app.command("list")
def list_users(data: Data = None) -> None:
    """Show who may sign in."""
    table = Table("email", "role", "second factor", "may sign in")
    with _writing(data) as tx:
        factors = tx.second_factors.users()
        for user in tx.users.all():
            factor, able = user.id in factors, user.disabled_at is None
            table.add_row(user.email, ROLE_NAME[user.role], "yes" if factor else "no", "yes" if able else "no")
    out.print(table)


@app.command("link")
def make_link(email: str, data: Data = None) -> None:
    """Print a one-time link to choose a new password, for a forgotten one."""
    with _writing(data) as tx:
        token = tx.links.make(Purpose.PASSWORD, _user(tx, email).id)
    hours = LIFE[Purpose.PASSWORD].total_seconds() // 3600
    out.print(f"Good once, within {hours:.0f} hours. Give it to that person only:")
    out.print(f"{settings(data, founding=True).base_url}/choose-password/{token}", highlight=False, soft_wrap=True)


@app.command("reset-factor")
def reset_factor(email: str, data: Data = None) -> None:
    """Reset the second factor of an account, for a lost phone; ends all its sessions."""
    with _writing(data) as tx:
        user = _user(tx, email)
        tx.second_factors.remove(user.id)
        tx.sessions.end_all(user.id)
    out.print("Their second factor is forgotten. If their role needs one, they set it up when they sign in.")


def _user(tx: Transaction, email: str) -> UserRecord:
    user = tx.users.find(email)
    if user is None:
        raise NotFound("No account has this address; see `gatekeeper user list`.")
    return user


@contextmanager
def _writing(data: Data) -> Iterator[Transaction]:
    now = datetime.now(UTC)
    with open_store(settings(data, founding=True)) as store, store.transaction(ACTOR, now) as tx:
        yield tx
