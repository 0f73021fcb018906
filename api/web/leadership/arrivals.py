"""A person who may not be published from today: found or new, list or hold, photographs, one form on one page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Annotated, ClassVar, Final

from fastapi import Depends, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ConfigDict, Field, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from api.application.register import photographs
from api.application.register.reference_files import ReferenceFile
from api.application.services import Services
from api.http.dependencies import Reading, Session, Use
from api.security.access import KEEPERS, SAFEGUARDING, allow
from api.security.routing import Router
from api.web import choices
from api.web.forms import Day, Text
from api.web.register.impact import Effects, PostView, effects, posts
from api.web.register.person.person import Id, found
from api.web.register.person.person_form import Namesake, Particulars, Wrong, draft_of, namesakes_of
from api.web.register.person.person_views import PersonView
from api.web.templating import Page, render
from consent_db.accounts.records import SessionRecord
from consent_db.errors import AlreadyExists, BiometricConsentMissing, NotPossible
from consent_db.people.records import PersonRecord
from consent_db.transaction import Transaction
from gatekeeper.consent.history import Restriction
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import Kind, PersonId

router = Router(prefix="/admin/do-not-publish")

PATH: Final = r"/admin/do-not-publish/add"
"""The address of the form, which may carry photographs."""

WHY: Final = (
    "A court order",
    "Adopted, in care or looked after",
    "Refuge or violence",
    "The family’s or the person’s own wish",
    "Another reason",
)
"""What kind of reason it is; kept sealed with the words, for the safeguarding lead alone."""


class Arrival(Particulars):
    """The form as it was filled in.

    Attributes:
        person: who it is, if they are on the register; the details of a new person count otherwise.
        recognise: whether a parent or carer has agreed in writing that the face is recognised.
        evidence: where that writing is to be found.
    """

    model_config = ConfigDict(extra="ignore")

    person: Annotated[str, Field(pattern=r"^(per_[0-9a-f]{32})?$")] = ""
    restriction: Restriction = Restriction.LISTING
    why: Annotated[str, Field(max_length=100)] = ""
    reason: Text = None
    review_on: Day = None
    recognise: bool = False
    evidence: Text = None

    @property
    def sealed_reason(self) -> str | None:
        """What is kept of why; None if nothing was said."""
        kind = self.why if self.why in WHY else ""
        return ": ".join(filter(None, (kind, self.reason))) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalPage(Page):
    """The form; of a person who is on the register with what it does at once."""

    template: ClassVar[str] = "arrival.html"
    nav: str = "listing"
    person: PersonView | None
    about: str
    filled: Arrival
    reasons: tuple[str, ...] = WHY
    classes: tuple[str, ...]
    today: str
    effects: Effects | None
    posts: tuple[PostView, ...]
    biometrics: bool
    errors: dict[str, str] = field(default_factory=dict)
    namesakes: tuple[Namesake, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedPage(Page):
    """What was done, and what is out."""

    template: ClassVar[str] = "arrived.html"
    nav: str = "listing"
    person: PersonView
    restriction: str
    effects: Effects
    posts: tuple[PostView, ...]
    photographs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPage(Page):
    """What the office keeps: who may not be published, and no reason."""

    template: ClassVar[str] = "office_card.html"
    nav: str = "listing"
    person: PersonView
    about: str
    since: str


class Doubtful(Exception):
    """It may be one of these, who are on the register under the same name."""

    def __init__(self, namesakes: tuple[Namesake, ...]) -> None:
        super().__init__(len(namesakes))
        self.namesakes = namesakes


async def _form(request: Request) -> AsyncIterator[FormData]:
    """Read a form with several files; the framework's own limit is one."""
    async with request.form(max_files=photographs.MOST, max_fields=40, max_part_size=20_000) as form:
        yield form


Sent = Annotated[FormData, Depends(_form)]


@router.get("/add")
@allow(SAFEGUARDING)
def show_form(
    request: Request, services: Use, tx: Reading, person: Annotated[str, Query(pattern=r"^(per_[0-9a-f]{32})?$")] = ""
) -> Response:
    """Show the form, for a person of the register or for a new one."""
    return render(_page(services, tx, Arrival(person=person)), request.scope)


@router.post("/add")
@allow(SAFEGUARDING)
def add(request: Request, services: Use, session: Session, sent: Sent) -> Response:
    """Write everything down in one transaction, and then make the template of the photographs that are permitted."""
    filled, files = _read(sent)
    if files:
        services.turns.must_have_room()
    try:
        with services.store.transaction(session.user.id, services.clock()) as tx:
            made = _write(services, tx, filled)
    except (Wrong, Doubtful) as refused:
        with services.store.reading(session.user.id, services.clock()) as tx:
            page = _page(services, tx, filled)
        if isinstance(refused, Doubtful):
            return render(replace(page, namesakes=refused.namesakes), request.scope, HTTPStatus.CONFLICT)
        return render(replace(page, errors=refused.errors), request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    if files:
        made = replace(made, photographs=tuple(_enrolled(services, session, PersonId(made.person.id), files)))
    return render(made, request.scope)


@router.get("/card/{person_id}")
@allow(KEEPERS)
def show_card(request: Request, person_id: Id, tx: Reading) -> Response:
    """Show the card for the office: nothing on it tells list from hold, or why."""
    record = found(tx, person_id)
    page = CardPage(
        title="Card for the office",
        person=PersonView.brief(record),
        about=", ".join(choices.groups_of(record.profile)),
        since=f"{tx.today.day} {tx.today:%B %Y}",
    )
    return render(page, request.scope)


def _read(sent: FormData) -> tuple[Arrival, list[ReferenceFile]]:
    plain = {name: value for name, value in sent.items() if isinstance(value, str)}
    try:
        filled = Arrival.model_validate(plain)
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from error
    files = [
        ReferenceFile(PurePosixPath(PurePosixPath(file.filename or "photograph").name), file.file.read)
        for file in sent.getlist("photos")
        if isinstance(file, UploadFile) and file.size
    ]
    return filled, files


def _write(services: Services, tx: Transaction, filled: Arrival) -> ArrivedPage:
    """Add the person if they are new, impose the restriction, and note the consent to recognising the face.

    Raises:
        Doubtful: a new person has a name that is on the register.
        Wrong: what is missing or cannot be used, by field.
    """
    if filled.recognise and not filled.evidence:
        raise Wrong({"evidence": "Say where the written consent is kept."})
    if filled.review_on is not None and filled.review_on < tx.today:
        raise Wrong({"review_on": "The day of the next review has passed. Choose a later one."})
    record = found(tx, filled.person) if filled.person else tx.people.get(_new(tx, filled))
    listing = filled.restriction is Restriction.LISTING
    touched = effects(services, tx, tx.consent.touches_restricting(record.id, filled.restriction))
    showing = posts(services, tx, tx.publications.showing(record.id))
    try:
        impose = tx.consent.list_person if listing else tx.consent.hold
        impose(record.id, filled.sealed_reason, filled.review_on)
    except (AlreadyExists, NotPossible) as error:
        what = "on the do-not-publish list" if listing else "under a hold"
        told = (
            f"{choices.full_name(record.profile)} is {what} already."
            if isinstance(error, AlreadyExists)
            else str(error)
        )
        raise Wrong({"restriction": told}) from error
    if filled.recognise and services.policy.biometrics:
        party = Party.PARENT if record.profile.kind is Kind.PUPIL else Party.SELF
        said = Statement(party, Subject.BIOMETRICS, EVERYWHERE, Stance.GRANTED, tx.now, tx.today)
        tx.consent.record(record.id, said, filled.evidence)
    return ArrivedPage(
        title="Recorded",
        person=PersonView.brief(record),
        restriction="on the do-not-publish list" if listing else "under a hold",
        effects=touched,
        posts=showing,
        photographs=(),
    )


def _new(tx: Transaction, filled: Arrival) -> PersonId:
    draft = draft_of(filled, tx.today)
    if not filled.somebody_else and (namesakes := namesakes_of(tx, draft, protected=True)):
        raise Doubtful(namesakes)
    try:
        return tx.people.add(draft)
    except AlreadyExists as error:
        raise Wrong({"external_id": str(error)}) from error


def _enrolled(services: Services, session: SessionRecord, person: PersonId, files: list[ReferenceFile]) -> list[str]:
    """Make the template, and say what became of the photographs."""
    with services.store.reading(session.user.id, services.clock()) as tx:
        permitted = tx.enrolment.permitted(person)
    try:
        if not permitted:
            raise BiometricConsentMissing(person)  # noqa: TRY301 -- no photograph is opened without
        with services.turns:
            report = photographs.add(services, person, files, session.user.id)
    except BiometricConsentMissing:
        return ["No photograph was used: there is no consent to recognising the face. The entry holds without."]
    except NotPossible as error:
        return [f"No photograph was used. {error}"]
    used = f"{report.used} of {len(files)} photographs used: the person is recognised from now on."
    told = used if report.used else "No photograph could be used. The entry holds without."
    return [told, *(f"{one.file}: {one.reason}" for one in report.refused)]


def _page(services: Services, tx: Transaction, filled: Arrival) -> ArrivalPage:
    record = found(tx, filled.person) if filled.person else None
    touched = tx.consent.touches_restricting(record.id, filled.restriction) if record else None
    return ArrivalPage(
        title="May not be published",
        person=PersonView.brief(record) if record else None,
        about=_about(record) if record else "",
        filled=filled,
        classes=choices.classes(tx),
        today=tx.today.isoformat(),
        effects=effects(services, tx, touched) if touched is not None else None,
        posts=posts(services, tx, tx.publications.showing(record.id)) if record else (),
        biometrics=services.policy.biometrics,
    )


def _about(record: PersonRecord) -> str:
    return ", ".join(filter(None, (*choices.groups_of(record.profile), record.profile.external_id)))
