"""The school's name and crest, which stand at the head of every page and print."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from fastapi import Form, Request, UploadFile
from starlette.responses import RedirectResponse, Response

from api.application.letterhead import crest_of
from api.application.services import Services
from api.http.dependencies import Reading, Session, Use
from api.http.problems import not_found
from api.security.access import ADMIN, PUBLIC, allow
from api.security.requests.headers import FILE_POLICY
from api.security.routing import Router
from api.web.forms import ShortText
from api.web.templating import Page, render
from consent_db.accounts.records import SessionRecord
from consent_db.core.school_identity import LONGEST, Identity
from consent_db.errors import NotPossible
from gatekeeper.errors import PhotoRefused, ReleaseNotClean

router = Router()

Picture = Annotated[UploadFile | None, Form()]

_SAVED: Final = {"saved": "Saved. Every page and printout now shows it.", "removed": "The crest was removed."}


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolPage(Page):
    """Name and crest, and the form to change them; `error` and `crest_error` stand beside their fields."""

    template: ClassVar[str] = "school.html"
    nav: str = "school"
    name: str
    longest: int = LONGEST
    megabytes: int
    done: str | None = None
    error: str | None = None
    crest_error: str | None = None


@router.get("/admin/school")
@allow(ADMIN)
def show_school(request: Request, services: Use, tx: Reading, done: str = "") -> Response:
    """Show what holds now."""
    page = _page(services, tx.school_identity.current().name)
    return render(replace(page, done=_SAVED.get(done)), request.scope)


@router.post("/admin/school")
@allow(ADMIN)
def change(
    request: Request,
    services: Use,
    session: Session,
    name: ShortText = "",
    crest: Picture = None,
) -> Response:
    """Keep another name, and another crest if a picture was chosen."""
    picture = crest.file.read() if crest is not None and crest.size else None
    try:
        made = _made_anew(services, picture) if picture else None
    except (PhotoRefused, ReleaseNotClean) as refused:
        page = replace(_page(services, name), crest_error=str(refused))
        return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        _keep(services, session, name, made)
    except NotPossible as refused:
        page = replace(_page(services, name), error=str(refused))
        return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse("/admin/school?done=saved", HTTPStatus.SEE_OTHER)


@router.post("/admin/school/crest/removal")
@allow(ADMIN)
def remove_crest(services: Use, session: Session) -> Response:
    """Remove the crest; the name stays."""
    with services.store.transaction(session.user.id, services.clock()) as tx:
        kept = Identity(tx.school_identity.current().name)
        tx.school_identity.keep(kept)
    services.letterhead.show(kept)
    return RedirectResponse("/admin/school?done=removed", HTTPStatus.SEE_OTHER)


@router.get("/crest")
@allow(PUBLIC)
def send_crest(services: Use) -> Response:
    """Send the crest; its address changes with it, so browsers may keep it for a day."""
    data = services.letterhead.head.crest
    if data is None:
        raise not_found()
    headers = {"Cache-Control": "public, max-age=86400", "Content-Security-Policy": FILE_POLICY}
    return Response(data, media_type="image/png", headers=headers)


def _made_anew(services: Services, picture: bytes) -> bytes:
    services.turns.must_have_room()
    with services.turns:
        return crest_of(picture, services.tools.opener)


def _keep(services: Services, session: SessionRecord, name: str, crest: bytes | None) -> None:
    """Keep both; without another crest, the one that is there stays.

    Raises:
        NotPossible: the name is too long, or cannot be printed.
    """
    with services.store.transaction(session.user.id, services.clock()) as tx:
        tx.school_identity.keep(Identity(name, crest or tx.school_identity.current().crest))
        kept = tx.school_identity.current()
    services.letterhead.show(kept)


def _page(services: Services, name: str) -> SchoolPage:
    megabytes = services.settings.max_upload_bytes // 1_000_000
    return SchoolPage(title="Name and crest", name=name, megabytes=megabytes)
