"""People: the register as a table, to search, sort and filter, and what is shown of it as a file.

What is searched for is sent in the body of a request: an address is kept by
browsers and proxies, and names have no place there. Classes may be called after their
teachers, so the address has a digest of the name.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, ClassVar

from fastapi import Form, Query, Request
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limits
from starlette.responses import RedirectResponse, Response

from api.application.register.undo import undo_many
from api.http.dependencies import Reading, Session, Use, Writing
from api.security.access import KEEPERS, allow, proved_lately
from api.security.routing import Router
from api.web import tables
from api.web.register.lists.people_table import PeopleTable
from api.web.templating import Page, render
from consent_db.roster_export import csv_of

router = Router(prefix="/admin/people")


class Told(BaseModel):
    """What the address says was done to many people a moment ago."""

    model_config = ConfigDict(extra="ignore")

    saved: int = Limits(default=0, ge=0, le=100_000)
    act: int | None = Limits(default=None, ge=1, le=2**31)
    undone: int | None = Limits(default=None, ge=0, le=100_000)
    stay: int = Limits(default=0, ge=0, le=100_000)


Sent = Annotated[tables.Sent, Form()]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage(Page):
    """Those who are looked for.

    Attributes:
        saved: of how many people something was just saved; 0 for none.
        act: the first entry of the audit of what was just saved, by which it is undone.
        undone: of how many people it was just undone, and `stay` of how many not.
        unlocked: whether the person proved lately who they are, so that a file may be handed out.
    """

    template: ClassVar[str] = "people.html"
    nav: str = "people"
    table: tables.Table
    unlocked: bool
    saved: int = 0
    act: int | None = None
    undone: int | None = None
    stay: int = 0


@router.get("")
@allow(KEEPERS)
def show_people(
    request: Request, services: Use, session: Session, tx: Reading, told: Annotated[Told, Query()]
) -> Response:  # fmt: skip
    """List the people that the address asks for; after a change of many, of how many it was saved or undone."""
    people = PeopleTable.of(services, tx)
    query = tables.read(people.layout, request.query_params)
    unlocked = proved_lately(session, services.clock())
    page = PeoplePage(
        title="People",
        table=tables.with_saved(tx, session.user.id, people.table(query)),
        unlocked=unlocked,
        **told.model_dump(),
    )
    return render(page, request.scope)


@router.post("")
@allow(KEEPERS)
def search_people(request: Request, services: Use, session: Session, tx: Reading, sent: Sent) -> Response:
    """Show those who match what was typed; without words the answer is an address that can be kept."""
    people = PeopleTable.of(services, tx)
    query = tables.read(people.layout, {**request.query_params, **sent.parameters}, sent.words)
    if not query.words:
        return RedirectResponse(tables.address(people.layout, query), HTTPStatus.SEE_OTHER)
    unlocked = proved_lately(session, services.clock())
    return render(
        PeoplePage(
            title="People", table=tables.with_saved(tx, session.user.id, people.table(query)), unlocked=unlocked
        ),
        request.scope,
    )


@router.post("/selection/undo")
@allow(KEEPERS)
def undo_selection(session: Session, tx: Writing, act: Annotated[int, Form(ge=1, le=2**31)]) -> Response:
    """Undo what was saved of many people; who was changed again since stays as they are now."""
    done, stay = undo_many(tx, act, session.user.role)
    return RedirectResponse(f"/admin/people?undone={done}&stay={stay}", HTTPStatus.SEE_OTHER)


@router.post("/list.csv")
@allow(KEEPERS.just_now)
def hand_out_list(request: Request, services: Use, tx: Writing, sent: Sent) -> Response:
    """Hand out everyone who is found, on all pages, as a file; the audit has who took how many."""
    people = PeopleTable.of(services, tx)
    query = tables.read(people.layout, {**request.query_params, **sent.parameters}, sent.words)
    found = people.matching(query)
    tx.hand_outs.list_exported(len(found))
    shown = [at for at, column in enumerate(people.layout.columns) if at and column.name not in query.hidden]
    headings = ("Number", "First name", "Surname", *(people.layout.columns[at].label for at in shown))
    rows = [people.exported(entry, shown) for entry in found]
    headers = {"Content-Disposition": f'attachment; filename="people-{tx.today.isoformat()}.csv"'}
    return Response(csv_of([headings, *rows]), media_type="text/csv; charset=utf-8", headers=headers)
