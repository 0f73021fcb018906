"""What the columns of a file mean, in the words of the office."""

from __future__ import annotations

import re
from typing import Final

from consent_db.roster.layout import ALL, CONSENT, NAMED, OPT_OUT, other_party
from gatekeeper.consent.permission import Party

MEANING: Final = {
    "external_id": "The school’s number",
    "first_name": "First name",
    "last_name": "Surname",
    "known_as": "Known as",
    "kind": "Pupil or staff",
    "group": "Class or club",
    "date_of_birth": "Date of birth",
    "leaving_date": "Last day",
    "do_not_publish": "Do not publish",
    **{column: f"Consent to {subject.label.lower()}" for column, subject in NAMED.items()},
    "consent_expires": "Last day of the consents",
    "consent_by": "Who gave the consents (parent, carer or pupil)",
    "consent_date": "Day on which they were given",
    "evidence": "Where the consent form is",
}
_OTHER: Final = {Party.PUPIL: "The pupil’s own", Party.SECOND_PARENT: "Second parent"}
_NAMED: Final = "|".join(name for name in MEANING if "_" in name)
_ALONE: Final = "|".join(name for name in MEANING if "_" not in name)
_COLUMN: Final = re.compile(rf"\b(?:{_NAMED})\b|(?:^|(?<=olumn ))(?:{_ALONE})\b|\b(?:{CONSENT}|{OPT_OUT})\w+")
"""A column's name in a sentence; those that are ordinary words only where they must be columns."""
_COMMANDS: Final = re.compile(r" \((?:gatekeeper [a-z ]+|--dates [a-z-]+ or --dates [a-z-]+)\)|, such as --kind pupil")


def in_office_words(sentence: str) -> str:
    """Return a sentence about a file with our columns called as the page calls them, and without commands."""
    return _COLUMN.sub(lambda column: f"“{label(column[0])}”", _COMMANDS.sub("", sentence))


def label(column: str) -> str:
    """Return what the page calls one of our columns."""
    if (other := other_party(column)) is not None:
        return f"{_OTHER[other[0]]}: {label(other[1])}"
    if column.startswith(OPT_OUT):
        what = column.removeprefix(OPT_OUT).replace("_", " ")
        return f"Opt-out of {'everything' if what == ALL else what}: a yes means no"
    fallback = column.removeprefix(CONSENT).replace("_", " ")
    return MEANING.get(column, f"Consent for {'everything' if fallback == ALL else fallback}")
