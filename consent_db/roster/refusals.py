"""A pupil's own no: what one member of staff heard is said to the school.

Writing it down is quick and for all staff; taking it back is for the safeguarding lead, so
that neither a hurry nor a wish for the picture ends it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from consent_db.register.records import StatementRecord
from consent_db.roster.diff import in_force, last_words
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import Kind

LIFTING: Final = (
    "The pupil has said no. Only the safeguarding lead may write down that this is over, after speaking to the pupil."
)


def refusal(kind: Kind, now: datetime, today: date) -> Statement:
    """Return the no of a pupil, or of an adult for themselves, to being shown anywhere from now on."""
    party = Party.PUPIL if kind is Kind.PUPIL else Party.SELF
    return Statement(party, Subject.PICTURE, EVERYWHERE, Stance.REFUSED, now, today)


def lifts_refusal(said: Sequence[StatementRecord], new: Statement, today: date) -> bool:
    """Say whether a statement would end a no of the pupil's own that is in force.

    A yes does, and so does a no that ends by itself: it takes the place of the one without an end.
    """
    if new.party is not Party.PUPIL:
        return False
    last = last_words(said, Party.PUPIL).get((new.subject, new.scope))
    if last is None or last.statement.stance is Stance.GRANTED or not in_force(last.statement, today):
        return False
    stays = new.stance is not Stance.GRANTED and new.until is None and new.since <= today
    return not stays and new.said_at >= last.statement.said_at
