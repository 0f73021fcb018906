"""Signing in with a password, the code after it, and out again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api.application.services import Services
from api.http.dependencies import STRANGER, Session, Use, Writing
from api.platform.logs import log
from api.platform.throttle import Origin
from api.security.access import ANY_STEP, OWES_CODE, PUBLIC, allow
from api.security.cookies import clear_cookie
from api.security.credentials import compare_for
from api.security.requests.paths import own_path
from api.security.routing import Router
from api.web.account.session_start import (
    let_in,
    origin_of_code,
    origin_of_try,
    start_session,
    step_after_password,
    told_to_wait,
)
from api.web.forms import ShortText
from api.web.templating import Page, render
from consent_db.accounts.records import Step, UserRecord

router = Router()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage(Page):
    """The form, and why the last try failed."""

    template: ClassVar[str] = "sign_in.html"
    next: str
    school: str | None
    address: str = ""
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePage(Page):
    """The form for the second factor."""

    template: ClassVar[str] = "code.html"
    next: str
    error: str | None = None


@router.get("/sign-in")
@allow(PUBLIC)
def show_sign_in(request: Request, services: Use, next: str = "/") -> Response:  # noqa: A002 -- the word in the address
    """Show the form."""
    return _form(request, services, next)


@router.post("/sign-in")
@allow(PUBLIC)
def sign_in(
    request: Request, services: Use, email: ShortText = "", password: ShortText = "", next: ShortText = "/"  # noqa: A002
) -> Response:  # fmt: skip
    """Start a session, or show the form again without saying which part was wrong."""
    origin = origin_of_try(request, email)
    if wait := told_to_wait(services, email, origin):
        return _form(request, services, next, email, *wait)
    found = _authenticate(request, services, email, password, origin)
    if found is None:
        services.throttle.failed(email, origin)
        log.warning("sign_in_failed", reason="password")
        return _form(request, services, next, email, "The email address or the password is not right.")
    services.throttle.succeeded(email, origin)
    user, step, token = found
    log.info("signed_in", actor=user.id, reason=f"password, then {step}")
    return let_in(request, token, step, email, own_path(next))


@router.get("/sign-in/code")
@allow(OWES_CODE)
def show_code(request: Request, next: str = "/") -> Response:  # noqa: A002
    """Ask for the code of the authenticator app."""
    return render(CodePage(title="Enter your code", next=own_path(next)), request.scope)


@router.post("/sign-in/code")
@allow(OWES_CODE)
def give_code(
    request: Request, services: Use, session: Session, code: ShortText = "", next: ShortText = "/"  # noqa: A002
) -> Response:  # fmt: skip
    """Finish signing in with the app's code or a recovery code, in a session with another token."""
    user, origin = session.user.id, origin_of_code(request, session.user.email)
    if wait := told_to_wait(services, f"code of {user}", origin):
        page = CodePage(title="Enter your code", next=own_path(next), error=wait[0])
        return _with(render(page, request.scope, 429), wait[1])
    with services.store.transaction(user, services.clock()) as tx:
        token = start_session(request, tx, user) if tx.second_factors.check(user, code) else None
    if token is None:
        services.throttle.failed(f"code of {user}", origin)
        log.warning("sign_in_failed", actor=user, reason="code")
        error = "This code is not right, or was used before. Wait for the next one and try again."
        return render(CodePage(title="Enter your code", next=own_path(next), error=error), request.scope, 401)
    services.throttle.succeeded(f"code of {user}", origin)
    log.info("signed_in", actor=user, reason="second factor")
    return let_in(request, token, Step.DONE, session.user.email, own_path(next))


@router.post("/sign-out")
@allow(ANY_STEP)
def sign_out(request: Request, services: Use, tx: Writing) -> Response:
    """End the session here and in the store."""
    tx.sessions.end(request.state.token)
    log.info("signed_out", actor=request.state.actor)
    response = RedirectResponse("/sign-in", 303)
    clear_cookie(response, https=services.settings.https)
    return response


def _authenticate(
    request: Request, services: Services, email: str, password: str, origin: Origin
) -> tuple[UserRecord, Step, str] | None:
    """Return the user, what they still owe and a session's token; None if the two do not belong together."""
    stranger = origin.address if origin.device is None else None
    compared = compare_for(services, STRANGER, lambda users: users.credential(email), password, stranger)
    record = compared.right or not services.refusals.take(compared.known.user or "unknown").wait
    if not record:  # nothing is written, so no write lock is held
        return None
    with services.store.transaction(STRANGER, services.clock()) as tx:
        user = tx.users.admit(compared)
        if user is None:
            return None
        step = step_after_password(services, tx, user)
        return user, step, start_session(request, tx, user.id, step)


def _form(
    request: Request,
    services: Services,
    wanted: str,
    address: str = "",
    error: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return the form; with an error 401, and 429 where the headers say how long to wait."""
    school = services.settings.oidc_name if services.sign_in.configured else None
    page = SignInPage(title="Sign in", next=own_path(wanted), school=school, address=address, error=error)
    status = 429 if headers else 401 if error else 200
    return _with(render(page, request.scope, status), headers or {})


def _with(response: Response, headers: dict[str, str]) -> Response:
    response.headers.update(headers)
    return response
