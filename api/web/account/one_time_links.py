"""What a one-time link opens: the first administrator of an empty installation, or a password of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, ClassVar

from fastapi import Path, Request
from starlette.responses import RedirectResponse, Response

from api.application.services import Services
from api.http.dependencies import Reading, Use
from api.http.problems import Problem
from api.platform.logs import log
from api.security.access import PUBLIC, allow
from api.security.credentials import hash_for
from api.security.routing import Router
from api.web.account.session_start import let_in, remember_device, start_session
from api.web.forms import ShortText
from api.web.templating import Page, render
from consent_db.accounts.passwords import SHORTEST
from consent_db.accounts.records import LinkRecord, Purpose, Step
from consent_db.errors import ConsentDbError
from consent_db.transaction import Transaction
from gatekeeper.types import Role

router = Router()

ACTOR = "one-time link"
"""The actor in the audit of what is done with a one-time link."""

Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$")]


class Unlike(ConsentDbError):
    """The two passwords differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpPage(Page):
    """The first page of a new installation."""

    template: ClassVar[str] = "set_up.html"
    shortest: int = SHORTEST
    address: str = ""
    factor: bool
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoosePasswordPage(Page):
    """The form for a password of one's own."""

    template: ClassVar[str] = "choose_password.html"
    shortest: int = SHORTEST
    account: str
    error: str | None = None


@router.get("/set-up/{token}")
@allow(PUBLIC)
def show_set_up(request: Request, token: Token, services: Use, tx: Reading) -> Response:
    """Explain what comes, and ask for the first administrator's address and password."""
    _find(tx, Purpose.SET_UP, token)
    return render(_set_up_page(services), request.scope)


@router.post("/set-up/{token}")
@allow(PUBLIC)
def set_up(
    request: Request,
    token: Token,
    services: Use,
    email: ShortText = "",
    password: ShortText = "",
    again: ShortText = "",
) -> Response:
    """Make the first administrator and sign them in; the link is gone afterwards."""
    with services.store.reading(ACTOR, services.clock()) as reading:
        _find(reading, Purpose.SET_UP, token)
    try:
        chosen = hash_for(_same(password, again), email)
        with services.store.transaction(ACTOR, services.clock()) as tx:
            _find(tx, Purpose.SET_UP, token)
            tx.links.use(Purpose.SET_UP, token)
            user = tx.users.add(email, chosen, Role.ADMIN)
            step = Step.ENROL if Role.ADMIN in services.settings.second_factor else Step.DONE
            session = start_session(request, tx, user.id, step)
    except ConsentDbError as error:
        page = _set_up_page(services, address=email, error=str(error))
        return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    log.info("set_up", actor=user.id)
    return let_in(request, session, step, user.email, "/admin/users")


@router.get("/choose-password/{token}")
@allow(PUBLIC)
def show_choice(request: Request, token: Token, tx: Reading) -> Response:
    """Ask for a password."""
    return render(_choice_page(tx, _find(tx, Purpose.PASSWORD, token)), request.scope)


@router.post("/choose-password/{token}")
@allow(PUBLIC)
def choose(request: Request, token: Token, services: Use, password: ShortText = "", again: ShortText = "") -> Response:
    """Keep the password and lead to the sign-in; the link is gone afterwards."""
    with services.store.reading(ACTOR, services.clock()) as tx:
        link = _find(tx, Purpose.PASSWORD, token)
        page = _choice_page(tx, link)
    try:
        chosen = hash_for(_same(password, again), page.account)
        with services.store.transaction(ACTOR, services.clock()) as tx:
            used = tx.links.use(Purpose.PASSWORD, token)
            tx.users.set_password(used.user or "", chosen)
    except ConsentDbError as error:
        page = ChoosePasswordPage(title=page.title, account=page.account, error=str(error))
        return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    log.info("password_chosen", actor=link.user)
    response = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    remember_device(request, response, page.account)
    return response


def _same(password: str, again: str) -> str:
    """Return the password that was typed twice.

    Raises:
        Unlike: the two differ.
    """
    if password != again:
        raise Unlike("The two passwords differ; type the same one twice.")
    return password


def _find(tx: Transaction, purpose: Purpose, token: str) -> LinkRecord:
    """Return the link of this token.

    Raises:
        Problem: 404, it was used, has expired or never existed; or there is an administrator already.
    """
    link = tx.links.find(purpose, token)
    if link is None or (purpose is Purpose.SET_UP and not tx.users.none_yet()):
        detail = "This link was used already or has expired. Ask the person who gave it to you for a new one."
        raise Problem("not-found", HTTPStatus.NOT_FOUND, detail)
    return link


def _set_up_page(services: Services, address: str = "", error: str | None = None) -> SetUpPage:
    factor = Role.ADMIN in services.settings.second_factor
    return SetUpPage(title="Set Gatekeeper up", factor=factor, address=address, error=error)


def _choice_page(tx: Transaction, link: LinkRecord) -> ChoosePasswordPage:
    return ChoosePasswordPage(title="Choose your password", account=tx.users.get(link.user or "").email)
