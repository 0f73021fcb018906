"""Who is in a class, or was at an event: found and added, pasted as a list, taken off again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Form, Request
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limits
from starlette.responses import RedirectResponse, Response

from api.application.register.directory import directory
from api.http.dependencies import Reading, Session, Use
from api.http.problems import not_found
from api.platform import labels as words
from api.security.access import KEEPERS, MANAGERS, allow
from api.security.routing import Router
from api.web.register.groups.events import GroupId, GroupPage, back_to, group_id_of, group_named, group_page
from api.web.register.people import open_channels, register_of, row
from api.web.register.person.person import Id
from api.web.register.typed_names import TypedNames
from api.web.templating import render
from api.web.undoing import WayBacks
from consent_db.transaction import Transaction
from gatekeeper.naming import finder
from gatekeeper.types import PersonId

router = Router(prefix="/admin")

_SHOWN: Final = 20
"""How many are offered to be added; more are found by more of the name."""


class Added(BaseModel):
    """The forms that add people: one who was found, whole classes, or names and numbers, each in a line."""

    model_config = ConfigDict(extra="ignore")

    person: str = Limits(default="", max_length=100)
    classes: list[str] = Limits(default=[], max_length=50)
    people: str = Limits(default="", max_length=20_000)


@router.post("/events/{group_id}/search")
@allow(MANAGERS)
def search(
    request: Request,
    group_id: GroupId,
    services: Use,
    session: Session,
    tx: Reading,
    name: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Show who could be added, by a part of the name or the number."""
    group = group_named(tx, group_id)
    there, wanted = tx.groups.members(group), name.strip()
    register, channels = register_of(services, tx), open_channels(tx)
    is_meant = finder(wanted)
    everyone = directory(tx, register).entries if wanted else ()
    found = [one.record for one in everyone if one.record.id not in there and is_meant(one.searched)]
    page = replace(
        group_page(services, tx, session, group),
        search=name.strip(),
        candidates=tuple(row(register, one, channels, tx.today) for one in found[:_SHOWN]),
        more=max(0, len(found) - _SHOWN),
    )
    return render(page, request.scope)


@router.post("/events/{group_id}/people")
@allow(MANAGERS)
def add_to_event(
    request: Request,
    group_id: GroupId,
    services: Use,
    session: Session,
    ways: WayBacks,
    added: Annotated[Added, Form()],
) -> Response:
    """Put people on the list of an event; lines that match no person come back."""
    with services.store.transaction(session.user.id, services.clock()) as tx:
        event = _event(tx, group_id)
        people, left = _meant(tx, added)
        whole = {one.id for one in tx.people.all() if one.profile.groups & set(added.classes)}
        before = len(tx.groups.members(event))
        after = len(tx.groups.add_people(event, people | whole).people)
        page = replace(group_page(services, tx, session, event), past=ways.past(tx, event, f"/admin/events/{group_id}"))
        return _answer(request, page, after - before, left)


@router.post("/classes/{group_id}/people")
@allow(KEEPERS)
def add_to_class(
    request: Request, group_id: GroupId, services: Use, session: Session, added: Annotated[Added, Form()]
) -> Response:
    """Put people into a class or club; lines that match no person come back."""
    with services.store.transaction(session.user.id, services.clock()) as tx:
        name = _class(tx, group_id)
        people, left = _meant(tx, added)
        new = sorted(people - tx.groups.members(name))
        for person in new:
            profile = tx.people.get(person).profile
            tx.people.change(person, replace(profile, groups=profile.groups | {name}))
        return _answer(request, group_page(services, tx, session, name), len(new), left)


@router.post("/events/{group_id}/people/{person_id}/removal")
@allow(MANAGERS)
def remove_from_event(group_id: GroupId, person_id: Id, services: Use, session: Session) -> Response:
    """Remove a person from the list of an event."""
    with services.store.transaction(session.user.id, services.clock()) as tx:
        event = _event(tx, group_id)
        tx.groups.remove_person(event, PersonId(person_id))
        return back_to(event, tx)


@router.post("/classes/{group_id}/people/{person_id}/removal")
@allow(KEEPERS)
def remove_from_class(group_id: GroupId, person_id: Id, services: Use, session: Session) -> Response:
    """Remove a person from a class or club; with the last of its people it is gone."""
    with services.store.transaction(session.user.id, services.clock()) as tx:
        name = _class(tx, group_id)
        profile = tx.people.get(PersonId(person_id)).profile
        tx.people.change(PersonId(person_id), replace(profile, groups=profile.groups - {name}))
        gone = name not in tx.groups.names()
        return RedirectResponse("/admin/events", HTTPStatus.SEE_OTHER) if gone else back_to(name, tx)


def _event(tx: Transaction, group: str) -> str:
    name = group_named(tx, group)
    if tx.groups.event(name) is None:
        raise not_found()
    return name


def _class(tx: Transaction, group: str) -> str:
    found = next((name for name in tx.groups.names() if group_id_of(name) == group), None)
    if found is None:
        raise not_found()
    return found


def _meant(tx: Transaction, added: Added) -> tuple[frozenset[PersonId], tuple[str, ...]]:
    """Return who is meant, and the lines by which no one person is.

    Raises:
        NotFound: the one who was found is not there any more.
    """
    one = frozenset({tx.people.get(PersonId(added.person)).id} if added.person else ())
    people, left = TypedNames(tx.people.all()).read(added.people)
    return one | people, left


def _answer(request: Request, page: GroupPage, added: int, left: Iterable[str]) -> Response:
    kept = "\n".join(left)
    done = f"{words.count(added, 'person is', 'people are')} added." if added else None
    trouble = "These lines match no person on the register, or more than one. Correct them, or give numbers."
    page = replace(page, said=done or (None if kept else "No new people were named."), kept=kept)
    return render(replace(page, trouble=trouble if kept else None), request.scope)
