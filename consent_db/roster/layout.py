"""Column mapping of a school's own file: given once, saved under a name, used again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from consent_db.errors import ImportRefused
from gatekeeper.consent.permission import Party, Subject
from gatekeeper.types import Kind

REQUIRED: Final = ("external_id", "first_name", "last_name", "kind")
NAMED: Final[Mapping[str, Subject]] = {
    f"{subject.stem}_consent": subject
    for subject in sorted(Subject, key=lambda subject: subject.stem)
    if subject is not Subject.PICTURE
}
"""The columns about one subject everywhere; those about pictures name a channel (`consent_website`)."""
OPTIONAL: Final = (
    "known_as",
    "group",
    "date_of_birth",
    "leaving_date",
    "do_not_publish",
    *NAMED,
    "consent_expires",
    "consent_by",
    "consent_date",
    "evidence",
)
LEFT_OUT: Final = ""
"""The meaning of a column that is not to be read."""

CONSENT: Final = "consent_"
OPT_OUT: Final = "opt_out_"
"""What begins a column whose yes says no: `opt_out_all`, `opt_out_website`, `opt_out_name`, `opt_out_biometric`."""
REASON: Final = "why it was not imported"
"""The heading of the column that a file of refused rows has besides its own; never read."""
DATES: Final = ("date_of_birth", "leaving_date", "consent_expires", "consent_date")
ALL: Final = "all"
EXPIRES: Final = "consent_expires"

OTHERS: Final[Mapping[str, Party]] = {"pupil_": Party.PUPIL, "second_parent_": Party.SECOND_PARENT}
"""What begins a consent column that holds another's word than the row's: `pupil_consent_all`."""
_ABOUT_CONSENT: Final = frozenset({EXPIRES, "consent_by", "consent_date"})

_SEVERAL: Final = frozenset({"group", LEFT_OUT})
_SCOPE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")


class DateOrder(StrEnum):
    """What comes first in a date such as 03/04/2015."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


@dataclass(frozen=True, slots=True)
class Layout:
    """How one kind of file is read.

    Attributes:
        columns: for each heading what it means: one of our columns, or `LEFT_OUT`.
            A heading that is missing here has to be one of ours itself.
        kind: what all people in the file are, when it has no such column.
        yes: further words that mean yes, such as `I give consent`.
        no: further words that mean no.
        dates: the order of dates such as 03/04/2015, by column; `""` for every other column. What
            a column's own dates show goes before it.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    kind: Kind | None = None
    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    dates: Mapping[str, DateOrder] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep headings and words in the one spelling by which they are looked up."""
        columns = {plain(heading): target.strip().casefold() for heading, target in self.columns.items()}
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "yes", frozenset(map(word, self.yes)))
        object.__setattr__(self, "no", frozenset(map(word, self.no)))

    def meanings(self, headings: Sequence[str], line: int = 1) -> list[str]:
        """Return what each column means, in order; `LEFT_OUT` for those not to be read.

        Raises:
            ImportRefused: a column is not known, a meaning is there twice, or a needed one is missing.
                The message tells columns by number: without headings their place holds people.
        """
        found = [self._meaning(heading) for heading in headings]
        missing = [name for name in REQUIRED if name not in found and not (name == "kind" and self.kind)]
        if missing:
            raise ImportRefused(f"The header has no column {', '.join(missing)}; {_advice(missing)}", line)
        strange = [place for place, name in enumerate(found) if name != LEFT_OUT and not is_ours(name)]
        if strange:
            raise ImportRefused(
                f"{_columns(strange)} not one we know; say what it means, or leave it out (gatekeeper roster layout).",
                line,
            )
        counts = Counter(name for name in found if name not in _SEVERAL)
        if doubled := [name for name, times in counts.items() if times > 1]:
            raise ImportRefused(f"Column {doubled[0]} is there twice; leave one out.", line)
        return found

    def _meaning(self, heading: str) -> str:
        if plain(heading) == REASON:
            return LEFT_OUT
        return self.columns.get(plain(heading), heading.casefold())


def is_ours(column: str) -> bool:
    """Say whether this is the name of a column that we read."""
    return (
        column in REQUIRED + OPTIONAL
        or other_party(column) is not None
        or any(
            column.startswith(prefix) and _SCOPE.fullmatch(column.removeprefix(prefix)) is not None
            for prefix in (CONSENT, OPT_OUT)
        )
    )


def is_opt_out(column: str) -> bool:
    """Say whether a yes in this column says no."""
    return column.startswith(OPT_OUT)


def is_consent(column: str) -> bool:
    """Say whether the cells of this column are the row's speaker's answers to a question about consent."""
    return column in NAMED or (column.startswith(CONSENT) and column not in _ABOUT_CONSENT)


def other_party(column: str) -> tuple[Party, str] | None:
    """Return who else speaks in a column, and which consent column it is then; None if it is none of theirs.

    `pupil_consent` alone means everything: `pupil_consent_all`.
    """
    for prefix, party in OTHERS.items():
        if column.startswith(prefix):
            rest = column.removeprefix(prefix)
            consent = f"{CONSENT}{ALL}" if rest == "consent" else rest
            return (party, consent) if is_consent(consent) and is_ours(consent) else None
    return None


def plain(heading: str) -> str:
    """Return a heading in the spelling by which it is looked up: `legal surname` for `Legal_Surname:`."""
    return " ".join(re.sub(r"[\W_]+", " ", heading.casefold()).split())


def word(text: str) -> str:
    """Return an answer in the spelling by which it is looked up."""
    return " ".join(text.casefold().split()).rstrip(".!")


def letter(place: int) -> str:
    """Return the letter that a spreadsheet shows above the column at `place`, from 0."""
    letters = ""
    while place >= 0:
        place, rest = divmod(place, 26)
        letters, place = chr(ord("A") + rest) + letters, place - 1
    return letters


def _columns(places: Sequence[int]) -> str:
    names = ", ".join(f"{place + 1} ({letter(place)})" for place in places)
    return f"Column {names} of the header is" if len(places) == 1 else f"Each of the columns {names} of the header is"


def _advice(missing: Sequence[str]) -> str:
    if list(missing) == ["kind"]:
        return "say what all people in the file are, such as --kind pupil."
    return "say which column it is (gatekeeper roster layout), or add it."
