"""Prove once more who you are, before something that matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fastapi import Request
from starlette.responses import Response

from api.application.services import Services
from api.http.dependencies import Session, Use
from api.platform.logs import log
from api.security.access import SIGNED_IN, allow
from api.security.credentials import compare_for
from api.security.requests.paths import own_path
from api.security.routing import Router
from api.web.account.session_start import let_in, start_session, told_to_wait
from api.web.forms import ShortText
from api.web.templating import Page, render
from consent_db.accounts.records import Step

router = Router()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPage(Page):
    """The form for the password, and the other way if there is one."""

    template: ClassVar[str] = "confirm.html"
    next: str
    school: str | None
    error: str | None = None


@router.get("/confirm")
@allow(SIGNED_IN)
def show_confirm(request: Request, services: Use, next: str = "/") -> Response:  # noqa: A002 -- the word in the address
    """Ask for the password."""
    return _form(request, services, next)


@router.post("/confirm")
@allow(SIGNED_IN)
def confirm(
    request: Request, services: Use, session: Session, password: ShortText = "", next: ShortText = "/"  # noqa: A002
) -> Response:  # fmt: skip
    """Go on in a session with another token, and back to where they were."""
    user = session.user
    tries = f"confirming {user.id}"
    if wait := told_to_wait(services, tries):
        return _form(request, services, next, wait[0], 429)
    compared = compare_for(services, user.id, lambda users: users.credential_of(user.id), password)
    with services.store.transaction(user.id, services.clock()) as tx:
        token = start_session(request, tx, user.id) if tx.users.confirm(compared) else None
    if token is None:
        services.throttle.failed(tries)
        log.warning("confirmation_failed", actor=user.id)
        return _form(request, services, next, "The password is not right.", 401)
    services.throttle.succeeded(tries)
    return let_in(request, token, Step.DONE, user.email, own_path(next))


def _form(request: Request, services: Services, wanted: str, error: str | None = None, status: int = 200) -> Response:
    school = services.settings.oidc_name if services.sign_in.configured else None
    page = ConfirmPage(title="Confirm that it is you", next=own_path(wanted), school=school, error=error)
    return render(page, request.scope, status)
