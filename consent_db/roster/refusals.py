"""A pupil's own no: what one member of staff heard is said to the school.

Writing it down is quick and for all staff; taking it back is for the safeguarding lead, so
that neither a hurry nor a wish for the picture ends it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from consent_db.register.records import StatementRecord
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject, refusals_in_force
from gatekeeper.types import Kind

LIFTING: Final = (
    "The pupil has said no. Only the safeguarding lead may record that this no longer holds, after speaking to them."
)


def refusal(kind: Kind, now: datetime, today: date) -> Statement:
    """Return the no of a pupil, or of an adult for themselves, to being shown anywhere from now on."""
    party = Party.PUPIL if kind is Kind.PUPIL else Party.SELF
    return Statement(party, Subject.PICTURE, EVERYWHERE, Stance.REFUSED, now, today)


def lifts_refusal(said: Sequence[StatementRecord], new: Statement, today: date) -> bool:
    """Say whether a statement could end a no of the pupil's own that is in force, today or on a later day.

    A yes does if the no was there before it and none without an end comes after it. A no that ends by itself
    counts as one too: it is meant to take the other's place.
    """
    return new.party is Party.PUPIL and ends_refusal((one.statement for one in said), new, today)


def ends_refusal(said: Iterable[Statement], new: Statement, today: date) -> bool:
    """Say the same of the no of any party, to which only that party's own word is an answer."""
    about = [one for one in said if _thing(one) == _thing(new)]
    days = {today, *(one.since for one in about if one.since > today)}
    return any(_ends_on(day, about, new) for day in days)


def _ends_on(day: date, about: Sequence[Statement], new: Statement) -> bool:
    holding = refusals_in_force(about, day)
    stays = new.stance is not Stance.GRANTED and new.until is None and new.since <= day
    outlasted = any(one.said_at > new.said_at and one.until is None for one in holding)
    return not stays and not outlasted and any(one.said_at <= new.said_at for one in holding)


def _thing(said: Statement) -> tuple[Party, Subject, str]:
    return said.party, said.subject, said.scope
