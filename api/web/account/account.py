"""One's own account: the password, the second factor, and where one is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, ClassVar

from fastapi import Path, Request
from starlette.responses import RedirectResponse, Response

from api.application.services import Services
from api.http.dependencies import Reading, Session, Use, Writing
from api.http.problems import Problem
from api.platform import labels
from api.platform.logs import log
from api.security.access import SIGNED_IN, allow, proved_lately
from api.security.credentials import compare_for, hash_for
from api.security.routing import Router
from api.web.account.session_start import let_in, start_session, told_to_wait
from api.web.forms import ShortText
from api.web.templating import Page, render
from consent_db.accounts.passwords import SHORTEST
from consent_db.accounts.records import SessionRecord, Step
from consent_db.errors import PasswordUnfit
from consent_db.transaction import Transaction

router = Router()

SessionId = Annotated[str, Path(pattern=r"^ses_[0-9a-f]{32}$")]


@dataclass(frozen=True, slots=True)
class SessionView:
    """One place where the person is signed in."""

    id: str
    device: str
    started: str
    used: str
    this: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage(Page):
    """Everything about one's own account."""

    template: ClassVar[str] = "account.html"
    nav: str = "account"
    role: str
    role_does: str
    factor: bool
    factor_required: bool
    codes_left: int
    unlocked: bool
    sessions: tuple[SessionView, ...]
    shortest: int = SHORTEST
    changed: bool = False
    error: str | None = None


@router.get("/account")
@allow(SIGNED_IN)
def show_account(request: Request, services: Use, session: Session, tx: Reading, changed: bool = False) -> Response:  # noqa: FBT001, FBT002 -- from the address
    """Show the account."""
    return render(_page(services, tx, session, changed=changed), request.scope)


@router.post("/account/password")
@allow(SIGNED_IN)
def change_password(
    request: Request,
    services: Use,
    session: Session,
    current: ShortText = "",
    password: ShortText = "",
    again: ShortText = "",
) -> Response:
    """Take another password, sign out everywhere else, and go on here with a new session."""
    user = session.user
    if wait := told_to_wait(services, f"confirming {user.id}"):
        raise Problem("too-many-requests", HTTPStatus.TOO_MANY_REQUESTS, *wait)
    token, error = "", "The two new passwords differ; type the same one twice."
    if password == again:
        token, error = _change(request, services, session, current, password)
    if error:
        with services.store.reading(user.id, services.clock()) as tx:
            page = _page(services, tx, session, error=error)
            return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    log.info("password_changed", actor=user.id)
    return let_in(request, token, Step.DONE, user.email, "/account?changed=true")


@router.post("/account/sessions/end-others")
@allow(SIGNED_IN.just_now)
def end_others(session: Session, tx: Writing) -> Response:
    """Sign out everywhere but here."""
    tx.sessions.end_all(session.user.id, but=session.id)
    return RedirectResponse("/account", HTTPStatus.SEE_OTHER)


@router.post("/account/sessions/{session_id}/end")
@allow(SIGNED_IN.just_now)
def end_session(session_id: SessionId, session: Session, tx: Writing) -> Response:
    """Sign out in one place."""
    tx.sessions.end_one(session.user.id, session_id)
    return RedirectResponse("/account", HTTPStatus.SEE_OTHER)


def _change(
    request: Request, services: Services, session: SessionRecord, current: str, password: str
) -> tuple[str, str]:
    """Return a new session's token, or why there is none."""
    user = session.user
    compared = compare_for(services, user.id, lambda users: users.credential_of(user.id), current)
    unfit, fresh = "", None
    if compared.right:  # nothing is hashed, and nothing said of a new password, before it is known who asks
        try:
            fresh = hash_for(password, user.email)
        except PasswordUnfit as error:
            unfit = str(error)
    with services.store.transaction(user.id, services.clock()) as tx:
        if not tx.users.confirm(compared):
            services.throttle.failed(f"confirming {user.id}")
            return "", "Your present password is not right."
        if fresh is None:
            return "", unfit
        tx.users.set_password(user.id, fresh)
        return start_session(request, tx, user.id), ""


def _page(
    services: Services, tx: Transaction, session: SessionRecord, *, changed: bool = False, error: str | None = None
) -> AccountPage:
    user, zone = session.user, services.policy.zone
    return AccountPage(
        title="My account",
        role=labels.ROLE_NAME[user.role],
        role_does=labels.ROLE_DOES[user.role],
        factor=tx.second_factors.has(user.id),
        factor_required=user.role in services.settings.second_factor,
        codes_left=tx.second_factors.codes_left(user.id),
        unlocked=proved_lately(session, services.clock()),
        sessions=tuple(
            SessionView(
                id=one.id,
                device=one.device or "A browser",
                started=labels.moment(one.started_at, zone),
                used=labels.moment(one.last_used, zone),
                this=one.id == session.id,
            )
            for one in tx.sessions.of(user.id)
        ),
        changed=changed,
        error=error,
    )
