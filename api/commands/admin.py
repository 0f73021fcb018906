"""Commands for those who look after an installation: clients, keys, policy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from api.commands.options import ACTOR, Data, out, settings
from api.services import open_store
from consent_db.store import Store
from consent_db.transaction import Transaction

clients = typer.Typer(help="Programs that may use the API.", no_args_is_help=True)
keys = typer.Typer(help="The keys that names, templates and pictures are sealed with.", no_args_is_help=True)
database = typer.Typer(help="The database.", no_args_is_help=True)


@clients.command("add")
def add_client(
    label: str,
    channel: Annotated[list[str], typer.Option(help="A channel it may ask for; repeat.")],
    scope: Annotated[list[str] | None, typer.Option(help="What it may do. [default: check]")] = None,
    days: Annotated[int, typer.Option(help="How long the key is good.", min=1, max=365)] = 365,
    data: Data = None,
) -> None:
    """Make an API key for a program such as a scheduler; it is shown once."""
    expires_at = _now() + timedelta(days=days)
    with _writing(data) as tx:
        made = tx.clients.add(label, frozenset(scope or ["check"]), frozenset(channel), expires_at)
    out.print(f"Client {made.id}, good until {expires_at:%d %B %Y}. Its key, shown only now:", highlight=False)
    out.print(made.key, highlight=False, soft_wrap=True)


@clients.command("revoke")
def revoke_client(client: str, data: Data = None) -> None:
    """End an API key at once."""
    with _writing(data) as tx:
        tx.clients.revoke(client)
    out.print("The key is refused from now on.")


@keys.command("rotate")
def rotate_keys(data: Data = None) -> None:
    """Wrap every data key with a new key and forget the old one; back the key file up afterwards."""
    with _store(data) as store:
        count = store.rotate_keys(ACTOR, _now())
    out.print(f"{count} data keys are under a new key. Back up the key file now, apart from the database.")


@database.command("upgrade")
def upgrade_database(data: Data = None) -> None:
    """Bring the database's tables up to this release; opening it does so too."""
    with _store(data):
        out.print("The database is up to date.")


@contextmanager
def _store(data: Data) -> Iterator[Store]:
    with open_store(settings(data)) as store:
        yield store


@contextmanager
def _writing(data: Data) -> Iterator[Transaction]:
    with _store(data) as store, store.transaction(ACTOR, _now()) as tx:
        yield tx


def _now() -> datetime:
    return datetime.now(UTC)
