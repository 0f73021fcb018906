"""The class list for the member of staff with the camera: who of a class or at an event may be shown on a channel.

Names and marks, nothing else. A person who must not be shown for whatever reason (the
do-not-publish list, a hold, no consent, their own no) has one and the same mark, as everywhere
that staff look (docs/decisions/0058). Every list that is shown is in the audit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from fastapi import Query, Request
from starlette.responses import Response

from api.application.register.directory import directory
from api.application.services import Services
from api.http.dependencies import Session, Use
from api.http.problems import not_found
from api.platform import labels
from api.security.access import SIGNED_IN, allow
from api.security.routing import Router
from api.web import choices
from api.web.register.groups.events import group_id_of, group_named
from api.web.register.people import register_of
from api.web.templating import Page, render
from consent_db.people.records import EventRecord
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import Subject
from gatekeeper.types import PersonId

router = Router(prefix="/class-list")

Group = Annotated[str, Query(pattern=r"^(grp_[0-9a-f]{32})?$")]
ChannelName = Annotated[str, Query(max_length=100)]


@dataclass(frozen=True, slots=True)
class Marked:
    """One person and the mark: may be shown, or not."""

    name: str = field(repr=False)
    may: bool


@dataclass(frozen=True, slots=True)
class ClassList:
    """One list.

    Attributes:
        day: for which day it holds.
        may: how many may be shown.
    """

    title: str
    channel: str
    day: str
    people: tuple[Marked, ...] = field(repr=False)
    may: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassListPage(Page):
    """The choice of class or event and channel, and the list once both are chosen."""

    template: ClassVar[str] = "class_list.html"
    nav: str = "class-list"
    classes: tuple[choices.Choice, ...]
    events: tuple[choices.Choice, ...]
    channels: tuple[choices.Choice, ...]
    group: str
    channel: str
    found: ClassList | None


@router.get("")
@allow(SIGNED_IN)
def show_class_list(
    request: Request, services: Use, session: Session, group: Group = "", channel: ChannelName = ""
) -> Response:
    """Show who of a class or at an event may be shown on a channel, for printing; the audit notes who looked."""
    begin = services.store.transaction if group and channel else services.store.reading
    with begin(session.user.id, services.clock()) as tx:
        found = _list(services, tx, group, channel) if group and channel else None
        if found is not None:
            tx.hand_outs.class_list_shown(group, channel, len(found.people))
        page = ClassListPage(
            title="Class list",
            classes=tuple(choices.Choice(group_id_of(name), name) for name in choices.classes(tx)),
            events=tuple(choices.Choice(group_id_of(one.value), one.label) for one in choices.events(tx)),
            channels=choices.channels(tx),
            group=group,
            channel=channel,
            found=found,
        )
    return render(page, request.scope)


def _list(services: Services, tx: Transaction, group: str, channel: str) -> ClassList:
    """Return the list of a class or an event.

    Raises:
        Problem: 404, there is no such class or event, or no such channel is open.
    """
    name, on = group_named(tx, group), tx.channels.get(channel)
    if on is None or not on.open:
        raise not_found("channel")
    event, members = tx.groups.event(name), tx.groups.members(name)
    day = max(tx.today, event.date) if event else tx.today
    register, refused, gate = register_of(services, tx), _objecting(services, tx, event), on.as_channel()

    def may_be_shown(person: PersonId) -> bool:
        """Say what the gate would say today and on the day of the event."""
        return all(register.permission(person, Subject.PICTURE, gate, when).allowed for when in {tx.today, day})

    people = tuple(
        Marked(choices.full_name(one.record.profile), one.record.id not in refused and may_be_shown(one.record.id))
        for one in directory(tx, register).entries
        if one.record.id in members
    )
    title = event.title if event else name
    return ClassList(title, on.title, labels.date(day), people, sum(one.may for one in people))


def _objecting(services: Services, tx: Transaction, event: EventRecord | None) -> frozenset[PersonId]:
    """Return who asked not to be photographed at the event, or at any so near that it counts here too."""
    around, day = services.policy.objection_days, event.date if event else tx.today
    return frozenset(
        record.objection.person
        for record in tx.objections.in_force()
        if record.objection.person is not None
        and (
            (event is not None and record.event == event.name)
            or record.objection.day is None
            or abs((record.objection.day - day).days) <= around
        )
    )
