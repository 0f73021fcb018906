"""Many users at once: a list is sent, looked at with refusals beside its rows, and becomes accounts with links."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from fastapi import Depends, Form, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from api.application import user_list
from api.application.services import Services
from api.application.user_list import NewAccount, Proposed
from api.http.dependencies import Reading, Session, Use
from api.platform import labels
from api.platform.csv_text import as_csv
from api.platform.logs import log
from api.security.access import ADMIN, allow, proved_lately
from api.security.routing import Router
from api.web.manage.users import ROLES, RoleChoice
from api.web.templating import Page, render
from consent_db.accounts.passwords import unknown_to_all
from consent_db.errors import ImportRefused
from consent_db.roster.files.sheet import MOST_BYTES
from gatekeeper.types import Role

router = Router(prefix="/admin/user-list")

_MOST_TYPED: Final = 200_000
_BY_COLUMN: Final = "column"


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of the list."""

    line: int
    email: str = field(repr=False)
    name: str = field(repr=False)
    role: str
    refusal: str


@dataclass(frozen=True, slots=True)
class Slip:
    """What one person is handed."""

    email: str = field(repr=False)
    name: str = field(repr=False)
    role: str
    link: str = field(repr=False)
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserListPage(Page):
    """The form for a list."""

    template: ClassVar[str] = "user_list.html"
    nav: str = "users"
    roles: tuple[RoleChoice, ...] = ROLES
    chosen: str = _BY_COLUMN
    typed: str = ""
    unlocked: bool
    most: int = user_list.MOST
    days: int = user_list.LIFE.days
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage(Page):
    """Who would be added, and which rows cannot be used; `agreed` is sent back when it is agreed to."""

    template: ClassVar[str] = "user_list_preview.html"
    nav: str = "users"
    rows: tuple[RowView, ...]
    good: int
    agreed: str = field(repr=False)
    days: int = user_list.LIFE.days


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOutPage(Page):
    """The links, shown once."""

    template: ClassVar[str] = "user_list_links.html"
    nav: str = "users"
    slips: tuple[Slip, ...]
    refused: tuple[RowView, ...]
    file: str = field(repr=False)


async def _form(request: Request) -> AsyncIterator[FormData]:
    """Read a form whose text may be a whole list."""
    async with request.form(max_files=1, max_fields=5, max_part_size=_MOST_TYPED) as form:
        yield form


Sent = Annotated[FormData, Depends(_form)]


@router.get("")
@allow(ADMIN)
def show_form(request: Request, services: Use, session: Session) -> Response:
    """Show the form."""
    unlocked = proved_lately(session, services.clock())
    return render(UserListPage(title="Add users from a list", unlocked=unlocked), request.scope)


@router.post("")
@allow(ADMIN)
def preview(request: Request, services: Use, session: Session, tx: Reading, sent: Sent) -> Response:
    """Show every row with what becomes of it; nothing is saved yet."""
    file, typed, chosen = sent.get("file"), str(sent.get("typed") or ""), str(sent.get("role") or _BY_COLUMN)
    try:
        data = file.file.read(MOST_BYTES + 1) if isinstance(file, UploadFile) and file.size else typed
        rows = user_list.judged(tx, user_list.read_list(data, Role(chosen) if chosen in set(Role) else None))
    except ImportRefused as refused:
        page = UserListPage(
            title="Add users from a list",
            unlocked=proved_lately(session, services.clock()),
            chosen=chosen,
            typed=typed,
            error=str(refused),
        )
        return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    good = [row for row in rows if not row.refusal]
    shown = PreviewPage(title="Look at the list", rows=_views(rows), good=len(good), agreed=_agreed(good))
    return render(shown, request.scope)


@router.post("/accounts")
@allow(ADMIN.just_now)
def add(
    request: Request, services: Use, session: Session, agreed: Annotated[str, Form(max_length=_MOST_TYPED)]
) -> Response:
    """Add the accounts that were agreed to, and show their links this once."""
    try:
        rows = user_list.read_list(agreed, None)
    except ImportRefused as refused:
        page = UserListPage(title="Add users from a list", unlocked=True, typed=agreed, error=str(refused))
        return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    unknown = unknown_to_all()
    with services.store.transaction(session.user.id, services.clock()) as tx:
        added, left_out = user_list.add_accounts(tx, user_list.judged(tx, rows), unknown)
    log.info("users_added", actor=session.user.id, count=len(added))
    return render(_hand_out(services, added, left_out), request.scope, HTTPStatus.CREATED)


def _hand_out(services: Services, added: Sequence[NewAccount], refused: Sequence[Proposed]) -> HandOutPage:
    slips = tuple(_slip(services, one) for one in added)
    lines = [(one.email, one.name, one.role, one.link, one.until) for one in slips]
    table = as_csv(("email", "name", "role", "link", "good until"), lines).encode("utf-8-sig")
    return HandOutPage(
        title="Links to hand out",
        slips=slips,
        refused=_views(refused),
        file=f"data:text/csv;charset=utf-8;base64,{b64encode(table).decode()}",
    )


def _slip(services: Services, one: NewAccount) -> Slip:
    return Slip(
        email=one.email,
        name=one.name,
        role=labels.ROLE_NAME[one.role],
        link=f"{services.settings.base_url}/choose-password/{one.token}",
        until=labels.moment(one.good_until, services.policy.zone),
    )


def _views(rows: Sequence[Proposed]) -> tuple[RowView, ...]:
    return tuple(
        RowView(row.line, row.email, row.name, labels.ROLE_NAME[row.role] if row.role else "", row.refusal)
        for row in rows
    )


def _agreed(rows: Sequence[Proposed]) -> str:
    """Return the rows that can be added as a list again, to be sent back."""
    return as_csv(user_list.COLUMNS, [(row.email, row.name, row.role or "") for row in rows])
