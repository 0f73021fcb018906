"""Whose a reference photograph is, by the school's number or the whole name in its file's name or folder.

`004512.jpg`, `004512_2.jpg`, `004512/left.jpg`, `7A/Quill Amira.jpg`, `Quill, Amira (2).jpg`. A name
counts only if it is the whole name of exactly one person on the register, however it is spelt; what
may be of two people, or says two things, is refused with the reason.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from consent_db.people.records import PersonRecord
from gatekeeper.naming import Likeness, name_keys, same_name
from gatekeeper.types import PersonId

_COUNTER: Final = re.compile(r"[\s_-]*(?:\(\d{1,2}\)|(?<=[\s_-])\d{1,2})$")
"""What tells several files of one person apart: `_2`, ` (3)`, `-01`."""
_ONLY_COUNTER: Final = re.compile(r"\d{1,2}")
_BETWEEN_WORDS: Final = re.compile(r"[\s_]+")

NO_OWNER: Final = "No person on the register has this number or whole name. Name the file by the school’s number."
AMBIGUOUS: Final = "{} people on the register have this name. Name the file by the school’s number."
OTHER_CLASS: Final = "The person of this name is not in the class that the file names. Name it by the school’s number."
CONTRADICTORY: Final = "The folder names one person and the file another. Put it where it belongs."


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a photograph is; or, if that is not known, why."""

    person: PersonId | None
    reason: str = field(default="", repr=False)


class Owners:
    """The people on the register, by number and by name."""

    def __init__(self, people: Iterable[PersonRecord]) -> None:
        """Take everyone who may be meant."""
        self._numbers: dict[str, PersonId] = {}
        self._named: dict[str, dict[PersonId, PersonRecord]] = defaultdict(dict)
        self._groups: set[str] = set()
        self._found: dict[str, Owner | None] = {}
        for record in people:
            profile = record.profile
            if profile.external_id:
                self._numbers[profile.external_id.casefold()] = record.id
            self._groups |= {group.casefold() for group in profile.groups}
            for name in _full_names(record):
                for key in name_keys(name):
                    self._named[key][record.id] = record

    def of(self, file: PurePosixPath) -> Owner:
        """Return whose a file is: by the folder that is nearest to it and names a person, or by its own name."""
        own = self._of_text(file.stem)
        folders = [found for part in reversed(file.parts[:-1]) if (found := self._of_text(part)) is not None]
        if not folders:
            return own or Owner(None, NO_OWNER)
        nearest = folders[0]
        says_another = own is not None and own.person is not None and own.person != nearest.person
        if nearest.person is not None and says_another and not _ONLY_COUNTER.fullmatch(file.stem):
            return Owner(None, CONTRADICTORY)
        if nearest.person is None and own is not None and own.person is not None:
            return own
        return nearest

    def _of_text(self, text: str) -> Owner | None:
        """Return whom a part of a path names; None if none."""
        if text not in self._found:
            self._found[text] = self._by_number(text) or self._by_name(text)
        return self._found[text]

    def _by_number(self, text: str) -> Owner | None:
        plain = text.strip().casefold()
        person = self._numbers.get(plain) or self._numbers.get(_COUNTER.sub("", plain))
        return Owner(person) if person is not None else None

    def _by_name(self, text: str) -> Owner | None:
        words = _BETWEEN_WORDS.split(_COUNTER.sub("", text.strip()))
        classes = {word.casefold() for word in words} & self._groups
        name = " ".join(word for word in words if word.casefold() not in classes)
        alike = {person: one for key in name_keys(name) for person, one in self._named.get(key, {}).items()}
        meant = [one for one in alike.values() if _is_named(one, name)]
        if not meant:
            return None
        if classes:
            meant = [one for one in meant if _in_any(one, classes)]
        if not meant:
            return Owner(None, OTHER_CLASS)
        return Owner(meant[0].id) if len(meant) == 1 else Owner(None, AMBIGUOUS.format(len(meant)))


def _is_named(record: PersonRecord, name: str) -> bool:
    return any(same_name(name, full) is Likeness.SAME for full in _full_names(record))


def _in_any(record: PersonRecord, classes: set[str]) -> bool:
    return bool({group.casefold() for group in record.profile.groups} & classes)


def _full_names(record: PersonRecord) -> Sequence[str]:
    profile = record.profile
    firsts = dict.fromkeys(filter(None, (profile.first_name, profile.known_as)))
    return [f"{first} {profile.last_name}" for first in firsts if profile.last_name]
