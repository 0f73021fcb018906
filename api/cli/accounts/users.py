"""Commands about people who sign in; the way back in when no administrator can."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.table import Table

from api.application import user_list
from api.application.evaluation.cleaning import write_new
from api.application.opening import open_store
from api.application.user_list import NewAccount, Proposed
from api.cli.options import ACTOR, Data, out, settings
from api.platform.csv_text import as_csv
from api.platform.labels import ROLE_NAME
from api.platform.settings import Settings
from consent_db.accounts.links import LIFE
from consent_db.accounts.passwords import unknown_to_all
from consent_db.accounts.records import Purpose, UserRecord
from consent_db.errors import NotFound
from consent_db.transaction import Transaction
from gatekeeper.types import Role

app = typer.Typer(no_args_is_help=True)

INCOMPLETE: Final = 1
"""The exit code when a row of a list could not be used."""


@app.command("add")
def add(
    email: str,
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.STAFF,
    name: Annotated[str, typer.Option(help="As colleagues know them.")] = "",
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="At least 12 characters.")
    ] = "",
    data: Data = None,
) -> None:
    """Create an account; asks for the password."""
    with _writing(data) as tx:
        tx.users.add(email, password, role, name)
    out.print(f"They may sign in now, as {role.value.replace('_', ' ')}.")


@app.command("list")
def list_users(data: Data = None) -> None:
    """Show who may sign in."""
    table = Table("email", "name", "role", "second factor", "may sign in")
    with _writing(data) as tx:
        factors = tx.second_factors.users()
        for user in tx.users.all():
            factor, able = user.id in factors, user.disabled_at is None
            can = ("yes" if factor else "no", "yes" if able else "no")
            table.add_row(escape(user.email), escape(user.name), ROLE_NAME[user.role], *can)
    out.print(table)


@app.command("import")
def import_users(
    file: Annotated[Path, typer.Argument(help="CSV or .xlsx with the headings email, name and role.")],
    links: Annotated[Path | None, typer.Option(help="Add them, and write their links to this new CSV file.")] = None,
    role: Annotated[Role | None, typer.Option(help="The role of all, if no column gives it.")] = None,
    data: Data = None,
) -> None:
    """Show which users a list would add; with --links add them, each with a link good for a week."""
    chosen, unknown = settings(data, founding=True), unknown_to_all()
    with _writing(data) as tx:
        rows = user_list.judged(tx, user_list.read_list(file.read_bytes(), role))
        if links is not None:
            added, rows = user_list.add_accounts(tx, rows, unknown)
            lines = [_handed(one, chosen) for one in added]
            write_new(links, as_csv((*user_list.COLUMNS, "link"), lines).encode("utf-8-sig"), mode=0o600)
            out.print(f"{len(added)} added. Their links are in {links}; hand them out and delete the file.")
    if rows:
        _show(rows)
    if any(row.refusal for row in rows):
        raise typer.Exit(INCOMPLETE)


def _show(rows: Sequence[Proposed]) -> None:
    table = Table("line", "email", "name", "role", "what happens")
    for row in rows:
        told = (escape(row.email), escape(row.name), ROLE_NAME[row.role] if row.role else "")
        table.add_row(str(row.line), *told, escape(row.refusal) or "would be added")
    out.print(table)


def _handed(one: NewAccount, chosen: Settings) -> tuple[str, ...]:
    return one.email, one.name, ROLE_NAME[one.role], f"{chosen.base_url}/choose-password/{one.token}"


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
