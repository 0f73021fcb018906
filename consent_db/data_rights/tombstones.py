"""Tombstones: who was erased and which pictures were deleted, kept outside the database and its backups.

An older backup knows nothing of what was destroyed since. The file lies beside
the key file; after a restore everything in it is destroyed again. It holds bare
ids and hashes, nothing that tells who or what it was.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from consent_db.checks.records import Mark
from consent_db.errors import KeyringProblem
from consent_db.keys.private_files import read_private, write_private
from gatekeeper.types import PersonId

_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Tombstones:
    """What must not come back.

    Attributes:
        people: who was erased, and whether the entry on the do-not-publish list was kept.
        pictures: marks of pictures that were deleted as compromising.
    """

    people: Mapping[PersonId, bool] = field(default_factory=dict)
    pictures: frozenset[Mark] = frozenset()

    def __or__(self, other: Tombstones) -> Tombstones:
        """Return both together; a person erased wholly in one of them is so in both."""
        whole = {person for part in (self, other) for person, listing in part.people.items() if not listing}
        listings = {**self.people, **other.people}
        people = {person: person not in whole for person in listings}
        return Tombstones(people, self.pictures | other.pictures)


def beside(key_file: Path) -> Path:
    """Return where the tombstones of a key file lie."""
    return key_file.with_name(f"{key_file.name}.tombstones")


def read(path: Path) -> Tombstones:
    """Return what a file holds.

    Raises:
        KeyringProblem: there is none, it is damaged, or others may read it.
    """
    return parsed(read_private(path, "file of tombstones"))


def parsed(data: bytes) -> Tombstones:
    """Return what `dumped` wrote.

    Raises:
        KeyringProblem: it is damaged.
    """
    try:
        content = json.loads(data)
        people = {PersonId(person): bool(listing) for person, listing in content["people"].items()}
        features = {sha256: b64decode(text, validate=True) for sha256, text in content.get("features", {}).items()}
        pictures = frozenset(
            Mark(sha256, fingerprint, features.get(sha256, b"")) for sha256, fingerprint in content["pictures"]
        )
        known = content["format"] == _FORMAT
    except (ValueError, KeyError, TypeError, AttributeError):
        known = False
    if not known:
        message = "The file of tombstones is damaged or of another release; take an older copy of it."
        raise KeyringProblem(message)
    return Tombstones(people, pictures)


def add(path: Path, tombstones: Tombstones) -> None:
    """Add to a file, which is made if there is none; nothing is ever taken out of it."""
    together = (read(path) if path.exists() else Tombstones()) | tombstones
    write_private(path, dumped(together), replace=True)


def dumped(together: Tombstones) -> bytes:
    """Return tombstones as they are stored; the same bytes for the same tombstones."""
    by_file = {mark.sha256: mark for mark in sorted(together.pictures, key=lambda mark: len(mark.features))}
    pictures = sorted([mark.sha256, mark.fingerprint] for mark in by_file.values())
    content: dict[str, object] = {"format": _FORMAT, "people": dict(sorted(together.people.items()))}
    content["pictures"] = pictures
    # Apart from the pictures, so that a release from before there were features reads the rest.
    content["features"] = {
        sha256: b64encode(mark.features).decode() for sha256, mark in sorted(by_file.items()) if mark.features
    }
    return json.dumps(content, indent=1).encode()
