"""Users and roles: accounts, their roles, and account recovery."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, ClassVar

from fastapi import Form, Path, Request
from starlette.responses import RedirectResponse, Response

from api.application.services import Services
from api.http.dependencies import Reading, Session, Use, Writing
from api.http.problems import Problem, not_found, wrong_field
from api.platform import labels
from api.platform.logs import log
from api.security.access import ADMIN, allow, proved_lately
from api.security.routing import Router
from api.web import tables
from api.web.forms import ShortText
from api.web.manage.users_table import user_table
from api.web.templating import Page, render
from api.web.undoing import Past, WayBacks, done
from consent_db.accounts.links import LIFE
from consent_db.accounts.records import Purpose, SessionRecord, UserRecord
from consent_db.errors import AlreadyExists, NameUnfit, NotFound, NotPossible
from consent_db.transaction import Transaction
from gatekeeper.types import Role

router = Router(prefix="/admin/users")

UserId = Annotated[str, Path(pattern=r"^usr_[0-9a-f]{32}$")]
Chosen = Annotated[Role, Form()]
Sent = Annotated[tables.Sent, Form()]


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """One role to choose."""

    value: str
    name: str
    does: str


ROLES = tuple(RoleChoice(role.value, labels.ROLE_NAME[role], labels.ROLE_DOES[role]) for role in Role)


@dataclass(frozen=True, slots=True)
class UserView:
    """A user account."""

    id: str
    email: str
    name: str
    called: str
    role: str
    role_name: str
    added: str
    disabled: str | None
    factor: bool
    factor_required: bool
    myself: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersPage(Page):
    """All user accounts, and a form to add one."""

    template: ClassVar[str] = "users.html"
    nav: str = "users"
    table: tables.Table
    roles: tuple[RoleChoice, ...] = ROLES
    unlocked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPage(Page):
    """One of them, and what can be done for or about them."""

    template: ClassVar[str] = "user.html"
    nav: str = "users"
    user: UserView
    roles: tuple[RoleChoice, ...] = ROLES
    unlocked: bool
    signed_in: int
    link: str | None = None
    past: tuple[Past, ...] = ()
    hours: int = int(LIFE[Purpose.PASSWORD].total_seconds() // 3600)


@router.get("")
@allow(ADMIN)
def show_users(request: Request, services: Use, session: Session, tx: Reading) -> Response:
    """List the users that the address asks for."""
    users = user_table(services, tx)
    return render(_users_page(services, tx, session, users.table(users.asked(request.query_params))), request.scope)


@router.post("/found")
@allow(ADMIN)
def search_users(request: Request, services: Use, session: Session, tx: Reading, sent: Sent) -> Response:
    """Show the users who match what was typed."""
    return user_table(services, tx).answer(
        request.query_params,
        sent,
        lambda found: render(_users_page(services, tx, session, found), request.scope),
    )


@router.post("/list.csv")
@allow(ADMIN.just_now)
def hand_out_users(request: Request, services: Use, tx: Writing, sent: Sent) -> Response:
    """Hand out the users who are found, on all pages, as a file."""
    return user_table(services, tx).hand_out(tx, request.query_params, sent, "users")


@router.post("")
@allow(ADMIN.just_now)
def add_user(
    request: Request,
    services: Use,
    session: Session,
    email: ShortText = "",
    name: ShortText = "",
    role: Chosen = Role.STAFF,
) -> Response:
    """Add a user, and show the one-time link to choose a password."""
    with services.store.transaction(session.user.id, services.clock()) as tx:
        try:
            user = tx.users.add(email, None, role, name)
        except NameUnfit as refused:
            raise wrong_field("name", str(refused)) from refused
        except (AlreadyExists, NotPossible) as refused:
            raise wrong_field("email", str(refused)) from refused
        link = tx.links.make(Purpose.PASSWORD, user.id)
        made = _user_page(services, tx, session, user, link)
    log.info("user_added", actor=session.user.id)
    return render(made, request.scope, HTTPStatus.CREATED)


@router.get("/{user_id}")
@allow(ADMIN)
def show_user(
    request: Request, user_id: UserId, services: Use, session: Session, tx: Reading, ways: WayBacks
) -> Response:
    """Show one of them; after a change what it did, and the way back."""
    page, here = _user_page(services, tx, session, _user(tx, user_id)), f"/admin/users/{user_id}"
    return render(replace(page, notice=ways.notice(tx, here), past=ways.past(tx, user_id, here)), request.scope)


@router.post("/{user_id}/link")
@allow(ADMIN.just_now)
def make_link(request: Request, user_id: UserId, services: Use, session: Session, tx: Writing) -> Response:
    """Create a one-time link to choose a new password; it is shown once."""
    user = _user(tx, user_id)
    if user.disabled_at is not None:
        raise Problem("conflict", HTTPStatus.CONFLICT, "Let this person sign in again first.")
    return render(_user_page(services, tx, session, user, tx.links.make(Purpose.PASSWORD, user_id)), request.scope)


@router.post("/{user_id}/name")
@allow(ADMIN)
def change_name(user_id: UserId, tx: Writing, name: ShortText = "") -> Response:
    """Change what colleagues call a user; an empty name leaves them their address."""
    user = _user(tx, user_id)
    try:
        tx.users.set_name(user.id, name)
    except NameUnfit as refused:
        raise wrong_field("name", str(refused)) from refused
    return _back(user_id)


@router.post("/{user_id}/role")
@allow(ADMIN.just_now)
def change_role(user_id: UserId, tx: Writing, role: Chosen) -> Response:
    """Change the role of a user; their sessions end, so it holds at once."""
    tx.users.set_role(_user(tx, user_id).id, role)
    return done(tx, f"/admin/users/{user_id}", user_id)


@router.post("/{user_id}/second-factor")
@allow(ADMIN.just_now)
def reset_second_factor(user_id: UserId, tx: Writing) -> Response:
    """Reset the second factor of a user, and end all their sessions."""
    tx.second_factors.remove(_user(tx, user_id).id)
    tx.sessions.end_all(user_id)
    return _back(user_id)


@router.post("/{user_id}/sessions")
@allow(ADMIN)
def sign_out_everywhere(user_id: UserId, tx: Writing) -> Response:
    """End all sessions of a user."""
    tx.sessions.end_all(_user(tx, user_id).id)
    return _back(user_id)


@router.post("/{user_id}/disable")
@allow(ADMIN.just_now)
def disable(user_id: UserId, tx: Writing) -> Response:
    """Disable a user at once."""
    tx.users.disable(_user(tx, user_id).id)
    return done(tx, f"/admin/users/{user_id}", user_id)


@router.post("/{user_id}/enable")
@allow(ADMIN.just_now)
def enable(user_id: UserId, tx: Writing) -> Response:
    """Enable a user again."""
    tx.users.enable(_user(tx, user_id).id)
    return done(tx, f"/admin/users/{user_id}", user_id)


def _user(tx: Transaction, user: str) -> UserRecord:
    try:
        return tx.users.get(user)
    except NotFound as error:
        raise not_found() from error


def _back(user: str) -> Response:
    return RedirectResponse(f"/admin/users/{user}", HTTPStatus.SEE_OTHER)


def _users_page(services: Services, tx: Transaction, session: SessionRecord, found: tables.Table) -> UsersPage:
    found = tables.with_saved(tx, session.user.id, found)
    return UsersPage(title="Users and roles", table=found, unlocked=proved_lately(session, services.clock()))


def _user_page(
    services: Services, tx: Transaction, session: SessionRecord, user: UserRecord, link: str | None = None
) -> UserPage:
    return UserPage(
        title=user.called,
        user=_view(services, session, user, factor=tx.second_factors.has(user.id)),
        unlocked=proved_lately(session, services.clock()),
        signed_in=len(tx.sessions.of(user.id)),
        link=f"{services.settings.base_url}/choose-password/{link}" if link else None,
    )


def _view(services: Services, session: SessionRecord, user: UserRecord, *, factor: bool) -> UserView:
    zone = services.policy.zone
    return UserView(
        id=user.id,
        email=user.email,
        name=user.name,
        called=user.called,
        role=user.role.value,
        role_name=labels.ROLE_NAME[user.role],
        added=labels.day(user.created_at, zone),
        disabled=labels.day(user.disabled_at, zone) if user.disabled_at else None,
        factor=factor,
        factor_required=user.role in services.settings.second_factor,
        myself=user.id == session.user.id,
    )
