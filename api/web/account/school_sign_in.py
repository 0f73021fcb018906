"""Signing in with the school's own account, where the settings name a sign-in service."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api.application.services import Services
from api.http.dependencies import Use
from api.http.problems import Problem, not_found
from api.platform.logs import log
from api.platform.oidc import Journey, Person, SignInServiceFailed, sealed, unsealed
from api.security.access import PUBLIC, allow
from api.security.cookies import clear_journey, journey_name, set_journey
from api.security.requests.paths import own_path
from api.security.routing import Router
from api.web.account.session_start import let_in, start_session, step_after_password
from consent_db.accounts.records import Step, UserRecord
from consent_db.errors import NotPossible
from consent_db.transaction import Transaction

router = Router()

ACTOR: Final = "single sign-on"
"""Who the audit names for what follows from what the sign-in service says."""

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


@router.get("/sign-in/school")
@allow(PUBLIC)
def leave(services: Use, next: str = "/", again: bool = False) -> Response:  # noqa: A002, FBT001, FBT002 -- from the address
    """Send the browser to the sign-in service; with `again`, the person has to authenticate anew."""
    if not services.sign_in.configured:
        raise not_found()
    try:
        address, journey = services.sign_in.begin(own_path(next), services.clock(), anew=again)
    except SignInServiceFailed as error:
        raise _unavailable(error) from error
    response = RedirectResponse(address, 303)
    set_journey(response, sealed(journey, services.store), https=services.settings.https)
    return response


@router.get("/sign-in/school/return")
@allow(PUBLIC)
def come_back(request: Request, services: Use, code: str = "", state: str = "") -> Response:
    """Start a session for the identity asserted, if it has an account here or a role gives it one."""
    if not services.sign_in.configured:
        raise not_found()
    journey = _journey(request, services, state)
    if not code or journey is None:
        raise _refused("This way of signing in has ended or began in another browser. Begin again.")
    try:
        person = services.sign_in.finish(journey, code, services.clock())
    except SignInServiceFailed as error:
        raise _unavailable(error) from error
    with services.store.transaction(ACTOR, services.clock()) as tx:
        user = _user(services, tx, person)
        if user is None or user.disabled_at is not None:
            raise _refused("You have no account here. Ask the Gatekeeper administrator at your school.")
        step = Step.DONE if person.strong else step_after_password(services, tx, user)
        # A person who signed in there long ago authenticates anew before anything that matters.
        proved_at = person.proved_at or _LONG_AGO if step is Step.DONE else None
        token = start_session(request, tx, user.id, step, proved_at)
    log.info("signed_in", actor=user.id, reason=f"single sign-on, then {step}")
    response = let_in(request, token, step, user.email, journey.next)
    clear_journey(response, https=services.settings.https)
    return response


def _journey(request: Request, services: Services, state: str) -> Journey | None:
    kept = request.cookies.get(journey_name(https=services.settings.https), "")
    return unsealed(kept, state, services.store, services.clock())


def _user(services: Services, tx: Transaction, person: Person) -> UserRecord | None:
    """Return whose account this is: by subject; once by verified address; or a new one if a claim gives a role."""
    by_claim = services.settings.oidc_role_claim is not None
    if by_claim and person.role is None:
        return None
    user = tx.users.find_identity(person.issuer, person.subject)
    if user is None and person.email is not None:
        user = tx.users.find(person.email)
        if user is None and person.role is not None:
            user = tx.users.add(person.email, None, person.role, person.name)
        if user is not None:
            tx.users.bind_identity(user.id, person.issuer, person.subject)
    if user is not None and person.name and not user.name:  # a name that an administrator gave stays
        tx.users.set_name(user.id, person.name)
        user = tx.users.get(user.id)
    return _with_role(tx, user, person) if user and person.role else user


def _with_role(tx: Transaction, user: UserRecord, person: Person) -> UserRecord:
    """Set the role that the claim gives, unless no administrator would be left."""
    if person.role is not None and person.role is not user.role:
        try:
            tx.users.set_role(user.id, person.role)
        except NotPossible:
            log.warning("role_kept", actor=user.id)
    return tx.users.get(user.id)


def _refused(detail: str) -> Problem:
    log.warning("sign_in_failed", reason="single sign-on")
    return Problem("not-permitted", HTTPStatus.FORBIDDEN, detail)


def _unavailable(error: SignInServiceFailed) -> Problem:
    log.error("sign_in_service_failed", error=type(error.__cause__ or error).__name__)
    return Problem("unavailable", HTTPStatus.SERVICE_UNAVAILABLE, str(error), {"Retry-After": "30"})
