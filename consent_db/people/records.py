"""People, groups and what a change to them does, as frozen values.

A `...Draft` goes in, a `...Record` comes out. Fields that tell who a person is are left
out of `repr`, so that they cannot reach a log by accident.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from gatekeeper.types import Kind, PersonId


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """Everything the register is told about one person.

    Attributes:
        external_id: the school's own number for the person; unique if given.
        known_as: the name used in public instead of `first_name`, if there is one.
        leaving_date: the last day at the school.
        groups: names of the classes and clubs the person is in.
    """

    kind: Kind
    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    known_as: str | None = field(default=None, repr=False)
    external_id: str | None = field(default=None, repr=False)
    date_of_birth: date | None = field(default=None, repr=False)
    leaving_date: date | None = None
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One person as remembered."""

    id: PersonId
    profile: PersonDraft
    listed: bool
    """On the do-not-publish list now."""
    held: bool
    """Under a hold now."""
    template_engines: tuple[str, ...]
    """Engines under which a template is stored, sorted."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a change to a person did besides being written down."""

    register_version: int
    revoked_checks: tuple[str, ...] = ()
    """Ids of the approvals that died of it, sorted."""
    destroyed_templates: int = 0
    takedowns: tuple[str, ...] = ()
    """Ids of the take-downs that are open because of it."""
    lapsed: tuple[str, ...] = ()
    """Ids of publications whose permission ended without an objection; for people to look at."""
    search: str | None = None
    """The id of the search of the released pictures that it asked for; of several the first."""
    searches: tuple[str, ...] = ()
    """The ids of all searches that several changes together asked for."""


@dataclass(frozen=True, slots=True)
class EventSize:
    """An event with how many people are on its list."""

    name: str
    title: str
    date: date
    people: int


@dataclass(frozen=True, slots=True)
class EventRecord:
    """An event with the people who were there."""

    name: str
    title: str
    date: date
    people: frozenset[PersonId]
