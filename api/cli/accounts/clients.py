"""Commands for those who look after an installation: clients, keys, policy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from api.application.installation import adopt
from api.application.opening import marked_at, open_store
from api.cli.options import ACTOR, Data, out, settings
from api.platform.storage import pictures_of
from api.security.scopes import CHANNELLED, Scope
from consent_db.accounts.records import NewClient
from consent_db.store import Store
from consent_db.transaction import Transaction

clients = typer.Typer(no_args_is_help=True)
keys = typer.Typer(no_args_is_help=True)
database = typer.Typer(no_args_is_help=True)


@clients.command("add")
def add_client(
    label: str,
    channel: Annotated[list[str] | None, typer.Option(help="A channel it may ask for; repeat.")] = None,
    scope: Annotated[list[Scope] | None, typer.Option(help="What it may do; repeat. [default: check, publish]")] = None,
    days: Annotated[int, typer.Option(help="How long the key is good.", min=1, max=365)] = 365,
    data: Data = None,
) -> None:
    """Make an API key for a program such as a scheduler; it is shown once."""
    expires_at, scopes = _now() + timedelta(days=days), frozenset(scope or [Scope.CHECK, Scope.PUBLISH])
    if CHANNELLED & scopes and not channel:
        raise typer.BadParameter("Say for which channel: --channel NAME.")
    with _writing(data) as tx:
        made = tx.clients.add(label, scopes, frozenset(channel or ()), expires_at)
    _show_key(made, expires_at)


@clients.command("rotate")
def rotate_client(
    client: str,
    overlap: Annotated[int, typer.Option(help="For how many days the old key is good too.", min=0, max=30)] = 7,
    days: Annotated[int, typer.Option(help="How long the key is good.", min=1, max=365)] = 365,
    data: Data = None,
) -> None:
    """Give a program another key, with the old one good beside it for a while; it is shown once."""
    expires_at = _now() + timedelta(days=days)
    with _writing(data) as tx:
        made = tx.clients.rotate(client, expires_at, timedelta(days=overlap))
    _show_key(made, expires_at)


def _show_key(made: NewClient, expires_at: datetime) -> None:
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
    with open_store(settings(data, founding=True)):
        out.print("The database is up to date.")


@database.command("adopt")
def adopt_database(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data: Data = None,
) -> None:
    """Let this data folder or bucket go with this database from now on, after a move on purpose; it is in the audit.

    Stop Gatekeeper at the old place first: the old one is refused from then on.
    """
    chosen = settings(data, founding=True)
    with open_store(chosen, bound=False) as store:
        with store.reading(ACTOR, _now()) as tx:
            needed = tx.checks.picture_keys()
        missing = len(needed - pictures_of(chosen, store).all_keys())
        where = chosen.pictures or chosen.data
        out.print(f"Of {len(needed)} stored pictures {missing} are not in {where}.", soft_wrap=True, markup=False)
        if not yes:
            typer.confirm("Let this place go with this database?", abort=True)
        adopt(marked_at(chosen, store.keyring), store, ACTOR, _now(), "moved")
    out.print("From now on this place goes with this database, and the one before is refused.")


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
