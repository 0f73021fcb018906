"""A made-up school of 321 people from 65 cultures (`school.csv`), which the caption corpus is read against."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from consent_db.people.profiles import Profile
from gatekeeper.caption.index import NameIndex
from gatekeeper.types import Kind, Person, PersonId

FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Member:
    """One line of `school.csv`; `last_name` is empty for a mononym."""

    culture: str
    kind: Kind
    first_name: str
    last_name: str
    known_as: str | None

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@cache
def school() -> dict[PersonId, Member]:
    """Return the members by id: `per_1` is the first line."""
    with (FOLDER / "school.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    members = (
        Member(row["culture"], Kind(row["kind"]), row["first_name"], row["last_name"], row["known_as"] or None)
        for row in rows
    )
    return {PersonId(f"per_{number}"): member for number, member in enumerate(members, start=1)}


@cache
def people() -> tuple[Person, ...]:
    """Return the members as the gate knows them, with names split as the register splits them."""
    return tuple(_person(number, member) for number, member in school().items())


@cache
def index() -> NameIndex:
    """Return one index of all their names."""
    return NameIndex.of(people())


def _person(number: PersonId, member: Member) -> Person:
    profile = Profile(member.first_name, member.last_name, member.known_as, None, None)
    return profile.person(number, member.kind)
