"""Reference photographs of a person: given, refused with a reason, looked at, and taken away again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Annotated, ClassVar, Final

from fastapi import Depends, Form, Path, Request
from pydantic import BaseModel, Field
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from api.application.register import photographs
from api.application.register.enrolment import PersonReport, RefusedPhoto
from api.application.register.look_alikes import resemblances
from api.application.register.reference_files import ReferenceFile
from api.application.services import Services
from api.http.dependencies import Reading, Session, Use
from api.http.problems import not_found
from api.platform import labels as words
from api.platform.settings import MIB, Settings
from api.security.access import KEEPERS, allow
from api.security.requests.headers import FILE_POLICY
from api.security.routing import Router
from api.web import choices
from api.web.register.impact import effects
from api.web.register.person.person import Id, SurePage, found
from api.web.register.person.person_views import Answer, PersonView, Recognition, as_a_whole, recognition
from api.web.templating import Page, render
from consent_db.accounts.records import SessionRecord
from consent_db.enrolment.records import TemplateRecord
from consent_db.errors import BiometricConsentMissing, NotPossible
from consent_db.people.records import PersonRecord
from consent_db.publishing.records import Touched
from consent_db.transaction import Transaction
from gatekeeper.types import PersonId

router = Router(prefix="/admin/people/{person_id}/photos")

PATH: Final = r"/admin/people/per_[0-9a-f]{32}/photos"
"""What the address of the form that sends photographs looks like."""

PhotoId = Annotated[str, Path(pattern=r"^ref_[0-9a-f]{32}$")]


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photograph that is kept."""

    id: str
    since: str


@dataclass(frozen=True, slots=True)
class RefusedView:
    """A photograph that was not used, why, and whose page to look at."""

    file: str
    reason: str
    other: str | None


@dataclass(frozen=True, slots=True)
class ReportView:
    """What became of the photographs that were just given."""

    used: int
    refused: tuple[RefusedView, ...]


class Sibling(BaseModel):
    """Who a sibling or twin is: our id, or the school's number."""

    other: str = Field(default="", max_length=100)
    number: str = Field(default="", max_length=100)
    sure: bool = False


@dataclass(frozen=True, slots=True)
class AlikeView:
    """Another person who resembles this one, or shares the family name."""

    id: str
    name: str
    relative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotosPage(Page):
    """The reference photographs of a person."""

    template: ClassVar[str] = "photos.html"
    nav: str = "people"
    person: PersonView
    permission: Answer
    recognition: Recognition
    made: tuple[str, ...]
    elsewhere: bool
    """Whether there is a template that an engine of former days made, and none of the present one."""
    photos: tuple[PhotoView, ...]
    keeps: bool
    most: int
    alike: tuple[AlikeView, ...]
    """With whom the engine alone never decides."""
    siblings: tuple[AlikeView, ...]
    """Who was confirmed to be a sibling or twin."""
    unenrolled: tuple[AlikeView, ...]
    """Others of the same family name, who have no template."""
    report: ReportView | None = None
    error: str | None = None
    number: str = ""
    """What was typed as the school's number of a sibling, if it was wrong."""
    wrong_number: str | None = None
    taken: str = ""
    """What was typed as the day on which photographs were taken, if it was wrong."""
    wrong_taken: str | None = None


def most_bytes(settings: Settings) -> int:
    """Return how large a form with photographs may be."""
    return photographs.MOST * settings.max_upload_bytes + MIB


async def _form(request: Request) -> AsyncIterator[FormData]:
    """Read a form with several files; the framework's own limit is one."""
    async with request.form(max_files=200, max_fields=5, max_part_size=1_000) as form:
        yield form


Sent = Annotated[FormData, Depends(_form)]


@router.get("")
@allow(KEEPERS)
def show_photos(request: Request, person_id: Id, services: Use, tx: Reading) -> Response:
    """Show the photographs that are kept, and how well the person can be recognised."""
    return render(_page(services, tx, found(tx, person_id)), request.scope)


@router.post("")
@allow(KEEPERS)
def give(request: Request, person_id: Id, services: Use, session: Session, sent: Sent) -> Response:
    """Make the template of photographs, and say of each that cannot be used why."""
    with _reading(services, session) as tx:
        person = found(tx, person_id).id
    taken_on, typed = _day(sent.get("taken"))
    files = [
        ReferenceFile(PurePosixPath(PurePosixPath(file.filename or "photograph").name), file.file.read)
        for file in sent.getlist("photos")
        if isinstance(file, UploadFile) and file.size
    ]
    if not files:
        return _refused(request, services, session, person, "Choose one photograph or several first.")
    services.turns.must_have_room()
    try:
        with services.turns:
            report = photographs.add(services, person, files, session.user.id, taken_on)
    except photographs.TakenWrongly as error:
        with _reading(services, session) as tx:
            page = replace(_page(services, tx, found(tx, person)), taken=typed, wrong_taken=str(error))
        return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    except (BiometricConsentMissing, NotPossible) as error:
        return _refused(request, services, session, person, _sentence(error))
    with _reading(services, session) as tx:
        page = replace(_page(services, tx, found(tx, person)), report=_report(tx, report))
    return render(page, request.scope, HTTPStatus.OK if report.used else HTTPStatus.UNPROCESSABLE_ENTITY)


@router.post("/renewal")
@allow(KEEPERS)
def renew(request: Request, person_id: Id, services: Use, session: Session) -> Response:
    """Make the template anew of the photographs that are kept."""
    with _reading(services, session) as tx:
        person = found(tx, person_id).id
    services.turns.must_have_room()
    try:
        with services.turns:
            report = photographs.renew(services, person, session.user.id)
    except BiometricConsentMissing as error:
        return _refused(request, services, session, person, _sentence(error))
    if report.used:
        return _back(person)
    sentence = "None of the photographs that are kept can be used any more. Give new ones."
    return _refused(request, services, session, person, sentence)


@router.post("/removal")
@allow(KEEPERS)
def forget(person_id: Id, services: Use, session: Session) -> Response:
    """Destroy the template and every photograph."""
    with services.store.transaction(session.user.id, services.clock()) as tx:
        tx.enrolment.forget(found(tx, person_id).id)
    return _back(person_id)


@router.post("/siblings")
@allow(KEEPERS)
def confirm_sibling(
    request: Request, person_id: Id, services: Use, session: Session, sent: Annotated[Sibling, Form()]
) -> Response:
    """Record that another person is a sibling or twin; what ends by it is shown first and has to be confirmed."""
    try:
        with services.store.transaction(session.user.id, services.clock()) as tx:
            record = found(tx, person_id)
            other = _other(tx, sent)
            touched = tx.siblings.touches(record.id, other)
            if touched and not sent.sure:
                return render(_sure(services, tx, (record, tx.people.get(other)), touched), request.scope)
            tx.siblings.confirm(record.id, other)
    except NotPossible as error:
        with _reading(services, session) as tx:
            page = replace(_page(services, tx, found(tx, person_id)), number=sent.number, wrong_number=str(error))
        return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _back(person_id)


@router.post("/siblings/removal")
@allow(KEEPERS)
def remove_sibling(person_id: Id, services: Use, session: Session) -> Response:
    """Remove that the person has a sibling or twin."""
    with services.store.transaction(session.user.id, services.clock()) as tx:
        tx.siblings.remove(found(tx, person_id).id)
    return _back(person_id)


@router.get("/{photo_id}")
@allow(KEEPERS)
def show_photo(person_id: Id, photo_id: PhotoId, tx: Reading) -> Response:
    """Show one of them, to be kept by no browser."""
    kept = {photo.id: photo.data for photo in tx.reference_photos.kept(found(tx, person_id).id)}
    if photo_id not in kept:
        raise not_found()
    return Response(kept[photo_id], media_type="image/jpeg", headers={"Content-Security-Policy": FILE_POLICY})


@router.post("/{photo_id}/removal")
@allow(KEEPERS)
def remove(request: Request, person_id: Id, photo_id: PhotoId, services: Use, session: Session) -> Response:
    """Forget one of them, and make the template of the others."""
    with _reading(services, session) as tx:
        person = found(tx, person_id).id
    services.turns.must_have_room()
    try:
        with services.turns:
            photographs.remove(services, person, photo_id, session.user.id)
    except (BiometricConsentMissing, NotPossible) as error:
        return _refused(request, services, session, person, _sentence(error))
    return _back(person)


def _sure(services: Services, tx: Transaction, pair: tuple[PersonRecord, PersonRecord], touched: Touched) -> SurePage:
    record, other = pair
    return SurePage(
        title="Confirm the change",
        person=PersonView.brief(record),
        action=f"/admin/people/{record.id}/photos/siblings",
        heading="Confirm siblings or twins",
        sentence=f"Staff then confirm in each picture whether it shows them or {choices.full_name(other.profile)}. "
        "What the engine alone decided about either of them, or about their confirmed siblings, ends.",
        fields={"other": other.id, "sure": "true"},
        effects=effects(services, tx, touched),
        button="They are siblings or twins",
    )


def _other(tx: Transaction, sent: Sibling) -> PersonId:
    """Return who is meant, by our id or the school's number.

    Raises:
        NotPossible: no such person is on the register.
    """
    if sent.other:
        return found(tx, sent.other).id
    record = tx.people.by_external_id(sent.number.strip()) if sent.number.strip() else None
    if record is None:
        raise NotPossible("No person on the register has this number. Look it up on the page of the other person.")
    return record.id


def _day(sent: object) -> tuple[date | None, str]:
    """Return the day that a field has, and what was typed; what is no day counts as far ahead, which is refused."""
    typed = sent.strip() if isinstance(sent, str) else ""
    try:
        return (date.fromisoformat(typed) if typed else None), typed
    except ValueError:
        return date.max, typed


def _reading(services: Services, session: SessionRecord) -> AbstractContextManager[Transaction]:
    return services.store.reading(session.user.id, services.clock())


def _back(person: str) -> Response:
    return RedirectResponse(f"/admin/people/{person}/photos", HTTPStatus.SEE_OTHER)


def _sentence(error: BiometricConsentMissing | NotPossible) -> str:
    if isinstance(error, NotPossible):
        return str(error)
    return "No photograph may be used without consent to recognising the face. Ask for it and record it first."


def _refused(request: Request, services: Services, session: SessionRecord, person: PersonId, why: str) -> Response:
    with _reading(services, session) as tx:
        page = replace(_page(services, tx, found(tx, person)), error=why)
    return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)


def _page(services: Services, tx: Transaction, record: PersonRecord) -> PhotosPage:
    """Return the page.

    Raises:
        Problem: 404, recognition is switched off in this school.
    """
    recognised = recognition(services, tx, record.id)
    if recognised is None:
        raise not_found()
    zone, engine = services.policy.zone, services.tools.engine.name
    templates = tx.enrolment.of(record.id)
    kept = tx.reference_photos.kept(record.id)
    told = resemblances(tx, services.tools.engine, (record.id,)).get(record.id)
    return PhotosPage(
        title="Reference photographs",
        person=PersonView.brief(record),
        permission=as_a_whole(tx, record.id)[-1],
        recognition=recognised,
        made=tuple(_made(services, one, engine) for one in templates),
        elsewhere=bool(templates) and engine not in {one.engine for one in templates},
        photos=tuple(PhotoView(photo.id, words.day(photo.kept_at, zone)) for photo in kept),
        keeps=services.policy.keep_reference_photos,
        most=photographs.MOST,
        alike=_views(tx, told.pairs, told.relatives) if told else (),
        siblings=_views(tx, told.confirmed, frozenset(told.confirmed)) if told else (),
        unenrolled=_views(tx, told.unenrolled, frozenset(told.unenrolled)) if told else (),
    )


def _views(tx: Transaction, people: Sequence[PersonId], relatives: AbstractSet[PersonId]) -> tuple[AlikeView, ...]:
    names = {one.id: choices.full_name(one.profile) for one in tx.people.several(people)}
    return tuple(AlikeView(one, names[one], one in relatives) for one in people)


def _made(services: Services, template: TemplateRecord, engine: str) -> str:
    zone = services.policy.zone
    of = words.count(template.photographs, "photograph", "photographs")
    ends = words.day(template.ends_at, zone)
    until = f"it counts until {ends}" if services.clock() < template.ends_at else f"too old to count since {ends}"
    other = "" if template.engine == engine else f", for another engine ({template.engine})"
    return f"Made of {of} on {words.day(template.enrolled_at, zone)}{other}; {until}."


def _report(tx: Transaction, report: PersonReport) -> ReportView:
    return ReportView(report.used, tuple(_refusals(tx, report.refused)))


def _refusals(tx: Transaction, refused: Iterable[RefusedPhoto]) -> Iterable[RefusedView]:
    for photo in refused:
        if photo.alike is None:
            yield RefusedView(photo.file, photo.reason, None)
        else:
            name = choices.full_name(tx.people.get(photo.alike).profile)
            yield RefusedView(photo.file, f"It looks like {name}. Check whose photograph it is.", photo.alike)
