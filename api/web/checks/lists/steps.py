"""From one picture of a list to the next: of its batch in the order of sending, of one's own, of those to decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from api.web import tables
from api.web.checks.lists.check_table import CheckTable
from api.web.checks.lists.waiting import waiting_for
from api.web.checks.lists.way import Listed, Way
from consent_db.accounts.records import SessionRecord
from consent_db.approvals.records import CheckRecord
from consent_db.checks.batch.batch_pictures import BatchPicture, Standing
from consent_db.checks.batch.batches import BatchRecord
from consent_db.checks.overview import Outcome
from consent_db.transaction import Transaction
from gatekeeper.types import Role


@dataclass(frozen=True, slots=True)
class Steps:
    """Where a picture stands in a list, and where to go on; None where there is no such picture.

    Attributes:
        back: the address of the list.
        suffix: what follows the path of a picture, so that its page knows the list.
        aim: what there is to do in the list.
        place: of this picture, from 1; None if the list's filter does not show it any more.
        total: how many pictures the list has.
        open: how many there is something to do about.
        open_place: which of those this one is, from 1; None if it is none of them.
        next_open: the next of them after this, from the beginning again behind the last.
        name: of the file; empty if it is not known.
    """

    back: str
    suffix: str
    aim: Literal["to sort out", "to decide"]
    place: int | None
    total: int
    open: int
    open_place: int | None
    previous: str | None
    following: str | None
    next_open: str | None
    name: str = ""


def steps_of(tx: Transaction, record: CheckRecord, session: SessionRecord, way: Way) -> Steps | None:
    """Return the steps from a check to the others of the list it was opened from, else of its batch; None if alone."""
    if way.listed is Listed.APPROVALS:
        return _to_decide(tx, record, session, way)
    if way.listed is Listed.MINE:
        return _mine(tx, record, session, way)
    batch = tx.batches.of_check(record.id)
    if batch is None or not may_see(batch, session):
        return None
    pictures = tx.batches.pictures(batch)
    newest = tx.overview.newest([record.id])[record.id].id
    at = next((place for place, one in enumerate(pictures) if one.id == newest), None)
    return None if at is None else steps(batch.id, pictures, at)


def may_see(batch: BatchRecord, session: SessionRecord) -> bool:
    """Say whether an account may see a batch: its own, and with a role that sees every check any."""
    return batch.actor == session.user.id or session.user.role is not Role.STAFF


def steps(batch: str, pictures: tuple[BatchPicture, ...], at: int) -> Steps:
    """Return the steps from the picture at an index of a batch to the others."""
    opened = [one.id for one in pictures if one.standing is Standing.OPEN]
    ids = [one.id for one in pictures]
    return _steps(ids, ids, opened, at, (f"/batches/{batch}", "", "to sort out"), pictures[at].name)


def _mine(tx: Transaction, record: CheckRecord, session: SessionRecord, way: Way) -> Steps | None:
    """Return the steps through the pictures of a list, as far as its filters show them, and back to its page."""
    table = CheckTable.of(tx, session)
    query = table.asked_or_all(way.asked)
    pictures = table.pictures(query)
    order = [one.glance.id for one in pictures]
    newest = tx.overview.newest([record.id])[record.id].id
    if newest not in order:
        return None
    shown = table.matching(query, pictures)
    page = shown.index(newest) // query.size + 1 if newest in shown else query.page
    back = tables.address(table.layout, query, page=page)
    blocked = [one.glance.id for one in pictures if one.outcome is Outcome.BLOCKED]
    opened = [one.id for one in tx.batches.standings(blocked) if one.standing is Standing.OPEN]
    return _steps(order, shown, opened, order.index(newest), (back, way.suffix, "to sort out"))


def _to_decide(tx: Transaction, record: CheckRecord, session: SessionRecord, way: Way) -> Steps | None:
    """Return the steps through what waits for this person, what waits longest first."""
    waiting = waiting_for(tx, session)
    ids = [one.id for one in waiting]
    if record.id in ids:
        order, at = ids, ids.index(record.id)
    else:  # it was decided just now: its place is where it stood
        at = sum(one.created_at < record.created_at for one in waiting)
        order = [*ids[:at], record.id, *ids[at:]]
    return _steps(order, ids, ids, at, ("/approvals", way.suffix, "to decide"))


_About = tuple[str, str, Literal["to sort out", "to decide"]]


def _steps(
    order: Sequence[str], shown: Sequence[str], opened: Sequence[str], at: int, about: _About, name: str = ""
) -> Steps:
    """Return the steps from one picture.

    Args:
        order: of all pictures of the list, shown or not.
        shown: those that the list's filter shows.
        opened: those about which there is something to do.
        at: the index of the picture in `order`.
        about: address of the list, suffix of its pictures, what there is to do.
        name: of the picture's file.
    """
    there, to_do = frozenset(shown), frozenset(opened)
    before = [one for one in order[:at] if one in there]
    after = [one for one in order[at + 1 :] if one in there]
    further = [one for one in (*order[at + 1 :], *order[:at]) if one in to_do]
    here = order[at]
    return Steps(
        back=about[0],
        suffix=about[1],
        aim=about[2],
        place=len(before) + 1 if here in there else None,
        total=len(shown),
        open=len(opened),
        open_place=sum(one in to_do for one in order[:at]) + 1 if here in to_do else None,
        previous=before[-1] if before else None,
        following=after[0] if after else None,
        next_open=further[0] if further else None,
        name=name,
    )
