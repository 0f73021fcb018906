"""How a session begins: whether a second factor is still owed, and the cookie that goes with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api.application.services import Services
from api.http.dependencies import STRANGER, services_of
from api.platform.logs import log
from api.platform.throttle import ANYWHERE, Origin
from api.security.admission import STEP_PAGE
from api.security.cookies import cookie_name, set_cookie
from api.security.devices import describe
from api.security.known_devices import KnownDevices
from api.security.requests.paths import with_next
from consent_db.accounts.records import Step, UserRecord
from consent_db.transaction import Transaction

_NEWS: Final = "/account/news"
FACTOR_SOON: Final = "/account/second-factor/soon"


def step_after_password(services: Services, tx: Transaction, user: UserRecord) -> Step:
    """Return the step that follows the first factor."""
    if tx.second_factors.has(user.id):
        return Step.CODE
    if user.role not in services.settings.second_factor:
        return Step.DONE
    due = tx.users.factor_due(user.id, timedelta(days=services.settings.second_factor_grace_days))
    return Step.ENROL if tx.now >= due else Step.DONE


def factor_due(services: Services, tx: Transaction, user: UserRecord) -> datetime | None:
    """Return until when a user goes on without the second factor that their role needs; None if none is owed."""
    owed = user.role in services.settings.second_factor and not tx.second_factors.has(user.id)
    due = tx.users.get(user.id).factor_due_at if owed else None
    return due if due is not None and tx.now < due else None


def start_session(
    request: Request, tx: Transaction, user: str, step: Step = Step.DONE, proved_at: datetime | None = None
) -> str:
    """Start a session in this browser, in place of the one that it has; return its token."""
    old = request.cookies.get(cookie_name(https=services_of(request.scope).settings.https))
    if old is not None:
        tx.sessions.end(old)
    tx.account_news.begin(user)
    device = describe(request.headers.get("user-agent", ""))
    return tx.sessions.start(user, step, device, proved_at)


def let_in(request: Request, token: str, step: Step, email: str, wanted: str) -> Response:
    """Return the answer that hands out the token and leads to what comes next.

    Args:
        request: the request that signs in.
        token: of the session that was started.
        step: how far they are; who is through is known in this browser from now on.
        email: of the account.
        wanted: the page that they came for.
    """
    services = services_of(request.scope)
    page = with_next(STEP_PAGE[step], wanted) if step is not Step.DONE else _first_page(services, token, wanted)
    response = RedirectResponse(page, 303)
    set_cookie(response, token, https=services.settings.https)
    if step is Step.DONE:
        remember_device(request, response, email)
    return response


def remember_device(request: Request, response: Response, email: str) -> None:
    """Have the browser known to an account: strangers' tries at it do not hold its owner up there."""
    services = services_of(request.scope)
    _devices(services).remember(request, response, email, services.clock().date())


def origin_of_try(request: Request, email: str) -> Origin:
    """Return where a try at an account comes from: a browser that it is known in, or a network."""
    services = services_of(request.scope)
    return Origin(peer(request), _devices(services).find(request, email, services.clock().date()))


def origin_of_code(request: Request, email: str) -> Origin:
    """Return the same of a code, which is asked for only after the right password: networks do not count."""
    return replace(origin_of_try(request, email), address=None)


def _devices(services: Services) -> KnownDevices:
    return KnownDevices(services.screener.keyring, https=services.settings.https)


def _first_page(services: Services, token: str, wanted: str) -> str:
    """Return what comes first: what others changed of accounts, the second factor that is owed, or what was wanted."""
    with services.store.reading(STRANGER, services.clock()) as tx:
        session = tx.sessions.find(token)
        if session is None:
            return wanted
        if factor_due(services, tx, session.user) is not None:
            wanted = with_next(FACTOR_SOON, wanted)
        return with_next(_NEWS, wanted) if tx.account_news.unread(session.user) else wanted


def peer(request: Request) -> str:
    """Return the address that a request came from."""
    return request.client.host if request.client else ""


def told_to_wait(services: Services, account: str, origin: Origin = ANYWHERE) -> tuple[str, dict[str, str]] | None:
    """Return the sentence and the Retry-After header after too many attempts; None if they may try."""
    seconds = services.throttle.wait(account, origin)
    if not seconds:
        return None
    log.warning("sign_in_throttled")
    minutes = -(-seconds // 60)
    how_long = f"{seconds} seconds" if seconds <= 60 else f"{minutes} minutes"  # noqa: PLR2004 -- of a minute
    sentence = f"Too many tries. Wait {how_long} and try again{_SOONER if origin.address else '.'}"
    return sentence, {"Retry-After": str(seconds)}


_SOONER: Final = (
    ", or use a browser in which you signed in before. An administrator can make you a link that helps at once."
)
