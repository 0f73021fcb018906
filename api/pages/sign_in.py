"""Signing in and out."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from api.dependencies import STRANGER, Use, Writing
from api.logs import log
from api.pages.templating import Page, render
from api.security.sessions import clear_cookie, set_cookie
from api.services import Services
from consent_db.records import UserRecord

router = APIRouter()

_HASHING: Final = threading.BoundedSemaphore(2)
"""Each password takes 19 MiB to check; a flood of guesses must not take it all."""

Field = Annotated[str, Form(max_length=300)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage(Page):
    """The form, and why the last try failed."""

    template: ClassVar[str] = "sign_in.html"
    next: str
    address: str = ""
    error: str | None = None


@router.get("/sign-in")
def show_sign_in(request: Request, next: str = "/") -> Response:  # noqa: A002 -- the word in the address
    """Show the form."""
    return render(SignInPage(title="Sign in", next=_own_path(next)), request.scope)


@router.post("/sign-in")
def sign_in(
    request: Request, services: Use, email: Field = "", password: Field = "", next: Field = "/"  # noqa: A002
) -> Response:  # fmt: skip
    """Start a session, or show the form again without saying which part was wrong."""
    peer = request.client.host if request.client else ""
    if seconds := services.throttle.wait(email, peer):
        log.warning("sign_in_throttled")
        minutes = -(-seconds // 60)
        text = f"Too many tries. Wait {minutes} minute{'s' * (minutes > 1)} and try again."
        return _again(request, email, next, text, 429, {"Retry-After": str(seconds)})
    found = _authenticate(services, email, password)
    if found is None:
        services.throttle.failed(email, peer)
        log.warning("sign_in_failed")
        return _again(request, email, next, "The email address or the password is not right.", 401, {})
    services.throttle.succeeded(email, peer)
    user, token = found
    log.info("signed_in", actor=user.id)
    response = RedirectResponse(_own_path(next), 303)
    set_cookie(response, token, https=services.settings.https)
    return response


@router.post("/sign-out")
def sign_out(request: Request, services: Use, tx: Writing) -> Response:
    """End the session here and in the store."""
    tx.sessions.end(request.state.token)
    response = RedirectResponse("/sign-in", 303)
    clear_cookie(response, https=services.settings.https)
    return response


def _authenticate(services: Services, email: str, password: str) -> tuple[UserRecord, str] | None:
    """Return the user and a new session's token; None if the two do not belong together."""
    with _HASHING, services.store.transaction(STRANGER, services.clock()) as tx:
        user = tx.users.authenticate(email, password)
        return (user, tx.sessions.start(user.id)) if user else None


def _again(request: Request, email: str, wanted: str, error: str, status: int, headers: dict[str, str]) -> Response:
    page = SignInPage(title="Sign in", next=_own_path(wanted), address=email, error=error)
    response = render(page, request.scope, status)
    response.headers.update(headers)
    return response


def _own_path(wanted: str) -> str:
    """Return a path of this site; anything that a browser might take for another site becomes the start page."""
    own = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted and wanted.isprintable()
    return wanted if own else "/"
