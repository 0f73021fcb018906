"""The register as a table: its columns, its filters, and who matches them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from api.application.register.coverage import Coverage, coverage
from api.application.register.directory import Directory, Entry, directory
from api.application.services import Services
from api.platform import labels
from api.web import choices, tables
from api.web.register.groups.events import group_id_of
from api.web.register.people import in_words, open_channels, register_of
from api.web.tables import Cell, Column, Filter, Layout, Query
from consent_db.data_rights.lifecycle import DueKind
from consent_db.transaction import Transaction
from gatekeeper.naming import finder
from gatekeeper.types import PersonId

PATH: Final = "/admin/people"

SOON: Final = 30
"""Days that count as soon."""


class State(StrEnum):
    """What may become of pictures of a person; the values are those of addresses."""

    EVERYWHERE = "everywhere"
    SOME = "some-channels"
    NO_CONSENT = "no-consent"
    EXPIRING = "expiring"
    FEW_PHOTOS = "few-photos"
    LISTED = "listed"
    LEAVERS = "leavers"


STATES: Final[Mapping[State, str]] = {
    State.EVERYWHERE: "May be shown everywhere",
    State.SOME: "On some channels only",
    State.NO_CONSENT: "No consent",
    State.EXPIRING: f"Expiring in {SOON} days",
    State.FEW_PHOTOS: "Fewer than three photos",
    State.LISTED: "On the list",
    State.LEAVERS: "Leavers",
}

PHOTOS: Final[Mapping[str, str]] = {"with": "With reference photos", "without": "Without reference photos"}

DUE: Final[Mapping[DueKind, str]] = {
    DueKind.CONSENT_ENDS: "Consent ends",
    DueKind.REVIEW: "Review",
    DueKind.LEAVING: "Last day",
    DueKind.TEMPLATE_ENDS: "Photos too old",
    DueKind.COMES_OF_AGE: "Turns 18",
}


@dataclass(frozen=True, slots=True)
class PeopleTable:
    """Everyone on the register as a table.

    Attributes:
        photos: how many reference photos there are of each person, by id.
        groups: the name of each class and club by the digest that addresses have.
    """

    directory: Directory = field(repr=False)
    cover: Coverage = field(repr=False)
    channels: int
    photos: Mapping[PersonId, int] = field(repr=False)
    groups: Mapping[str, str]
    today: date
    biometrics: bool

    @classmethod
    def of(cls, services: Services, tx: Transaction) -> PeopleTable:
        """Look everything up that a line shows; only what changed since the last look is opened."""
        register, channels = register_of(services, tx), tuple(open_channels(tx))
        gallery = register.gallery
        return cls(
            directory=directory(tx, register),
            cover=coverage(register, channels, tx.today),
            channels=len(channels),
            photos=dict(zip(gallery.people, map(int, gallery.references), strict=True)),
            groups={group_id_of(name): name for name in choices.classes(tx)},
            today=tx.today,
            biometrics=services.policy.biometrics,
        )

    @property
    def layout(self) -> Layout:
        """The columns and filters; those of reference photos only where faces are recognised."""
        photos = Column("photos", "Photos", self._photos, latest_first=True)
        states = {one.value: text for one, text in STATES.items() if self.biometrics or one is not State.FEW_PHOTOS}
        return Layout(
            path=PATH,
            columns=(
                Column("name", "Name", lambda entry: entry.name_key),
                Column("class", "Class", lambda entry: entry.group_key),
                Column("role", "Role", lambda entry: labels.KIND[entry.record.profile.kind]),
                *((photos,) if self.biometrics else ()),
                Column("shown", "Pictures", self._shown),
                Column("due", "Coming up", self._due),
            ),
            filters=(
                Filter("group", "Class or club", self.groups),
                Filter("kind", "Role", {kind.value: text for kind, text in labels.KIND.items()}),
                Filter("show", "Which people", states, "All people"),
                *((Filter("photos", "Photos", PHOTOS),) if self.biometrics else ()),
            ),
            sort="name",
            noun=("person", "people"),
        )

    def matching(self, query: Query) -> list[Entry]:
        """Return those who match, in the order that is asked for."""
        found: Iterable[Entry] = self.directory.entries
        for name, value in query.chosen.items():
            found = filter(self._condition(name, value), found)
        if query.words:
            is_meant = finder(query.words)
            found = [one for one in found if is_meant(one.searched)]
        return tables.ordered(self.layout, query, list(found))

    def table(self, query: Query) -> tables.Table:
        """Return the page that is asked for."""
        found = self.matching(query)
        return tables.table(self.layout, query, found, len(self.directory.entries), self.line)

    def line(self, entry: Entry) -> tables.Row:
        """Return a person as a row."""
        profile, mood_and_words = entry.record.profile, self._in_words(entry)
        name = choices.full_name(profile)
        photos = self.photos.get(entry.record.id, 0)
        cells = (
            Cell(name, f"{PATH}/{entry.record.id}", profile.external_id or ""),
            Cell(", ".join(entry.groups)),
            Cell(labels.KIND[profile.kind]),
            *((Cell(str(photos) if photos else "None"),) if self.biometrics else ()),
            Cell(mood_and_words[1], mood=mood_and_words[0]),
            self._due_cell(entry),
        )
        return tables.Row(cells, entry.record.id, name)

    def exported(self, entry: Entry, shown: Sequence[int]) -> list[str]:
        """Return a person as a row of a file: number, first name and surname, then these columns of the table."""
        profile, cells = entry.record.profile, self.line(entry).cells
        named = (profile.external_id or "", profile.known_as or profile.first_name, profile.last_name)
        return [*named, *(cells[at].in_words for at in shown)]

    def _in_words(self, entry: Entry) -> tuple[labels.Mood, str]:
        return in_words(entry.record, self._may(entry), self.channels, self.today)

    def _due_cell(self, entry: Entry) -> Cell:
        due = self.directory.due.get(entry.record.id)
        return Cell(labels.date(due.day), note=DUE[due.kind]) if due else Cell("")

    def _condition(self, name: str, value: str) -> Callable[[Entry], bool]:
        """Return who a filter lets through."""
        if name == "group":
            group = self.groups[value]
            return lambda one: group in one.record.profile.groups
        if name == "kind":
            return lambda one: one.record.profile.kind == value
        if name == "photos":
            return lambda one: (one.record.id in self.photos) is (value == "with")
        return {
            State.EVERYWHERE: lambda one: 0 < self._may(one) == self.channels,
            State.SOME: lambda one: 0 < self._may(one) < self.channels,
            State.NO_CONSENT: lambda one: not self._may(one),
            State.EXPIRING: self._ends_soon,
            State.FEW_PHOTOS: lambda one: one.record.id in self.cover.few_photos,
            State.LISTED: lambda one: one.record.listed or one.record.held,
            State.LEAVERS: self._has_left,
        }[State(value)]

    def _may(self, entry: Entry) -> int:
        return len(self.cover.channels[entry.record.id])

    def _ends_soon(self, entry: Entry) -> bool:
        ending = self.directory.ending.get(entry.record.id)
        return ending is not None and ending <= self.today + timedelta(days=SOON)

    def _has_left(self, entry: Entry) -> bool:
        leaving = entry.record.profile.leaving_date
        return leaving is not None and leaving < self.today

    def _shown(self, entry: Entry) -> tuple[bool, bool, bool, int]:
        """Sort those on the list first, then those under a hold and leavers, then by how many channels."""
        record = entry.record
        return not record.listed, not record.held, not self._has_left(entry), self._may(entry)

    def _photos(self, entry: Entry) -> int:
        return self.photos.get(entry.record.id, 0)

    def _due(self, entry: Entry) -> date:
        due = self.directory.due.get(entry.record.id)
        return due.day if due else date.max
