"""Events and classes: who belongs together, and who asked not to be photographed at an event.

A class may be called after its teacher, so groups are addressed by a digest of their
names.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, ClassVar

from fastapi import Form, Path, Request
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limits
from starlette.responses import Response

from api.application.register.objecting import PUBLISHED, effect
from api.application.services import Services
from api.http.dependencies import Reading, Session, Use, Writing
from api.http.problems import not_found
from api.platform import labels as words
from api.security.access import MANAGERS, allow, may_send, proved_lately
from api.security.routing import Router
from api.web import choices, tables
from api.web.forms import Day, ShortText
from api.web.register.groups.group_table import group_id_of as group_id_of
from api.web.register.groups.group_table import group_table
from api.web.register.people import PersonRow, open_channels, register_of, row
from api.web.register.typed_names import TypedNames
from api.web.templating import Page, render
from api.web.undoing import Past, WayBacks, done
from consent_db.accounts.records import SessionRecord
from consent_db.errors import AlreadyExists, ConsentDbError, NotPossible
from consent_db.people.records import EventRecord
from consent_db.register.records import ObjectionRecord
from consent_db.transaction import Transaction
from gatekeeper.naming import natural_key
from gatekeeper.types import Objection, PersonId

router = Router(prefix="/admin/events")

GroupId = Annotated[str, Path(pattern=r"^grp_[0-9a-f]{32}$")]
Sent = Annotated[tables.Sent, Form()]
ObjectionId = Annotated[str, Path(pattern=r"^obj_[0-9a-f]{32}$")]


class EventFields(BaseModel):
    """The form for an event: whole classes, and further people, each in a line."""

    model_config = ConfigDict(extra="ignore")

    title: str = Limits(default="", max_length=100)
    day: Day = None
    classes: list[str] = Limits(default=[], max_length=50)
    people: str = Limits(default="", max_length=20_000)


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """An objection to being photographed, and what it does."""

    id: str
    description: str
    person: str | None
    since: str
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsPage(Page):
    """Every event and class, and a form for one more event."""

    template: ClassVar[str] = "events.html"
    nav: str = "events"
    table: tables.Table
    classes: tuple[str, ...]
    unlocked: bool
    filled: EventFields
    today: str
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPage(Page):
    """Who is in a class, or was at an event.

    Attributes:
        forbids: what an objection of a person on the register does, said before it is written down.
        base: where changes of the members are sent; None for who may not change them.
        search: what was looked for among those who could be added; None if nothing was.
        kept: lines by which no one person is meant, to be corrected.
        said: what was just done.
        past: the last changes of an event, with the way back.
        described: what was filled in of an objection that could not be recorded, and `who` it is.
    """

    template: ClassVar[str] = "event.html"
    nav: str = "events"
    id: str
    heading: str
    day: str | None
    rows: tuple[PersonRow, ...]
    readable: bool
    objections: tuple[ObjectionView, ...]
    forbids: tuple[str, ...]
    classes: tuple[str, ...]
    base: str | None
    search: str | None = None
    candidates: tuple[PersonRow, ...] = ()
    more: int = 0
    kept: str = ""
    said: str | None = None
    past: tuple[Past, ...] = ()
    described: str = ""
    who: str = ""
    trouble: str | None = None
    error: str | None = None


@router.get("")
@allow(MANAGERS)
def show_events(request: Request, services: Use, session: Session, tx: Reading, ways: WayBacks) -> Response:
    """Show the events and classes that the address asks for; after an undo that it was done."""
    found = group_table(tx)
    page = _groups_page(services, tx, session, found.table(found.asked(request.query_params)))
    return render(replace(page, notice=ways.notice(tx, "/admin/events")), request.scope)


@router.post("/found")
@allow(MANAGERS)
def search_groups(request: Request, services: Use, session: Session, tx: Reading, sent: Sent) -> Response:
    """Show the groups that match what was typed."""
    return group_table(tx).answer(
        request.query_params,
        sent,
        lambda found: render(_groups_page(services, tx, session, found), request.scope),
    )


@router.post("/list.csv")
@allow(MANAGERS.just_now)
def hand_out_groups(request: Request, tx: Writing, sent: Sent) -> Response:
    """Hand out the groups that are found, on all pages, as a file."""
    return group_table(tx).hand_out(tx, request.query_params, sent, "events-and-classes")


@router.post("")
@allow(MANAGERS)
def add_event(request: Request, services: Use, session: Session, fields: Annotated[EventFields, Form()]) -> Response:
    """Keep an event with who was there."""
    with services.store.transaction(session.user.id, services.clock()) as tx:
        try:
            event = _add(tx, fields)
        except ConsentDbError as error:
            groups = group_table(tx)
            page = _groups_page(services, tx, session, groups.table(groups.asked({})))
            page = replace(page, filled=fields, error=str(error))
            return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
        return back_to(event.name, tx)


@router.get("/{group_id}")
@allow(MANAGERS)
def show_group(
    request: Request, group_id: GroupId, services: Use, session: Session, tx: Reading, ways: WayBacks
) -> Response:
    """Show who is in a class, or was at an event; after a change what it did, and the way back."""
    name = group_named(tx, group_id)
    page, here = group_page(services, tx, session, name), f"/admin/events/{group_id}"
    past = ways.past(tx, name, here) if page.day else ()
    return render(replace(page, past=past, notice=ways.notice(tx, here)), request.scope)


@router.post("/{group_id}/objections")
@allow(MANAGERS)
def add_objection(
    request: Request,
    group_id: GroupId,
    services: Use,
    session: Session,
    description: ShortText = "",
    person: ShortText = "",
) -> Response:
    """Record that a person asked not to be photographed."""
    with services.store.transaction(session.user.id, services.clock()) as tx:
        event = tx.groups.event(group_named(tx, group_id))
        if event is None:
            raise not_found()
        try:
            known = TypedNames(tx.people.all()).find(person) if person.strip() else None
            tx.objections.add(event.name, description, known, services.policy.objection_days)
        except NotPossible as error:
            page = replace(group_page(services, tx, session, event.name), error=str(error))
            page = replace(page, described=description, who=person)
            return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
        return back_to(event.name, tx)


@router.post("/{group_id}/objections/{objection_id}/withdrawal")
@allow(MANAGERS)
def withdraw_objection(group_id: GroupId, objection_id: ObjectionId, services: Use, session: Session) -> Response:
    """Withdraw an objection to an event, at the person's own wish."""
    with services.store.transaction(session.user.id, services.clock()) as tx:
        name = group_named(tx, group_id)
        if objection_id not in {record.objection.id for record in tx.objections.of(name)}:
            raise not_found()
        tx.objections.withdraw(objection_id)
        return back_to(name, tx)


def group_named(tx: Transaction, group: str) -> str:
    """Return the name of the class or event of this id.

    Raises:
        Problem: 404, there is none.
    """
    names = (*tx.groups.names(), *(event.name for event in tx.groups.events()))
    found = next((name for name in names if group_id_of(name) == group), None)
    if found is None:
        raise not_found()
    return found


def back_to(name: str, tx: Transaction) -> Response:
    """Lead to the page of a class or event, which says what was done and has the way back."""
    return done(tx, f"/admin/events/{group_id_of(name)}", name)


def _add(tx: Transaction, fields: EventFields) -> EventRecord:
    """Keep an event under a name that is made of its title and day."""
    title = " ".join(fields.title.split())
    if not title or fields.day is None:
        raise NotPossible("Say what the event is called and on which day it is.")
    register = tx.people.all()
    chosen = set(fields.classes)
    people = {one.id for one in register if one.profile.groups & chosen}
    typed = TypedNames(register)
    people |= {typed.find(line) for line in fields.people.splitlines() if line.strip()}
    name = f"{title}, {fields.day.isoformat()}"
    try:
        return tx.groups.add_event(name, title, fields.day, frozenset(people))
    except AlreadyExists as error:
        raise NotPossible("There is an event of this title on that day already; give it another title.") from error


def _groups_page(services: Services, tx: Transaction, session: SessionRecord, found: tables.Table) -> EventsPage:
    return EventsPage(
        title="Events and classes",
        table=tables.with_saved(tx, session.user.id, found),
        classes=tuple(sorted(tx.groups.names(), key=natural_key)),
        unlocked=proved_lately(session, services.clock()),
        filled=EventFields(),
        today=tx.today.isoformat(),
    )


def group_page(services: Services, tx: Transaction, session: SessionRecord, name: str) -> GroupPage:
    """Return the page of a class or event."""
    event = tx.groups.event(name)
    register, channels = register_of(services, tx), open_channels(tx)
    people = tx.people.several(sorted(tx.groups.members(name)))
    members = sorted(people, key=lambda one: natural_key(choices.full_name(one.profile)))
    base = f"/admin/{'events' if event else 'classes'}/{group_id_of(name)}"
    return GroupPage(
        title="An event" if event else "A class",
        id=group_id_of(name),
        heading=event.title if event else name,
        day=words.date(event.date) if event else None,
        rows=tuple(row(register, one, channels, tx.today) for one in members),
        readable=may_send(session.user.role, "/admin/people"),
        objections=tuple(_objection(services, tx, record) for record in tx.objections.of(name)) if event else (),
        forbids=_forbids(event, services.policy.objection_days) if event else (),
        classes=choices.classes(tx) if event else (),
        base=base if may_send(session.user.role, f"{base}/people") else None,
    )


def _forbids(event: EventRecord, days_around: int) -> tuple[str, ...]:
    """Return what an objection does: of a visitor, of a person on the register, and what it does not do."""
    visitor = Objection("", "", event=event.title, day=event.date)
    known = replace(visitor, person=PersonId("any"))
    return effect(visitor, days_around), effect(known, days_around), PUBLISHED


def _objection(services: Services, tx: Transaction, record: ObjectionRecord) -> ObjectionView:
    person = record.objection.person
    return ObjectionView(
        id=record.objection.id,
        description=record.objection.description,
        person=choices.full_name(tx.people.get(person).profile) if person else None,
        since=words.moment(record.recorded_at, services.policy.zone),
        effect=effect(record.objection, services.policy.objection_days),
    )
