"""The register as one check sees it: an immutable snapshot with a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from gatekeeper.caption.index import NameIndex
from gatekeeper.caption.reindexing import reindexed
from gatekeeper.consent.permission import (
    Permission,
    Reason,
    Standing,
    Subject,
    most_restrictive,
    not_permitted,
    permission,
)
from gatekeeper.identity.gallery import Gallery as Gallery
from gatekeeper.naming import fold
from gatekeeper.types import Channel, Person, PersonId


def permission_on(channel: Channel, standing: Standing, subject: Subject, on: date, own_consent_age: int) -> Permission:
    """Say whether `subject` is permitted on a channel that day, and why.

    A channel with several purposes needs a grant for each of them, or for the channel.
    """
    purposes = sorted(channel.purposes) or [channel.name]
    answers = [permission(standing, subject, (channel.name, purpose), on, own_consent_age) for purpose in purposes]
    return most_restrictive(answers)


@dataclass(frozen=True, slots=True, eq=False)
class Indexed:
    """The names of an earlier state of the register, to go on from."""

    people: Mapping[PersonId, Person] = field(repr=False)
    names: NameIndex = field(repr=False)


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
    not_pupils: frozenset[str] = frozenset()
    """Phrases (`caption.phrases.key`) of which the school has said that they are no pupils."""
    credited: frozenset[str] = frozenset()
    """Names of adults who agreed to be named in full as the author of a picture, in the same form."""
    indexed: Indexed | None = field(default=None, repr=False)
    """The names of an earlier state, if they are at hand: then only those of people who changed are indexed."""
    siblings: Mapping[PersonId, frozenset[PersonId]] = field(default_factory=dict, repr=False)
    """By person, those who were confirmed to be siblings or twins of theirs, with a template or without."""

    def permission(self, person: PersonId, subject: Subject, channel: Channel, on: date) -> Permission:
        """Say whether `subject` of `person` is permitted on this channel that day.

        A person who is not on the register has no permission.
        """
        standing = self.standings.get(person)
        if standing is None or person not in self.people:
            return not_permitted(Reason.NOT_ON_REGISTER)
        return permission_on(channel, standing, subject, on, self.own_consent_age)

    @cached_property
    def names(self) -> NameIndex:
        """Every name on the register, ready to be looked for in a text."""
        if self.indexed is None:
            return NameIndex.of(self.people.values())
        return reindexed(self.indexed.names, self.indexed.people, self.people)

    @property
    def index_at_hand(self) -> Indexed | None:
        """The newest index of names there is: its own if it was asked for, or that of an earlier state."""
        return Indexed(self.people, self.names) if "names" in self.__dict__ else self.indexed

    def surnames(self, person: PersonId) -> frozenset[str]:
        """Return the family names of a person, folded; none of one who is not on the register."""
        found = self.people.get(person)
        return frozenset(fold(name) for name in found.surnames) if found else frozenset()

    @cached_property
    def listed(self) -> frozenset[PersonId]:
        """All people on the do-not-publish list, with or without a template."""
        return frozenset(person for person, standing in self.standings.items() if standing.listed)
