"""Pages about one check: read the answer, and help it along."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import Form, Path, Request
from starlette.responses import RedirectResponse, Response

from api.application.checks.release.releasing import NoSuchRelease, ReleaseWithdrawn
from api.application.checks.resolve.resolution import ResolutionRefused
from api.application.checks.submission import NoSuchCheck
from api.application.services import Services
from api.http.dependencies import Session, Use
from api.http.problems import Problem, not_found
from api.security.access import SIGNED_IN, allow
from api.security.routing import Router
from api.web.checks.access import visible_check
from api.web.checks.check_page import Shown, check_page
from api.web.checks.lists.done import Before, goes_to, saved
from api.web.checks.lists.way import Through
from api.web.checks.picture.thumbnails import thumbnail
from api.web.checks.seeing import Seeing
from api.web.forms import ResolutionFields
from api.web.templating import render
from consent_db.accounts.records import SessionRecord
from consent_db.approvals.records import CheckRecord
from consent_db.errors import NotPossible
from gatekeeper.rendition import suffix_of

router = Router()

CheckId = Annotated[str, Path(pattern=r"^chk_[A-Za-z0-9_-]{1,64}$")]


@router.get("/checks/{check_id}")
@allow(SIGNED_IN)
def show_check(request: Request, check_id: CheckId, seeing: Seeing, before: Before) -> Response:
    """Show the answer; while there is none yet, the page asks again by itself."""
    tx, session = seeing.tx, seeing.session
    record = visible_check(tx, check_id, session)
    about = record if before.of is None else visible_check(tx, before.of, session)
    shown = Shown.of(seeing.services, tx, record, session)
    return render(check_page(shown, seeing.way, note=saved(tx, about, before, record.id)), request.scope)


@router.get("/checks/{check_id}/picture")
@allow(SIGNED_IN)
def show_picture(check_id: CheckId, services: Use, session: Session, small: bool = False) -> Response:  # noqa: FBT001, FBT002 -- from the address
    """Serve the examined picture to accounts that may see the check, never for publication."""
    record = _visible(services, check_id, session)
    try:
        data = services.screener.releases.examined(record.id)
    except NoSuchCheck as error:
        raise not_found() from error
    if small or record.facts is None or record.facts.release is None:
        return Response(thumbnail(data), media_type="image/jpeg")
    return Response(data, media_type=record.facts.release.media_type)


@router.get("/checks/{check_id}/release")
@allow(SIGNED_IN)
def download_release(check_id: CheckId, services: Use, session: Session) -> Response:
    """Hand the approved picture out to a person who is signed in; the audit says who took it."""
    record = _visible(services, check_id, session)
    try:
        released = services.screener.releases.open(services.screener.releases.token(record) or "")
    except NoSuchRelease as error:
        raise not_found() from error
    except ReleaseWithdrawn as error:
        raise Problem("approval-withdrawn", HTTPStatus.GONE, str(error)) from error
    with services.store.transaction(session.user.id, services.clock()) as tx:
        tx.hand_outs.downloaded(record.id)
    name = f"photo-{released.sha256[:12]}{suffix_of(released.media_type)}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(released.data, media_type=released.media_type, headers=headers)


@router.post("/checks/{check_id}/resolutions")
@allow(SIGNED_IN)
def resolve(
    check_id: CheckId, services: Use, session: Session, fields: Annotated[ResolutionFields, Form()], way: Through
) -> Response:
    """Give the gate one more fact, and go to the new answer."""
    services.turns.must_have_room()
    _visible(services, check_id, session)
    try:
        with services.turns:
            new = services.screener.resolve(check_id, fields.resolution(), session.user.id, session.user.role)
    except (ResolutionRefused, NotPossible) as refused:
        raise Problem("conflict", HTTPStatus.CONFLICT, str(refused)) from refused
    with services.store.reading(session.user.id, services.clock()) as tx:
        return RedirectResponse(goes_to(tx, new, fields.action, session, way), HTTPStatus.SEE_OTHER)


def _visible(services: Services, check_id: str, session: SessionRecord) -> CheckRecord:
    """Return a check that this person may see, and give the connection back before the picture is fetched.

    Raises:
        Problem: 404, there is none, or it is not theirs to see.
    """
    with services.store.reading(session.user.id, services.clock()) as tx:
        return visible_check(tx, check_id, session)
