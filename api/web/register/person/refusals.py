"""A child, or a colleague, asked not to be photographed: any member of staff writes it down.

People are found as where a face is named: by class and name, and nothing else of the register
is shown. The search is sent in a form, so that no name is in an address.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Final

from fastapi import Form, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.http.dependencies import Reading, Session, Use
from api.http.problems import wrong_field
from api.security.access import SIGNED_IN, allow
from api.security.routing import Router
from api.web import choices
from api.web.checks.picture import person_picker
from api.web.register.person.person import found
from api.web.templating import Page, render
from consent_db.errors import NotFound
from consent_db.people.records import PersonRecord
from consent_db.roster.refusals import refusal
from consent_db.transaction import Transaction

router = Router(prefix="/refusals")

_SHOWN: Final = 60


class Sought(BaseModel):
    """The search: a class or club, a part of the name, or both."""

    model_config = ConfigDict(extra="ignore")

    group: str = Field(default="", max_length=100)
    search: str = Field(default="", max_length=100)


class Refused(BaseModel):
    """The form that writes it down; `sure` once the name was read again."""

    model_config = ConfigDict(extra="ignore")

    person: str = Field(pattern=r"^per_[0-9a-f]{32}$")
    sure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalPage(Page):
    """The search, the person to confirm, or what was written down.

    Attributes:
        people: who was found; None before anything was looked for.
        chosen: who is to be confirmed, or was just written down.
        done: whether it was written down.
    """

    template: ClassVar[str] = "refusals.html"
    nav: str = "refusals"
    groups: tuple[str, ...] = ()
    sought: Sought
    people: tuple[person_picker.PersonChoice, ...] | None = None
    more: int = 0
    chosen: person_picker.PersonChoice | None = None
    done: bool = False


@router.get("")
@allow(SIGNED_IN)
def show_search(request: Request, tx: Reading) -> Response:
    """Show the form for finding the person."""
    return render(_page(tx, Sought()), request.scope)


@router.post("/search")
@allow(SIGNED_IN)
def search(request: Request, services: Use, tx: Reading, sought: Annotated[Sought, Form()]) -> Response:
    """Show the people of a class whose name holds the words; none before something was typed or chosen."""
    if not (sought.group or sought.search.strip()):
        return render(_page(tx, sought), request.scope)
    try:
        people = person_picker.people(services, tx, sought.group, sought.search)
    except NotFound as error:
        raise wrong_field("group", str(error)) from error
    shown, more = people[:_SHOWN], max(0, len(people) - _SHOWN)
    return render(replace(_page(tx, sought), people=shown, more=more), request.scope)


@router.post("")
@allow(SIGNED_IN)
def refuse(request: Request, services: Use, session: Session, refused: Annotated[Refused, Form()]) -> Response:
    """Ask whether this is the person; once confirmed, nothing that shows them goes out from now on."""
    begin = services.store.transaction if refused.sure else services.store.reading
    with begin(session.user.id, services.clock()) as tx:
        record = found(tx, refused.person)
        if refused.sure:
            tx.consent.record(record.id, refusal(record.profile.kind, tx.now, tx.today))
        page = replace(_page(tx, Sought()), chosen=_choice(record), done=refused.sure)
        return render(page, request.scope)


def _page(tx: Transaction, sought: Sought) -> RefusalPage:
    return RefusalPage(title="Asked not to be photographed", groups=choices.classes(tx), sought=sought)


def _choice(record: PersonRecord) -> person_picker.PersonChoice:
    groups = ", ".join(sorted(record.profile.groups))
    return person_picker.PersonChoice(record.id, choices.full_name(record.profile), groups)
