"""The do-not-publish list and holds: who is under one, when to look again, and why, for the safeguarding lead alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from fastapi import Form, Path, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import RedirectResponse, Response

from api.application.services import Services
from api.http.dependencies import Reading, Session, Use, Writing
from api.http.problems import Problem, not_found
from api.platform import labels
from api.security.access import KEEPERS, SAFEGUARDING, allow
from api.security.routing import Router
from api.web import choices
from api.web.checks.picture import person_picker
from api.web.forms import Day, Text
from api.web.register.impact import effects
from api.web.register.person.person import Id, SurePage, found
from api.web.register.person.person_views import PersonView
from api.web.register.person.saved import What, saved
from api.web.templating import Page, render
from consent_db.accounts.records import SessionRecord
from consent_db.errors import AlreadyExists
from consent_db.people.records import Change, PersonDraft, PersonRecord
from consent_db.register.records import ReviewRecord
from consent_db.roster.missing_protected import MissingQuestion, Outcome
from consent_db.transaction import Transaction
from gatekeeper.consent.history import Restriction
from gatekeeper.naming import is_found, natural_key
from gatekeeper.types import PersonId, Role

router = Router(prefix="/admin")

_SHOWN: Final = 30

Number = Annotated[int, Path(ge=1, le=2**31)]

_LAY: Final = {
    Restriction.LISTING: "Nothing that shows or names them is published from now on, whatever consent there is.",
    Restriction.HOLD: "Nothing that shows or names them is published until the hold is lifted.",
}


_ASKED: Final = {
    Restriction.LISTING: "Put on the do-not-publish list?",
    Restriction.HOLD: "Place a hold?",
}


class Laid(BaseModel):
    """The form that puts a person on the list, or places a hold on them."""

    model_config = ConfigDict(extra="ignore")

    restriction: Restriction
    reason: Text = None
    review_on: Day = None
    sure: bool = False


@dataclass(frozen=True, slots=True)
class ListedView:
    """A person on the list or under a hold."""

    person: str
    name: str
    kind: str
    since: str
    review: str
    due: bool


@dataclass(frozen=True, slots=True)
class MissingView:
    """A person of the list that the lead is asked about: missing from the school's file, or a copy of their data."""

    person: str
    name: str
    since: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPage(Page):
    """The people on the list and under a hold; never why."""

    template: ClassVar[str] = "listing.html"
    nav: str = "listing"
    rows: tuple[ListedView, ...]
    missing: tuple[MissingView, ...]
    copies: tuple[MissingView, ...]
    lead: bool
    typed: str = ""
    others: tuple[person_picker.PersonChoice, ...] | None = None
    """Who of the register was found besides; None before anything was looked for."""
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonPage(Page):
    """Why a person is on the list or under a hold."""

    template: ClassVar[str] = "reason.html"
    nav: str = "listing"
    person: PersonView
    reason: str


@router.get("/do-not-publish")
@allow(KEEPERS)
def show_listing(request: Request, services: Use, session: Session, tx: Reading) -> Response:
    """Show who is on the list and under a hold, what is to be looked at first on top."""
    return render(_page(services, tx, session), request.scope)


@router.post("/do-not-publish/search")
@allow(KEEPERS)
def search(
    request: Request, services: Use, session: Session, tx: Reading, typed: Annotated[str, Form(max_length=100)] = ""
) -> Response:
    """Search the list and the register by name, number or class; what is typed is in no address."""
    page = _page(services, tx, session)
    if not typed.strip():
        return render(page, request.scope)
    listed = {record.person for record in tx.reviews.all()}
    everyone = tx.people.all()
    called = {one.id for one in everyone if is_found(typed, (*_called(one.profile), *one.profile.groups))}
    others = [_choice(one) for one in everyone if one.id in called - listed]
    others.sort(key=lambda one: natural_key(one.name))
    rows = tuple(row for row in page.rows if row.person in called)
    more = max(0, len(others) - _SHOWN)
    return render(replace(page, rows=rows, typed=typed, others=tuple(others[:_SHOWN]), more=more), request.scope)


def _choice(record: PersonRecord) -> person_picker.PersonChoice:
    groups = ", ".join(choices.groups_of(record.profile))
    return person_picker.PersonChoice(record.id, choices.full_name(record.profile), groups)


def _called(profile: PersonDraft) -> tuple[str | None, ...]:
    return profile.first_name, profile.last_name, profile.known_as, profile.external_id


def _page(services: Services, tx: Transaction, session: SessionRecord) -> ListingPage:
    rows = tuple(_row(services, tx, record) for record in tx.reviews.all())
    lead = session.user.role is Role.SAFEGUARDING_LEAD
    missing = tuple(_missing(services, tx, question) for question in tx.missing_protected.open())
    copies = tuple(_named(tx, person) for person in tx.export_release.waiting())
    return ListingPage(title="Do-not-publish list", rows=rows, missing=missing, copies=copies, lead=lead)


@router.post("/do-not-publish/missing/{person_id}")
@allow(SAFEGUARDING)
def answer_missing(person_id: Id, tx: Writing, outcome: Annotated[Outcome, Form()]) -> Response:
    """Answer whether a person missing from the school's file has left; the listing or hold stays."""
    tx.missing_protected.answer(found(tx, person_id).id, outcome)
    return RedirectResponse("/admin/do-not-publish", HTTPStatus.SEE_OTHER)


@router.post("/people/{person_id}/restrictions")
@allow(SAFEGUARDING)
def restrict(
    request: Request, person_id: Id, services: Use, session: Session, laid: Annotated[Laid, Form()]
) -> Response:  # fmt: skip
    """Impose a restriction (list or hold); its impact is shown first and has to be confirmed."""
    if laid.sure:
        with services.store.transaction(session.user.id, services.clock()) as tx:
            change = _lay(tx, found(tx, person_id).id, laid)
        return saved(person_id, What.RESTRICTION, change)
    with services.store.reading(session.user.id, services.clock()) as tx:
        record = found(tx, person_id)
        touched = tx.consent.touches_restricting(record.id, laid.restriction)
        fields = laid.model_dump(mode="json", exclude_none=True) | {"sure": "true"}
        page = SurePage(
            title="Confirm the change",
            person=PersonView.brief(record),
            action=f"/admin/people/{record.id}/restrictions",
            heading=_ASKED[laid.restriction],
            sentence=_LAY[laid.restriction],
            fields={name: str(value) for name, value in fields.items()},
            effects=effects(services, tx, touched),
            button="Put on the list" if laid.restriction is Restriction.LISTING else "Place the hold",
        )
        return render(page, request.scope)


@router.post("/people/{person_id}/restrictions/lift")
@allow(SAFEGUARDING.just_now)
def lift(
    person_id: Id,
    tx: Writing,
    restriction: Annotated[Restriction, Form()],
    at: Annotated[datetime | None, Form()] = None,
) -> Response:
    """Lift the restriction that the page showed; what was taken down stays down."""
    person = found(tx, person_id).id
    there = {one.since for one in tx.reviews.all() if (one.person, one.restriction) == (person, restriction)}
    if at is not None and there and at not in there:
        detail = "It was imposed anew since this page was opened. Open the page again, and read why."
        raise Problem("conflict", HTTPStatus.CONFLICT, detail)
    lifting = tx.consent.unlist if restriction is Restriction.LISTING else tx.consent.lift
    return saved(person_id, What.RESTRICTION, lifting(person))


@router.post("/people/{person_id}/restrictions/review")
@allow(SAFEGUARDING)
def review(
    person_id: Id, tx: Writing, restriction: Annotated[Restriction, Form()], review_on: Annotated[date, Form()]
) -> Response:
    """Record a review: the restriction stays, with the day of the next review."""
    tx.reviews.done(found(tx, person_id).id, restriction, review_on)
    return saved(person_id, What.REVIEW)


@router.post("/people/{person_id}/restrictions/{number}/reason")
@allow(SAFEGUARDING.just_now)
def show_reason(request: Request, person_id: Id, number: Number, session: Session, tx: Writing) -> Response:
    """Show the reason; the access is written to the audit."""
    record = found(tx, person_id)
    if number not in {one.id for one in tx.consent.restrictions(record.id) if one.has_reason}:
        raise not_found()
    reason = tx.consent.reason(record.id, number, session.user.role)
    page = ReasonPage(title="The reason", person=PersonView.brief(record), reason=reason or "")
    return render(page, request.scope)


def _lay(tx: Transaction, person: PersonId, laid: Laid) -> Change:
    lay = tx.consent.list_person if laid.restriction is Restriction.LISTING else tx.consent.hold
    try:
        return lay(person, laid.reason, laid.review_on)
    except AlreadyExists as error:
        raise Problem("conflict", HTTPStatus.CONFLICT, str(error)) from error


def _missing(services: Services, tx: Transaction, question: MissingQuestion) -> MissingView:
    return replace(_named(tx, question.person), since=labels.day(question.asked_at, services.policy.zone))


def _named(tx: Transaction, person: PersonId) -> MissingView:
    return MissingView(person, choices.full_name(tx.people.get(person).profile))


def _row(services: Services, tx: Transaction, record: ReviewRecord) -> ListedView:
    return ListedView(
        person=record.person,
        name=choices.full_name(tx.people.get(record.person).profile),
        kind=record.restriction.value,
        since=labels.day(record.since, services.policy.zone),
        review=labels.date(record.review_on) if record.review_on else "no day set",
        due=record.review_on is not None and record.review_on <= tx.today,
    )
