"""Reference photographs of many people: sent, examined while the page shows how far it is, told file by file."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from fastapi import Depends, Path, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from api.application.register.look_alikes import resemblances
from api.application.register.photo_uploading import MOST_OF_ONE, Sent, take_in
from api.application.register.reference_files import PhotosUnusable
from api.application.services import Services
from api.http.dependencies import Reading, Session, Use, Writing
from api.http.problems import not_found
from api.platform import labels as words
from api.platform.settings import MIB
from api.security.access import KEEPERS, allow, proved_lately
from api.security.routing import Router
from api.web import choices, tables
from api.web.register.person.person_views import who
from api.web.tables import Cell, Column, Filter
from api.web.templating import Page, render
from consent_db.enrolment.photo_uploads import LIFE, FileState, GivenFile, UploadRecord
from consent_db.errors import NotFound
from consent_db.people.records import PersonRecord
from consent_db.roster.files.sheet import shielded
from consent_db.transaction import Transaction
from gatekeeper.naming import natural_key
from gatekeeper.types import PersonId

PATH: Final = "/admin/photographs"

router = Router(prefix=PATH)

UploadId = Annotated[str, Path(pattern=r"^pup_[0-9a-f]{32}$")]

MOST_SENT: Final = 4_000
"""Files of one form; a zip file may have more."""
_AGAIN: Final = 4
"""Seconds between two looks at photographs that are being examined."""

_STATES: Final[Mapping[FileState, tuple[str, words.Mood]]] = {
    FileState.USED: ("Used", "ok"),
    FileState.REFUSED: ("Not used", "stop"),
    FileState.WAITING: ("Waits", "ask"),
    FileState.WORKING: ("Being examined", "ask"),
}


@dataclass(frozen=True, slots=True)
class UploadView:
    """Photographs that were given together, in words."""

    id: str
    at: str
    by: str
    total: int
    used: int
    refused: int
    open: int

    @property
    def done(self) -> int:
        """How many were examined or refused."""
        return self.total - self.open


@dataclass(frozen=True, slots=True)
class AlikeView:
    """One person who is enrolled now, with names of those who could be taken for them.

    Attributes:
        asked: with whom the engine alone never decides.
        unenrolled: others of the same family name who have no template.
    """

    id: str
    name: str
    asked: tuple[str, ...]
    unenrolled: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotographsPage(Page):
    """A form for photographs, and what was given so far."""

    template: ClassVar[str] = "many_photos.html"
    nav: str = "photographs"
    uploads: tuple[UploadView, ...]
    most: int
    limit: str
    days: int
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadPage(Page):
    """How far photographs are, and what became of each."""

    template: ClassVar[str] = "photo_upload.html"
    nav: str = "photographs"
    upload: UploadView
    people: int
    table: tables.Table
    days: int
    unlocked: bool
    alike: tuple[AlikeView, ...] = ()
    """Of those who are enrolled now, what is to be told of look-alikes and namesakes; once all are examined."""


async def _form(request: Request) -> AsyncIterator[FormData]:
    """Read a form with many files; the framework's own limit is one."""
    async with request.form(max_files=MOST_SENT, max_fields=5, max_part_size=1_000) as form:
        yield form


@router.get("")
@allow(KEEPERS)
def show_photographs(request: Request, services: Use, tx: Reading) -> Response:
    """Show the form, and what was given so far."""
    return render(_page(services, tx), request.scope)


@router.post("")
@allow(KEEPERS)
def give_photographs(
    request: Request, services: Use, session: Session, sent: Annotated[FormData, Depends(_form)]
) -> Response:
    """Take photographs in, and lead to the page that says how far they are."""
    _must_recognise(services)
    files = [
        Sent(one.filename or "", one.size or 0, one.file)
        for one in sent.getlist("photos")
        if isinstance(one, UploadFile) and one.size
    ]
    error = None if files else "Choose a zip file, or photographs, first."
    try:
        upload = take_in(services, files, session.user.id) if files else ""
    except PhotosUnusable as refused:
        error = str(refused)
    if error is not None:
        with services.store.reading(session.user.id, services.clock()) as tx:
            page = replace(_page(services, tx), error=error)
        return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse(f"{PATH}/{upload}", HTTPStatus.SEE_OTHER)


@router.get("/{upload_id}")
@allow(KEEPERS)
def show_upload(request: Request, upload_id: UploadId, services: Use, session: Session, tx: Reading) -> Response:
    """Show how far photographs are, and what became of each."""
    layout = _layout(upload_id)
    record, lines = _record(tx, upload_id), _lines(tx, upload_id)
    query = tables.read(layout, request.query_params)
    state = query.chosen.get("state")
    found = [one for one in lines if state is None or one.file.state == state]
    enrolled = {one.file.person for one in lines if one.file.state is FileState.USED and one.file.person is not None}
    page = UploadPage(
        title="Photographs",
        upload=_view(services, tx, record),
        people=len(enrolled),
        alike=() if record.open else _alike(services, tx, enrolled),
        table=tables.table(layout, query, tables.ordered(layout, query, found), len(lines), _as_row),
        days=LIFE.days,
        unlocked=proved_lately(session, services.clock()),
        refresh=_AGAIN if record.open else None,
    )
    return render(page, request.scope)


@router.post("/{upload_id}/refused.csv")
@allow(KEEPERS.just_now)
def hand_out_refused(upload_id: UploadId, tx: Writing) -> Response:
    """Hand out the list of photographs that were not used, with the reasons."""
    _record(tx, upload_id)
    lines = [one for one in _lines(tx, upload_id) if one.file.state is FileState.REFUSED]
    tx.hand_outs.list_exported(len(lines))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["File", "Number", "Name", "Why it was not used"])
    writer.writerows([shielded(cell) for cell in (one.file.name, one.number, one.name, one.why)] for one in lines)
    headers = {"Content-Disposition": 'attachment; filename="photographs-not-used.csv"'}
    return Response(text.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


@dataclass(frozen=True, slots=True)
class _Line:
    """One file with the names of those whom it is about."""

    file: GivenFile
    name: str
    number: str
    why: str


def _lines(tx: Transaction, upload: str) -> list[_Line]:
    files = tx.photo_uploads.files(upload)
    wanted = {person for one in files for person in (one.person, one.alike) if person is not None}
    people = {one.id: one for one in tx.people.several(sorted(wanted))}
    return [_line(one, people) for one in files]


def _line(one: GivenFile, people: Mapping[PersonId, PersonRecord]) -> _Line:
    owner, alike = (people.get(person) if person else None for person in (one.person, one.alike))
    name = choices.full_name(owner.profile) if owner else ""
    looks = f"It looks like {choices.full_name(alike.profile)}. Check whose photograph it is." if alike else one.reason
    return _Line(one, name, (owner.profile.external_id or "") if owner else "", looks)


def _alike(services: Services, tx: Transaction, enrolled: Iterable[PersonId]) -> tuple[AlikeView, ...]:
    """Return what the page of each person tells of look-alikes and namesakes, by name."""
    told = resemblances(tx, services.tools.engine, enrolled)
    wanted = {other for one in told.values() for other in (*one.pairs, *one.confirmed, *one.unenrolled)} | told.keys()
    names = {one.id: choices.full_name(one.profile) for one in tx.people.several(sorted(wanted))}
    found = (
        AlikeView(
            person,
            names[person],
            tuple(names[other] for other in (*one.confirmed, *one.pairs)),
            tuple(names[other] for other in one.unenrolled),
        )
        for person, one in told.items()
    )
    return tuple(sorted(found, key=lambda one: natural_key(one.name)))


def _as_row(one: _Line) -> tables.Row:
    said, mood = _STATES[one.file.state]
    link = f"/admin/people/{one.file.person}/photos" if one.file.person else None
    cells = (Cell(one.file.name), Cell(one.name, link, one.number), Cell(said, mood=mood), Cell(one.why))
    return tables.Row(cells, label=one.file.name)


def _layout(upload: str) -> tables.Layout:
    return tables.Layout(
        path=f"{PATH}/{upload}",
        columns=(
            Column("file", "File", lambda one: natural_key(one.file.name)),
            Column("name", "Person", lambda one: natural_key(one.name)),
            Column("state", "Result", lambda one: one.file.state),
            Column("why", "Why it was not used"),
        ),
        filters=(Filter("state", "Which files", {state.value: said for state, (said, _) in _STATES.items()}, "All"),),
        sort="file",
        noun=("file", "files"),
    )


def _record(tx: Transaction, upload: str) -> UploadRecord:
    """Return an upload.

    Raises:
        Problem: 404, there is none of this id any more.
    """
    try:
        return tx.photo_uploads.get(upload)
    except NotFound:
        raise not_found() from None


def _must_recognise(services: Services) -> None:
    """Answer 404 where the school recognises no faces."""
    if not services.policy.biometrics:
        raise not_found()


def _page(services: Services, tx: Transaction) -> PhotographsPage:
    _must_recognise(services)
    uploads = tuple(_view(services, tx, record) for record in tx.photo_uploads.all())
    return PhotographsPage(
        title="Photographs of many people",
        uploads=uploads,
        most=MOST_OF_ONE,
        limit=f"{services.settings.max_batch_bytes // MIB:,} MB",
        days=LIFE.days,
    )


def _view(services: Services, tx: Transaction, record: UploadRecord) -> UploadView:
    return UploadView(
        id=record.id,
        at=words.moment(record.at, services.policy.zone),
        by=who(tx, record.by),
        total=record.total,
        used=record.files.get(FileState.USED, 0),
        refused=record.files.get(FileState.REFUSED, 0),
        open=record.open,
    )
