"""What the commands that read and change the register share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from api.application.opening import open_store
from api.cli.options import ACTOR, out, settings
from consent_db.errors import NotFound, NotPossible
from consent_db.people.records import Change, PersonRecord
from consent_db.publishing.records import Touched
from consent_db.transaction import Transaction
from gatekeeper.policy.model import Policy
from gatekeeper.types import PersonId

Who = Annotated[str, typer.Argument(help="The school's own number for the person, or the id (per_...).")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def now() -> datetime:
    """Return the moment, aware."""
    return datetime.now(UTC)


@contextmanager
def writing(data: Path | None) -> Iterator[Transaction]:
    """Open a transaction that may change things."""
    with open_store(settings(data)) as store, store.transaction(ACTOR, now()) as tx:
        yield tx


@contextmanager
def reading(data: Path | None) -> Iterator[Transaction]:
    """Open a transaction that changes nothing."""
    with open_store(settings(data)) as store, store.reading(ACTOR, now()) as tx:
        yield tx


def zone(data: Path | None) -> ZoneInfo:
    """Return the school's time zone."""
    return Policy.load(settings(data, founding=True).policy).zone


def find(tx: Transaction, who: str) -> PersonRecord:
    """Return the person that was typed.

    Raises:
        NotFound: no person has this number or id.
    """
    record = tx.people.get(PersonId(who)) if who.startswith("per_") else tx.people.by_external_id(who)
    if record is None:
        raise NotFound("No person has this number; look it up in the school's information system.")
    return record


def name_of(record: PersonRecord) -> str:
    """Return a name as colleagues read it."""
    return f"{record.profile.known_as or record.profile.first_name} {record.profile.last_name}".strip()


def a_moment(text: str, school: ZoneInfo) -> datetime:
    """Read a day or a moment in the school's own time: `2026-11-20`, `2026-11-20 14:30`; a day is its noon.

    Raises:
        NotPossible: it is neither.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotPossible("A moment is written as 2026-11-20 or 2026-11-20 14:30.") from error
    if found.tzinfo is not None:
        return found
    return found.replace(hour=found.hour if len(text) > len("2026-11-20") else 12, tzinfo=school)


def a_day(text: str) -> date:
    """Read a day such as `2026-11-20`.

    Raises:
        NotPossible: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotPossible("A day is written as 2026-11-20.") from error


def agree(touched: Touched, *, yes: bool) -> None:
    """Say what a change is going to touch, and ask whether to go on.

    Raises:
        typer.Abort: the answer was no.
    """
    _tell("It ends", len(touched.approvals), "approval")
    _tell("It has to come down", len(touched.down), "post")
    _tell("To look at, because a permission ends", len(touched.lapsed), "post")
    _tell("It destroys", touched.templates, "template")
    if touched.searches:
        out.print("The released pictures are searched for the person again.")
    if not touched:
        out.print("It touches no approval, no post and no template.")
    if not yes:
        typer.confirm("Go on?", abort=True)


def tell_takedowns(change: Change) -> None:
    """Say what has to come down now."""
    if change.takedowns:
        count = f"{len(change.takedowns)} {'post' if len(change.takedowns) == 1 else 'posts'}"
        out.print(f"{count} to take down: see `gatekeeper takedown list`.", highlight=False)


def _tell(words: str, count: int, what: str) -> None:
    if count:
        out.print(f"{words}: {count} {what}{'' if count == 1 else 's'}.", highlight=False)
