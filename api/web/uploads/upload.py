"""The form for new checks, of one picture or of many."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from api.application.services import Services
from api.http.dependencies import Reading, Session, Use
from api.security.access import SIGNED_IN, allow
from api.security.routing import Router
from api.web import choices
from api.web.checks.access import visible_check
from api.web.forms import CheckFields
from api.web.templating import Page, render
from api.web.uploads.sending import address_known, fits, send, send_to
from api.web.uploads.start import EMPTY, Start, start
from consent_db.checks.batch.batches import MOST
from consent_db.transaction import Transaction
from gatekeeper.policy.model import Naming

router = Router()


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadPage(Page):
    """The form for a new check."""

    template: ClassVar[str] = "upload.html"
    nav: str = "upload"
    channels: tuple[choices.Choice, ...]
    events: tuple[choices.Choice, ...]
    classes: tuple[str, ...]
    attestations: dict[str, str]
    names_allowed: bool
    most_bytes: int
    most_pictures: int
    filled: CheckFields
    start: Start = EMPTY
    error: str | None = None


async def _form(request: Request) -> AsyncIterator[FormData]:
    """Read a form with many files; the framework's own limit is one file."""
    async with request.form(max_files=MOST, max_fields=60, max_part_size=20_000) as form:
        yield form


Sent = Annotated[FormData, Depends(_form)]

_NO_PICTURE: Final = "Choose a picture first."
_NO_ADDRESS: Final = "Choose a channel and a class or event from the lists."


@router.get("/")
@allow(SIGNED_IN)
def show_upload(request: Request, services: Use, session: Session, tx: Reading, again: str | None = None) -> Response:
    """Show what waits for this person, and the form; with `again`, filled with the words of an earlier check."""
    filled = CheckFields()
    if again is not None:
        filled = CheckFields.of(visible_check(tx, again, session))
    page = replace(_upload_page(services, tx, filled, None), start=start(services, tx, session))
    return render(page, request.scope)


@router.post("/checks")
@allow(SIGNED_IN)
def upload(request: Request, services: Use, session: Session, sent: Sent) -> Response:
    """Take one picture or many in, and go to the page where the answers will be."""
    fields, user = _fields(sent), session.user.id
    files = [file for file in sent.getlist("photo") if isinstance(file, UploadFile) and file.size]
    fitting = {place: file for place, file in enumerate(files) if fits(services, file.size or 0)}
    error = None if fitting else _too_large(services) if files else _NO_PICTURE
    draft = fields.draft(services.policy.zone)
    with services.store.reading(user, services.clock()) as tx:
        if error is None and not address_known(tx, draft):
            error = _NO_ADDRESS
        if error is not None:
            page = _upload_page(services, tx, fields, error)
            return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    if len(files) == 1:
        check = send(services, files[0].file.read(), draft, user)
        return RedirectResponse(f"/checks/{check}", HTTPStatus.SEE_OTHER)
    with services.store.transaction(user, services.clock()) as tx:
        batch = tx.batches.start(len(files), [file.filename or "" for file in files])
    for place, file in fitting.items():
        send_to(services, batch, file.file.read(), draft, user, place)
    return RedirectResponse(f"/batches/{batch}", HTTPStatus.SEE_OTHER)


def _fields(sent: FormData) -> CheckFields:
    """Return the fields besides the files, as the form for one picture takes them."""
    plain = {name: value for name, value in sent.items() if isinstance(value, str)}
    several = {"attestations": [value for value in sent.getlist("attestations") if isinstance(value, str)]}
    try:
        return CheckFields.model_validate({**plain, **several, "photo": None})
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from error


def _too_large(services: Services) -> str:
    megabytes = services.settings.max_upload_bytes // 1_000_000
    return f"This file is larger than {megabytes} MB. Export the picture as a smaller JPEG and send that."


def _upload_page(services: Services, tx: Transaction, filled: CheckFields, error: str | None) -> UploadPage:
    return UploadPage(
        title="Check pictures",
        channels=choices.channels(tx),
        events=choices.events(tx),
        classes=choices.classes(tx),
        attestations=services.policy.attestations,
        names_allowed=services.policy.naming is not Naming.NONE,
        most_bytes=services.settings.max_upload_bytes,
        most_pictures=MOST,
        filled=filled,
        error=error,
    )
