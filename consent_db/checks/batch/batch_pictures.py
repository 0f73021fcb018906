"""The pictures of a batch in the order of sending, each told apart by what there is to do about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from consent_db.checks.overview import Glance, Outcome, Overview
from consent_db.core.chunked_queries import portions
from consent_db.core.context import Context
from consent_db.schema import CheckBlockRow, CheckRow, OpinionRow
from gatekeeper.decision.findings import Topic, about


class Standing(StrEnum):
    """Where a picture of a batch stands, as its sender works through it."""

    OPEN = "open"
    """It is blocked, and something is to be sorted out."""
    COLLEAGUE = "colleague"
    """Nothing is missing but the agreement of a second person."""
    APPROVED = "approved"
    WAITING = "waiting"
    """It is being examined."""
    REFUSED = "refused"
    """It could not be examined, so that nothing can be done but to send another file."""
    ENDED = "ended"
    """It was withdrawn, replaced or deleted, or its approval is over."""


@dataclass(frozen=True, slots=True)
class BatchPicture:
    """One picture of a batch.

    Attributes:
        id: of its newest check.
        first: of the check that it became first.
        standing: where it stands at the moment of the transaction.
        expires_at: when an approval ends by itself; None if it does not, or there is none.
        kept: whether there is an examined picture to show.
        name: of its file; empty if it is not known.
        codes: of the findings that block it.
    """

    id: str
    first: str
    standing: Standing
    expires_at: datetime | None
    kept: bool = False
    name: str = field(default="", repr=False)
    codes: frozenset[str] = frozenset()


_AGREEMENTS: Final = frozenset(code.value for code in about(Topic.APPROVED))


def pictures_of(context: Context, names: Mapping[str, str]) -> tuple[BatchPicture, ...]:
    """Return the pictures that checks became, in their order; in few queries however many there are.

    Args:
        context: of the transaction.
        names: of the file that became each check, by the check's id.
    """
    newest = Overview(context).newest(list(names))
    glances = {glance.id: glance for glance in newest.values()}
    blocked = [check for check, glance in glances.items() if glance.outcome(context.now) is Outcome.BLOCKED]
    codes = _codes(context, blocked)
    kept, colleagues = _examined(context, list(glances)), _with_colleagues(context, codes)
    again = Overview(context).examined_again(list(glances))

    def standing(glance: Glance) -> Standing:
        outcome = glance.outcome(context.now)
        if glance.id in again:
            return Standing.WAITING
        if outcome is not Outcome.BLOCKED:
            return Standing(outcome.value)
        if glance.id not in kept:
            return Standing.REFUSED
        return Standing.COLLEAGUE if glance.id in colleagues else Standing.OPEN

    def picture(first: str, one: Glance) -> BatchPicture:
        why = frozenset(codes.get(one.id, ()))
        return BatchPicture(one.id, first, standing(one), one.expires_at, one.id in kept, names[first], why)

    return tuple(picture(first, newest[first]) for first in names if first in newest)


def _examined(context: Context, checks: Sequence[str]) -> AbstractSet[str]:
    """Return those of these checks whose examined picture is kept."""
    found = set[str]()
    for some in portions(checks):
        query = select(CheckRow.id).where(CheckRow.id.in_(some), CheckRow.examined_key.is_not(None))
        found |= set(context.connection.execute(query).scalars())
    return found


def _with_colleagues(context: Context, codes: Mapping[str, AbstractSet[str]]) -> AbstractSet[str]:
    """Return the checks that lack nothing but an agreement that was not declined."""
    declined = set[str]()
    for some in portions(list(codes)):
        query = select(OpinionRow.check_id).where(OpinionRow.check_id.in_(some), OpinionRow.agreed.is_(False))
        declined |= set(context.connection.execute(query).scalars())
    return {check for check, found in codes.items() if found <= _AGREEMENTS} - declined


def _codes(context: Context, blocked: Sequence[str]) -> Mapping[str, AbstractSet[str]]:
    found = defaultdict[str, set[str]](set)
    for some in portions(blocked):
        query = select(CheckBlockRow.check_id, CheckBlockRow.code).where(CheckBlockRow.check_id.in_(some))
        for row in context.connection.execute(query):
            found[row.check_id].add(row.code)
    return found
