"""The register as one check sees it: an immutable snapshot with a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np

from gatekeeper.caption.names import NameIndex
from gatekeeper.permission import Permission, Reason, Standing, Subject, most_restrictive, not_permitted, permission
from gatekeeper.types import Channel, Person, PersonId, Vector


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """Everybody's template under one engine, ready to be compared.

    Attributes:
        engine: the name of the engine that made the templates.
        people: one id a row.
        templates: shape (people, dimension), unit rows: the averaged references.
        references: shape (people,), how many photographs each row was averaged from.
    """

    engine: str
    people: tuple[PersonId, ...]
    templates: Vector = field(repr=False)
    references: np.ndarray[tuple[int], np.dtype[np.int64]] = field(repr=False)

    def __post_init__(self) -> None:
        rows = len(self.people)
        if self.templates.ndim != 2 or len(self.templates) != rows or len(self.references) != rows:  # noqa: PLR2004
            message = f"{rows} people need as many templates, not {self.templates.shape}"
            raise ValueError(message)

    @classmethod
    def empty(cls, engine: str, dimension: int) -> Gallery:
        return cls(engine, (), np.empty((0, dimension), np.float32), np.empty(0, np.int64))


@dataclass(frozen=True, eq=False)
class Register:
    """People, what has been said about each, and their templates, at one version.

    Not slotted, so that what is derived from the whole register is derived once.
    """

    version: int
    people: Mapping[PersonId, Person] = field(repr=False)
    standings: Mapping[PersonId, Standing] = field(repr=False)
    gallery: Gallery = field(repr=False)
    own_consent_age: int = 13

    def permission(self, person: PersonId, subject: Subject, channel: Channel, on: date) -> Permission:
        """Say whether `subject` of `person` is permitted on this channel that day.

        Somebody who is not on the register has no permission. A channel with
        several purposes needs a grant for each of them, or for the channel.
        """
        standing = self.standings.get(person)
        if standing is None or person not in self.people:
            return not_permitted(Reason.NOT_ON_REGISTER)
        purposes = sorted(channel.purposes) or [channel.name]
        answers = [
            permission(standing, subject, (channel.name, purpose), on, self.own_consent_age) for purpose in purposes
        ]
        return most_restrictive(answers)

    @cached_property
    def names(self) -> NameIndex:
        """Every name on the register, ready to be looked for in a text."""
        return NameIndex.of(self.people.values())

    @cached_property
    def listed(self) -> frozenset[PersonId]:
        """Everybody on the do-not-publish list, with or without a template."""
        return frozenset(person for person, standing in self.standings.items() if standing.listed)
