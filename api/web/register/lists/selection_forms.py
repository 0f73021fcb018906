"""The forms for people who were selected in the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import Request
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limits

from api.web.forms import Day, Text
from api.web.register.person.person import Said
from api.web.tables import SIZES
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import PersonId

MOST: Final = 2000
"""How many people one form may change."""

_ID: Final = len("per_") + 32 + 1
_EACH: Final = 500
"""How many ids stand in one field of a form: fields are bounded."""

LETTER: Final = (
    "We would like to show our pupils and staff in pictures of school life. We ask you each time for your "
    "agreement, and it is entirely your decision: there is no disadvantage in saying no.\n\n"
    "Please fill in the slip below and return it to the school office. You can change your answer at any time; "
    "tell the office, and it counts from that moment."
)
"""What a letter says until the school says it in words of its own."""

Ids = Annotated[
    list[Annotated[str, Limits(max_length=_EACH * _ID, pattern=r"^(per_[0-9a-f]{32}( |$))*$")]],
    Limits(max_length=MOST // _EACH),
]


def in_fields(people: Sequence[PersonId]) -> tuple[str, ...]:
    """Return ids as the fields of a form hold them."""
    return tuple(" ".join(people[at : at + _EACH]) for at in range(0, len(people), _EACH))


@dataclass(frozen=True, slots=True)
class Ticked:
    """Who was ticked in the list, or that all are meant whom the search and filters find."""

    people: tuple[str, ...]
    everyone: bool
    words: str = field(repr=False)


async def ticked(request: Request) -> Ticked:
    """Read the ticks of the longest page there is, which are more fields than other forms may have."""
    async with request.form(max_files=0, max_fields=SIZES[-1] + 10, max_part_size=1_000) as form:
        people = tuple(one for one in form.getlist("people") if isinstance(one, str))
        words = form.get("words")
        return Ticked(people, "everyone" in form, words if isinstance(words, str) else "")


class ManySaid(BaseModel):
    """The form for what was said about all who are selected; `sure` once its impact was seen."""

    model_config = ConfigDict(extra="ignore")

    people: Ids
    party: Party
    stance: Stance
    subjects: list[Subject] = Limits(default=[], max_length=len(Subject))
    scopes: list[Annotated[str, Limits(max_length=100)]] = Limits(default=[], max_length=50)
    said_on: Day = None
    until: Day = None
    evidence: Text = None
    sure: bool = False

    def statements(self, now: datetime, zone: ZoneInfo) -> tuple[Statement, ...]:
        """Return one statement for each subject in each place; what is about the gate as a whole has no place."""
        where = {subject: [EVERYWHERE] if subject.as_a_whole else self.scopes for subject in self.subjects}
        pairs = [pair for subject, places in where.items() for pair in product([subject], places)]
        return tuple(
            Said(party=self.party, stance=self.stance, subject=subject, scope=scope, said_on=self.said_on,
                 until=self.until).statement(now, zone)
            for subject, scope in pairs
        )  # fmt: skip


class ManyLeave(BaseModel):
    """The form for the last day of all who are selected."""

    model_config = ConfigDict(extra="ignore")

    people: Ids
    last_day: Day = None
    sure: bool = False


class ManyRenew(BaseModel):
    """The form for answers that were given once more, as before."""

    model_config = ConfigDict(extra="ignore")

    people: Ids
    said_on: Day = None
    until: Day = None
    evidence: Text = None
    sure: bool = False


class ManyLetters(BaseModel):
    """The form for letters: what they say, and when the answer is wanted."""

    model_config = ConfigDict(extra="ignore")

    people: Ids
    letter: Annotated[str, Limits(max_length=4000)] = ""
    answer_by: Day = None
    sender: Annotated[str, Limits(max_length=200)] = ""
