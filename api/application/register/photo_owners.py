"""Whose a reference photograph is, by the school's number or the whole name in its file's name or folder.

`004512.jpg`, `004512_2.jpg`, `004512/left.jpg`, `7A/Quill Amira.jpg`, `Quill, Amira (2).jpg`. A name
counts only if it is the whole name of exactly one person on the register, however it is spelt. Both
count only for a person in the class that the file or the folder nearest to it names: `7A/1.jpg` may be
the first photograph of a class. What may be of two people, or says two things, is refused with the reason.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
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
NUMBER_ELSEWHERE: Final = (
    "The person of this number is not in the class that the folder names. Send the photograph outside the folder."
)
CONTRADICTORY: Final = "The folder names one person and the file another. Put it where it belongs."
CLASS_OR_NUMBER: Final = (
    "The folder has the name of a class and the number of a person. Send the photograph outside it, named by the "
    "school’s number."
)
COUNTED_NUMBER: Final = (
    "No person has exactly this number, and another person’s number begins like it. Name the file by the whole number."
)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a photograph is; or, if that is not known, why."""

    person: PersonId | None
    reason: str = field(default="", repr=False)


class Owners:
    """The people on the register, by number and by name."""

    def __init__(self, people: Iterable[PersonRecord]) -> None:
        """Take everyone who may be meant."""
        self._numbers: dict[str, PersonRecord] = {}
        self._named: dict[str, dict[PersonId, PersonRecord]] = defaultdict(dict)
        self._groups: set[str] = set()
        self._found: dict[tuple[str, frozenset[str]], Owner | None] = {}
        for record in people:
            profile = record.profile
            if profile.external_id:
                self._numbers[profile.external_id.casefold()] = record
            self._groups |= {group.casefold() for group in profile.groups}
            for name in _full_names(record):
                for key in name_keys(name):
                    self._named[key][record.id] = record
        self._counted = {start for number in self._numbers if (start := _COUNTER.sub("", number)) != number}

    def of(self, file: PurePosixPath) -> Owner:
        """Return whose a file is: by the folder that is nearest to it and names a person, or by its own name."""
        folders = file.parts[:-1]
        own = self._of_text(file.stem, self._class_around(folders))
        telling = [
            place for place, part in enumerate(folders) if self._of_text(part, self._class_around(folders[:place]))
        ]
        if not telling:
            return own or Owner(None, NO_OWNER)
        return self._of_folder(folders[: telling[-1] + 1], own, file.stem)

    def _of_folder(self, path: Sequence[str], own: Owner | None, stem: str) -> Owner:
        """Return whose a file is of which the last folder of `path` says something, and its own name perhaps more."""
        nearest = self._of_text(path[-1], self._class_around(path[:-1])) or Owner(None, NO_OWNER)
        named = own if own is not None and own.person is not None else None
        counts = named is None or _ONLY_COUNTER.fullmatch(stem) is not None
        if nearest.person is None:
            return nearest if named is None or counts else named
        if path[-1].strip().casefold() in self._groups:
            return Owner(None, CLASS_OR_NUMBER) if named is None or counts else named
        if named is not None and named.person != nearest.person and not counts:
            return Owner(None, CONTRADICTORY)
        return nearest

    def _class_around(self, folders: Sequence[str]) -> frozenset[str]:
        """Return the classes that the nearest of some folders names, of those that name any."""
        return next(filter(None, map(self._classes_in, reversed(folders))), frozenset())

    def _classes_in(self, text: str) -> frozenset[str]:
        whole = text.strip().casefold()
        return frozenset({whole, *_BETWEEN_WORDS.split(whole)} & self._groups)

    def _of_text(self, text: str, around: frozenset[str]) -> Owner | None:
        """Return whom a part of a path in a class's folder names; None if none."""
        key = text, around
        if key not in self._found:
            self._found[key] = self._by_number(text, around) or self._by_name(text, around)
        return self._found[key]

    def _by_number(self, text: str, around: frozenset[str]) -> Owner | None:
        plain = text.strip().casefold()
        start = _COUNTER.sub("", plain)
        if plain not in self._numbers and start in self._numbers and start in self._counted:
            return Owner(None, COUNTED_NUMBER)
        found = self._numbers.get(plain) or self._numbers.get(start)
        if found is None:
            return None
        return Owner(found.id) if not around or _in_any(found, around) else Owner(None, NUMBER_ELSEWHERE)

    def _by_name(self, text: str, around: frozenset[str]) -> Owner | None:
        words = _BETWEEN_WORDS.split(_COUNTER.sub("", text.strip()))
        classes = {word.casefold() for word in words} & self._groups
        name = " ".join(word for word in words if word.casefold() not in classes)
        alike = {person: one for key in name_keys(name) for person, one in self._named.get(key, {}).items()}
        meant = [one for one in alike.values() if _is_named(one, name)]
        if not meant:
            return None
        if within := classes or around:
            meant = [one for one in meant if _in_any(one, within)]
        if not meant:
            return Owner(None, OTHER_CLASS)
        return Owner(meant[0].id) if len(meant) == 1 else Owner(None, AMBIGUOUS.format(len(meant)))


def _is_named(record: PersonRecord, name: str) -> bool:
    return any(same_name(name, full) is Likeness.SAME for full in _full_names(record))


def _in_any(record: PersonRecord, classes: Collection[str]) -> bool:
    return any(group.casefold() in classes for group in record.profile.groups)


def _full_names(record: PersonRecord) -> Sequence[str]:
    profile = record.profile
    firsts = dict.fromkeys(filter(None, (profile.first_name, profile.known_as)))
    return [f"{first} {profile.last_name}" for first in firsts if profile.last_name]
