"""The form that adds a person to the register, and changes their details."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from fastapi import Form, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from api.application.services import Services
from api.http.dependencies import Reading, Session, Use
from api.platform import labels as words
from api.security.access import KEEPERS, allow
from api.security.routing import Router
from api.web import choices
from api.web.register.impact import effects
from api.web.register.person.person import Id, SurePage, found
from api.web.register.person.person_views import PersonView
from api.web.register.person.saved import What, saved
from api.web.templating import Page, render
from consent_db.errors import AlreadyExists, NotPossible
from consent_db.people.profiles import LONGEST, spelling
from consent_db.people.records import PersonDraft, PersonRecord
from consent_db.register.people import group_name
from consent_db.roster.fields.dates import DateUnclear, read_date
from consent_db.roster.identity import is_namesake, may_be_meant
from consent_db.transaction import Transaction
from gatekeeper.types import Kind

router = Router(prefix="/admin/people")

_CHANGED: Final = (
    "Their details were changed after you opened this page, so nothing was saved. These are the details now: make "
    "your change again."
)
_NAMES = {"first_name": "The first name", "last_name": "The surname", "known_as": "This", "external_id": "The number"}


class Particulars(BaseModel):
    """The form as it was filled in; what is wrong with it is said beside it, so nothing is refused here.

    Attributes:
        groups: classes and clubs, each in a line.
        somebody_else: whether it is known that this is no namesake who is there already.
        sure: whether it was seen what a change touches.
        was: a digest of the details that the form was opened with; empty for a new person.
    """

    model_config = ConfigDict(extra="ignore")

    kind: str = Kind.PUPIL.value
    first_name: str = ""
    last_name: str = ""
    known_as: str = ""
    external_id: str = ""
    date_of_birth: str = ""
    leaving_date: str = ""
    groups: str = ""
    somebody_else: bool = False
    sure: bool = False
    was: str = ""

    @classmethod
    def of(cls, draft: PersonDraft) -> Particulars:
        """Return the form filled with what is known."""
        filled = cls(
            kind=draft.kind.value,
            first_name=draft.first_name,
            last_name=draft.last_name,
            known_as=draft.known_as or "",
            external_id=draft.external_id or "",
            date_of_birth=draft.date_of_birth.isoformat() if draft.date_of_birth else "",
            leaving_date=draft.leaving_date.isoformat() if draft.leaving_date else "",
            groups="\n".join(choices.groups_of(draft)),
        )
        filled.was = hashlib.sha256(filled.model_dump_json().encode()).hexdigest()[:16]
        return filled


class Wrong(Exception):
    """What is wrong with a form, by field, each a sentence that says what to do."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(*errors.values())
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Namesake:
    """A person of the same name who is on the register."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticularsPage(Page):
    """The form; `id` is None for a new person."""

    template: ClassVar[str] = "person_form.html"
    nav: str = "people"
    id: str | None
    name: str
    filled: Particulars
    kinds: tuple[choices.Choice, ...]
    classes: tuple[str, ...]
    today: str
    errors: dict[str, str] = field(default_factory=dict)
    namesakes: tuple[Namesake, ...] = ()


@router.get("/new")
@allow(KEEPERS)
def show_new(request: Request, tx: Reading) -> Response:
    """Show the empty form."""
    return render(_page(tx, Particulars(), None), request.scope)


@router.post("/new")
@allow(KEEPERS)
def add(request: Request, services: Use, session: Session, filled: Annotated[Particulars, Form()]) -> Response:
    """Add a person to the register; a namesake has to be told apart first."""
    with services.store.transaction(session.user.id, services.clock()) as tx:
        try:
            draft = draft_of(filled, tx.today)
            namesakes = () if filled.somebody_else else namesakes_of(tx, draft)
            if namesakes:
                page = _page(tx, filled, None, namesakes=namesakes)
                return render(page, request.scope, HTTPStatus.CONFLICT)
            person = tx.people.add(draft)
        except (Wrong, AlreadyExists) as error:
            return _again(request, tx, filled, None, error)
    return saved(person, What.ADDED)


@router.get("/{person_id}/particulars")
@allow(KEEPERS)
def show_known(request: Request, person_id: Id, tx: Reading) -> Response:
    """Show the form filled with what is known."""
    record = found(tx, person_id)
    return render(_page(tx, Particulars.of(record.profile), record), request.scope)


@router.post("/{person_id}/particulars")
@allow(KEEPERS)
def change(
    request: Request, person_id: Id, services: Use, session: Session, filled: Annotated[Particulars, Form()]
) -> Response:  # fmt: skip
    """Change the details of a person; a change with an impact is shown first.

    A form from before a colleague's change would undo it, such as a last day, so it is not taken.
    """
    with services.store.transaction(session.user.id, services.clock()) as tx:
        record = found(tx, person_id)
        known = Particulars.of(record.profile)
        if filled.was not in {"", known.was}:
            page = _page(tx, known, record, errors={"details": _CHANGED})
            return render(page, request.scope, HTTPStatus.CONFLICT)
        try:
            draft = draft_of(filled, tx.today)
            if not filled.sure and (sure := _before(services, tx, record, filled, draft)):
                return render(sure, request.scope)
            changed = tx.people.change(record.id, draft)
        except (Wrong, AlreadyExists) as error:
            return _again(request, tx, filled, record, error)
    return saved(person_id, What.DETAILS, changed)


def draft_of(filled: Particulars, today: date) -> PersonDraft:
    """Return what the form says.

    Raises:
        Wrong: something in it cannot be used.
    """
    errors: dict[str, str] = {}
    names = {name: spelling(getattr(filled, name)) for name in _NAMES}
    for name, text in names.items():
        if len(text) > LONGEST or not text.isprintable():
            errors[name] = f"{_NAMES[name]} may have at most {LONGEST} letters. Shorten it."
    if not names["first_name"]:
        errors["first_name"] = "Fill in the first name."
    born, leaving = (_day(filled, name, errors) for name in ("date_of_birth", "leaving_date"))
    if born is not None and born > today:
        errors["date_of_birth"] = "The date of birth lies in the future. Correct the year."
    if born is not None and leaving is not None and leaving < born:
        errors["leaving_date"] = "The last day lies before the date of birth. Correct one of them."
    if filled.kind not in set(Kind):
        errors["kind"] = "Choose one from the list."
    groups = _groups(filled, errors)
    if errors:
        raise Wrong(errors)
    return PersonDraft(
        kind=Kind(filled.kind),
        first_name=names["first_name"],
        last_name=names["last_name"],
        known_as=names["known_as"] or None,
        external_id=names["external_id"] or None,
        date_of_birth=born,
        leaving_date=leaving,
        groups=groups,
    )


def _day(filled: Particulars, name: str, errors: dict[str, str]) -> date | None:
    text = getattr(filled, name).strip()
    try:
        return read_date(text) if text else None
    except DateUnclear as error:
        errors[name] = f"This {error}"
        return None


def _groups(filled: Particulars, errors: dict[str, str]) -> frozenset[str]:
    try:
        return frozenset(group_name(line) for line in filled.groups.splitlines() if line.strip())
    except NotPossible:
        errors["groups"] = f"The name of a class or club may have at most {LONGEST} letters. Shorten it."
        return frozenset()


def _before(
    services: Services, tx: Transaction, record: PersonRecord, filled: Particulars, draft: PersonDraft
) -> SurePage | None:  # fmt: skip
    """Return what is to be seen before the change is made; None if it ends nothing."""
    touched = effects(services, tx, tx.people.touches(record.id, draft))
    if touched.nothing:
        return None
    fields = filled.model_dump() | {"sure": "true"}
    return SurePage(
        title="Confirm the change",
        person=PersonView.brief(record),
        action=f"/admin/people/{record.id}/particulars",
        heading="Change their details?",
        sentence="What is permitted depends on the date of birth, the last day, and on who is a pupil.",
        fields={name: str(value) for name, value in fields.items()},
        effects=touched,
        button="Change it",
    )


def namesakes_of(tx: Transaction, draft: PersonDraft, *, protected: bool = False) -> tuple[Namesake, ...]:
    """Return those of the same name, however spelt: a person who may not be shown must not come back as a new one.

    Args:
        tx: to read in.
        draft: what is known of the new person.
        protected: they may not be published, so those count too whose name is only nearly theirs.
    """
    is_meant = may_be_meant if protected else is_namesake
    return tuple(
        Namesake(one.id, ", ".join(filter(None, (choices.full_name(one.profile), *_told_apart(one.profile)))))
        for one in tx.people.all()
        if is_meant(one, draft)
    )


def _told_apart(profile: PersonDraft) -> tuple[str | None, ...]:
    born = f"born on {words.date(profile.date_of_birth)}" if profile.date_of_birth else None
    return (*choices.groups_of(profile), profile.external_id, born)


def _again(
    request: Request, tx: Transaction, filled: Particulars, record: PersonRecord | None, error: Wrong | AlreadyExists
) -> Response:  # fmt: skip
    errors = error.errors if isinstance(error, Wrong) else {"external_id": str(error)}
    return render(_page(tx, filled, record, errors=errors), request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)


def _page(
    tx: Transaction,
    filled: Particulars,
    record: PersonRecord | None,
    *,
    errors: dict[str, str] | None = None,
    namesakes: tuple[Namesake, ...] = (),
) -> ParticularsPage:
    return ParticularsPage(
        title="Change details" if record else "Add a person",
        id=record.id if record else None,
        name=choices.full_name(record.profile) if record else "",
        filled=filled,
        kinds=tuple(choices.Choice(kind.value, text) for kind, text in words.KIND.items()),
        classes=choices.classes(tx),
        today=tx.today.isoformat(),
        errors=errors or {},
        namesakes=namesakes,
    )
