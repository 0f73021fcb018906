"""The pictures of a batch in the order of sending, each told apart by what there is to do about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from consent_db.checks.overview import Glance, Outcome, Overview
from consent_db.core.chunked_queries import portions
from consent_db.core.context import Context
from consent_db.schema import CheckBlockRow, CheckRow, OpinionRow
from gatekeeper.types import FindingCode


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
    """

    id: str
    first: str
    standing: Standing
    expires_at: datetime | None


_AGREEMENTS: Final = frozenset({FindingCode.NEEDS_SECOND_PERSON.value, FindingCode.NEEDS_LEADERSHIP.value})


def pictures_of(context: Context, checks: Sequence[str]) -> tuple[BatchPicture, ...]:
    """Return the pictures that these checks became, in their order; in few queries however many there are."""
    newest = Overview(context).newest(checks)
    glances = {glance.id: glance for glance in newest.values()}
    blocked = [check for check, glance in glances.items() if glance.outcome(context.now) is Outcome.BLOCKED]
    refused, colleagues = _unexamined(context, blocked), _with_colleagues(context, blocked)

    def standing(glance: Glance) -> Standing:
        outcome = glance.outcome(context.now)
        if outcome is not Outcome.BLOCKED:
            return Standing(outcome.value)
        if glance.id in refused:
            return Standing.REFUSED
        return Standing.COLLEAGUE if glance.id in colleagues else Standing.OPEN

    found = ((first, newest[first]) for first in checks if first in newest)
    return tuple(BatchPicture(one.id, first, standing(one), one.expires_at) for first, one in found)


def _unexamined(context: Context, blocked: Sequence[str]) -> AbstractSet[str]:
    found = set[str]()
    for some in portions(blocked):
        query = select(CheckRow.id).where(CheckRow.id.in_(some), CheckRow.examined_key.is_(None))
        found |= set(context.connection.execute(query).scalars())
    return found


def _with_colleagues(context: Context, blocked: Sequence[str]) -> AbstractSet[str]:
    """Return the checks that lack nothing but an agreement that was not declined."""
    declined = set[str]()
    for some in portions(blocked):
        query = select(OpinionRow.check_id).where(OpinionRow.check_id.in_(some), OpinionRow.agreed.is_(False))
        declined |= set(context.connection.execute(query).scalars())
    codes = _codes(context, blocked)
    return {check for check, found in codes.items() if found <= _AGREEMENTS} - declined


def _codes(context: Context, blocked: Sequence[str]) -> Mapping[str, AbstractSet[str]]:
    found = defaultdict[str, set[str]](set)
    for some in portions(blocked):
        query = select(CheckBlockRow.check_id, CheckBlockRow.code).where(CheckBlockRow.check_id.in_(some))
        for row in context.connection.execute(query):
            found[row.check_id].add(row.code)
    return found
