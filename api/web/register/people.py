"""People: the register, to search and to filter.

What is searched for is sent in the body of a request: an address is kept by
browsers and proxies, and names have no place there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from fastapi import Form, Request
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limits
from starlette.responses import Response

from api.application.services import Services
from api.http.dependencies import Reading, Use
from api.platform import labels as words
from api.security.access import KEEPERS, allow
from api.security.routing import Router
from api.web import choices
from api.web.templating import Page, render
from consent_db.people.records import PersonRecord
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import EVERYWHERE, Subject
from gatekeeper.identity.health import ENOUGH
from gatekeeper.register import Register
from gatekeeper.types import Channel, PersonId

router = Router(prefix="/admin/people")

SHOWN: Final = 100
"""How many are on one page."""

SOON: Final = 30
"""Days that count as soon."""


class Filter(StrEnum):
    """Which people are shown."""

    ALL = "all"
    NO_CONSENT = "no-consent"
    EXPIRING = "expiring"
    FEW_PHOTOS = "few-photos"
    LISTED = "listed"
    LEAVERS = "leavers"


FILTERS: Final = {
    Filter.ALL: "All people",
    Filter.NO_CONSENT: "No consent",
    Filter.EXPIRING: f"Expiring in {SOON} days",
    Filter.FEW_PHOTOS: "Fewer than three photos",
    Filter.LISTED: "On the list",
    Filter.LEAVERS: "Leavers",
}


class Search(BaseModel):
    """The form above the list."""

    model_config = ConfigDict(extra="ignore")

    name: str = Limits(default="", max_length=100)
    group: str = Limits(default="", max_length=100)
    show: Filter = Filter.ALL


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in the list."""

    id: str
    name: str
    about: str
    mood: words.Mood
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage(Page):
    """Those who are looked for."""

    template: ClassVar[str] = "people.html"
    nav: str = "people"
    rows: tuple[PersonRow, ...]
    found: int
    registered: int
    search: Search
    groups: tuple[str, ...]
    filters: dict[str, str]


@router.get("")
@allow(KEEPERS)
def show_people(request: Request, services: Use, tx: Reading, show: Filter = Filter.ALL) -> Response:
    """List the people who match the search and the filter."""
    return render(_page(services, tx, Search(show=show)), request.scope)


@router.post("")
@allow(KEEPERS)
def search_people(request: Request, services: Use, tx: Reading, search: Annotated[Search, Form()]) -> Response:
    """Show those of this name, in this class."""
    return render(_page(services, tx, search), request.scope)


def standing(
    register: Register, record: PersonRecord, channels: Sequence[Channel], today: date
) -> tuple[words.Mood, str]:
    """Return in a few words on which of these channels a person may be shown today."""
    if record.listed:
        return "stop", "On the do-not-publish list"
    if record.held:
        return "stop", "Under a hold"
    if record.profile.leaving_date is not None and record.profile.leaving_date < today:
        return "stop", f"Left on {words.date(record.profile.leaving_date)}"
    may = sum(_may_be_shown(register, record.id, channel, today) for channel in channels)
    if channels and may == len(channels):
        return "ok", "May be shown"
    return ("ask", f"On {may} of {len(channels)} channels") if may else ("stop", "May not be shown")


def row(register: Register, record: PersonRecord, channels: Sequence[Channel], today: date) -> PersonRow:
    """Return a person as a line of a list."""
    mood, status = standing(register, record, channels, today)
    about = (
        words.KIND[record.profile.kind],
        *choices.groups_of(record.profile),
        record.profile.external_id,
    )
    return PersonRow(record.id, choices.full_name(record.profile), " · ".join(filter(None, about)), mood, status)


def open_channels(tx: Transaction) -> list[Channel]:
    """Return the channels that may be published on, as the gate knows them."""
    return [channel.as_channel() for channel in tx.channels.all() if channel.open]


def register_of(services: Services, tx: Transaction) -> Register:
    """Return the snapshot that the gate itself works with."""
    engine = services.tools.engine
    return tx.register(engine.name, engine.embedder.dimension)


def _page(services: Services, tx: Transaction, search: Search) -> PeoplePage:
    people, register = tx.people.all(), register_of(services, tx)
    channels = open_channels(tx)
    found = [one for one in _let_through(services, tx, people, search.show) if _is_meant(one, search)]
    return PeoplePage(
        title="People",
        rows=tuple(row(register, one, channels, tx.today) for one in found[:SHOWN]),
        found=len(found),
        registered=len(people),
        search=search,
        groups=choices.classes(tx),
        filters={one.value: text for one, text in FILTERS.items() if _makes_sense(services, one)},
    )


def _makes_sense(services: Services, one: Filter) -> bool:
    return one is not Filter.FEW_PHOTOS or services.policy.biometrics


def _let_through(
    services: Services, tx: Transaction, people: list[PersonRecord], wanted: Filter
) -> list[PersonRecord]:  # fmt: skip
    """Return those who match a filter, in the same order."""
    if wanted is Filter.ALL:
        return people
    if wanted is Filter.LISTED:
        return [one for one in people if one.listed or one.held]
    if wanted is Filter.LEAVERS:
        return [one for one in people if one.profile.leaving_date is not None and one.profile.leaving_date < tx.today]
    if wanted is Filter.EXPIRING:
        ending = tx.lifecycle.ending(SOON)
        return [one for one in people if one.id in ending]
    register = register_of(services, tx)
    if wanted is Filter.FEW_PHOTOS:
        enough = tx.enrolment.with_photographs(services.tools.engine.name, ENOUGH)
        return [one for one in people if one.id not in enough and _may_be_recognised(register, one.id, tx.today)]
    channels = open_channels(tx)
    return [
        one for one in people if not any(_may_be_shown(register, one.id, channel, tx.today) for channel in channels)
    ]


def _is_meant(record: PersonRecord, search: Search) -> bool:
    profile = record.profile
    if search.group and search.group not in profile.groups:
        return False
    return choices.is_called(profile, search.name)


def _may_be_shown(register: Register, person: PersonId, channel: Channel, today: date) -> bool:
    return register.permission(person, Subject.PICTURE, channel, today).allowed


def _may_be_recognised(register: Register, person: PersonId, today: date) -> bool:
    anywhere = Channel("", frozenset({EVERYWHERE}), approved=True)
    return register.permission(person, Subject.BIOMETRICS, anywhere, today).allowed
