"""Setting up an authenticator app, and the recovery codes for when the phone is lost."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar, Final

import segno
from fastapi import Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from api.http.dependencies import Reading, Session, Use, Writing
from api.http.problems import Problem
from api.platform import labels
from api.platform.logs import log
from api.security.access import SETTING_UP, SIGNED_IN, allow
from api.security.cookies import set_cookie
from api.security.requests.paths import own_path
from api.security.routing import Router
from api.web.account.session_start import (
    FACTOR_SOON,
    factor_due,
    origin_of_code,
    remember_device,
    start_session,
    told_to_wait,
)
from api.web.forms import ShortText
from api.web.templating import Page, render
from consent_db.accounts import totp
from consent_db.accounts.records import SessionRecord, Step
from consent_db.transaction import Transaction

router = Router()


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolPage(Page):
    """The QR code and the key, and the form for the first code."""

    template: ClassVar[str] = "second_factor.html"
    nav: str = "account"
    picture: Markup
    key: str
    required: bool
    next: str
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SoonPage(Page):
    """What is asked of an account of before, and until when it may wait."""

    template: ClassVar[str] = "second_factor_soon.html"
    nav: str = "account"
    role: str
    due: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesPage(Page):
    """The recovery codes, shown once."""

    template: ClassVar[str] = "recovery_codes.html"
    nav: str = "account"
    codes: tuple[str, ...]
    next: str


@router.get(FACTOR_SOON)
@allow(SIGNED_IN)
def show_soon(request: Request, services: Use, session: Session, tx: Reading, next: str = "/") -> Response:  # noqa: A002
    """Say until when the account goes on without the second factor that its role needs."""
    due = factor_due(services, tx, session.user)
    if due is None:
        return RedirectResponse(own_path(next), HTTPStatus.SEE_OTHER)
    page = SoonPage(
        title="A second factor is needed",
        role=labels.ROLE_NAME[session.user.role].lower(),
        due=labels.day(due, services.policy.zone),
        next=own_path(next),
    )
    return render(page, request.scope)


@router.get("/account/second-factor")
@allow(SETTING_UP.just_now)
def show_enrolment(request: Request, session: Session, tx: Writing, next: str = "/") -> Response:  # noqa: A002
    """Show the secret as a QR code and in letters; it counts for nothing until a code confirms it."""
    if tx.second_factors.has(session.user.id):
        return RedirectResponse("/account", HTTPStatus.SEE_OTHER)
    return render(_enrol_page(tx, session, own_path(next)), request.scope)


@router.post("/account/second-factor")
@allow(SETTING_UP.just_now)
def confirm_enrolment(
    request: Request, services: Use, session: Session, code: ShortText = "", next: ShortText = "/"  # noqa: A002
) -> Response:  # fmt: skip
    """Put the app in force if its code is right; show the recovery codes, and finish signing in."""
    user, account = session.user.id, f"code of {session.user.id}"
    origin = origin_of_code(request, session.user.email)
    if wait := told_to_wait(services, account, origin):
        raise Problem("too-many-requests", HTTPStatus.TOO_MANY_REQUESTS, *wait)
    with services.store.transaction(user, services.clock()) as tx:
        if tx.second_factors.has(user):
            return RedirectResponse("/account", HTTPStatus.SEE_OTHER)
        codes = tx.second_factors.confirm(user, code)
        if codes is None:
            services.throttle.failed(account, origin)
            page = _enrol_page(tx, session, own_path(next), _WRONG)
            return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
        tx.sessions.end_all(user)
        token = start_session(request, tx, user)
    log.info("second_factor_set_up", actor=user)
    response = _codes(request, codes, own_path(next))
    set_cookie(response, token, https=services.settings.https)
    remember_device(request, response, session.user.email)
    return response


@router.post("/account/second-factor/removal")
@allow(SIGNED_IN.just_now)
def remove(services: Use, session: Session, tx: Writing) -> Response:
    """Do without a second factor, where that is allowed."""
    if session.user.role in services.settings.second_factor:
        detail = "Your role needs a second factor. Ask another administrator to reset it if your phone is lost."
        raise Problem("conflict", HTTPStatus.CONFLICT, detail)
    tx.second_factors.remove(session.user.id)
    tx.sessions.end_all(session.user.id, but=session.id)
    return RedirectResponse("/account", HTTPStatus.SEE_OTHER)


@router.post("/account/recovery-codes")
@allow(SIGNED_IN.just_now)
def renew_codes(request: Request, session: Session, tx: Writing) -> Response:
    """Replace the recovery codes and show the new ones, once."""
    if not tx.second_factors.has(session.user.id):
        raise Problem("conflict", HTTPStatus.CONFLICT, "Set up an authenticator app first.")
    return _codes(request, tx.second_factors.new_codes(session.user.id), "/account")


def _codes(request: Request, codes: tuple[str, ...], wanted: str) -> Response:
    return render(CodesPage(title="Your recovery codes", codes=codes, next=wanted), request.scope)


def _enrol_page(tx: Transaction, session: SessionRecord, wanted: str, error: str | None = None) -> EnrolPage:
    secret = tx.second_factors.begin(session.user.id)
    letters = base64.b32encode(secret).decode().rstrip("=")
    picture = segno.make(totp.address(secret, session.user.email, "Gatekeeper"), error="m")
    return EnrolPage(
        title="Set up your second factor",
        picture=Markup(picture.svg_inline(scale=4, light="#fff", svgclass="qr", lineclass=None, omitsize=True)),  # noqa: S704
        key=" ".join(letters[start : start + 4] for start in range(0, len(letters), 4)),
        required=session.step is Step.ENROL,
        next=wanted,
        error=error,
    )


_WRONG: Final = "This code is not right. Look at the app again and type the next one."
