"""People who were selected in the list: one statement, or one last day, for all of them.

What it sets off is shown before it is saved, and each person is changed as their own page would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from fastapi import Depends, Form, Request
from pydantic import BaseModel
from starlette.responses import RedirectResponse, Response

from api.application.services import Services
from api.http.dependencies import Reading, Session, Use
from api.http.problems import Problem
from api.platform import labels
from api.security.access import KEEPERS, allow
from api.security.routing import Router
from api.web import choices, tables
from api.web.register.impact import Effects, effects
from api.web.register.lists.people_table import PATH, PeopleTable
from api.web.register.lists.selection_forms import (
    LETTER,
    MOST,
    ManyLeave,
    ManyRenew,
    ManySaid,
    Ticked,
    in_fields,
    ticked,
)
from api.web.register.person.person import parties_of, scopes
from api.web.templating import Page, render
from consent_db.errors import NotPossible
from consent_db.people.records import PersonDraft, PersonRecord
from consent_db.register.statements import Words
from consent_db.roster.refusals import ends_refusal
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import PersonId

router = Router(prefix="/admin/people/selection")

_NOBODY: Final = "No person is selected. Go back and tick people in the list, or all that were found."
_TOO_MANY: Final = f"At most {MOST} people can be changed at once. Go back and narrow the list by a class or a role."
_GONE: Final = "A selected person is not on the register any more. Go back and select again; nothing was saved."
_MIXED: Final = "Pupils and adults are selected. Parents speak only for pupils, and adults for themselves."
_SAID_NO: Final = (
    "the same party has said no about this, and one form for many people does not end that. "
    "Record a new answer on the person’s own page; a pupil’s own no is lifted by the safeguarding lead."
)
_LEFT_BEFORE: Final = "their last day is earlier. Change it on the person’s own page if it is wrong."
_WHAT: Final = "Tick what it is about, and where it is to count."


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionPage(Page):
    """What can be done with those who are selected; `said` and `renewed` are forms that were refused, as typed."""

    template: ClassVar[str] = "selection.html"
    nav: str = "people"
    ids: tuple[str, ...]
    names: tuple[str, ...] = field(repr=False)
    parties: tuple[choices.Choice, ...]
    mixed: str | None
    stances: tuple[choices.Choice, ...]
    subjects: tuple[choices.Choice, ...]
    scopes: tuple[choices.Choice, ...]
    today: str
    letter: str
    said: ManySaid | None = field(default=None, repr=False)
    renewed: ManyRenew | None = field(default=None, repr=False)
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SureSelectionPage(Page):
    """What a change to many people does, before it is made.

    Attributes:
        fields: the form again; a name may come several times.
        left: those who are left out, for a reason that `left_because` says.
    """

    template: ClassVar[str] = "selection_sure.html"
    nav: str = "people"
    action: str
    sentences: tuple[str, ...]
    names: tuple[str, ...] = field(repr=False)
    left: tuple[str, ...] = field(repr=False)
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    effects: Effects
    left_because: str = _SAID_NO


@router.post("")
@allow(KEEPERS)
def select(request: Request, services: Use, tx: Reading, ticks: Annotated[Ticked, Depends(ticked)]) -> Response:
    """Show what can be done with those who are ticked, or with everyone that the search and filters find."""
    if ticks.everyone:
        found = PeopleTable.of(services, tx)
        query = tables.read(found.layout, request.query_params, ticks.words)
        records = [entry.record for entry in found.matching(query)]
    else:
        records = selected(tx, ticks.people)
    return render(selection_page(tx, records), request.scope)


@router.post("/statements")
@allow(KEEPERS)
def say(request: Request, services: Use, session: Session, said: Annotated[ManySaid, Form()]) -> Response:
    """Record what was said about all who are selected; the impact is shown first and has to be confirmed."""
    begin = services.store.transaction if said.sure else services.store.reading
    with begin(session.user.id, services.clock()) as tx:
        records = selected(tx, said.people)
        try:
            statements = _statements(services, tx, said, records)
            meant, left = _speakable(tx, statements, records)
            words = [Words(one.id, statements, said.evidence) for one in meant]
            touched = tx.consent.touches_many(words)
        except NotPossible as error:
            page = replace(selection_page(tx, records), error=str(error), said=said)
            return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
        if said.sure:
            before = tx.audit.newest().seq
            tx.consent.record_many(words)
            return saved(len(meant), before + 1)
        sure = sure_page("statements", (meant, left), sent_again(said), effects(services, tx, touched))
        return render(replace(sure, sentences=_sentences(tx, statements)), request.scope)


@router.post("/leaving")
@allow(KEEPERS)
def leave(request: Request, services: Use, session: Session, leaving: Annotated[ManyLeave, Form()]) -> Response:
    """Set the last day of all who are selected; the impact is shown first and has to be confirmed."""
    begin = services.store.transaction if leaving.sure else services.store.reading
    with begin(session.user.id, services.clock()) as tx:
        records = selected(tx, leaving.people)
        try:
            drafts = _leaving(records, leaving.last_day)
            left = [one for one in records if one.id not in drafts]
        except NotPossible as error:
            page = replace(selection_page(tx, records), error=str(error))
            return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
        if leaving.sure:
            before = tx.audit.newest().seq
            for person, draft in drafts.items():
                tx.people.change(person, draft)
            return saved(len(drafts), before + 1)
        touched = effects(services, tx, tx.people.touches_many(drafts))
        meant = [one for one in records if one.id in drafts]
        sure = sure_page("leaving", (meant, left), sent_again(leaving), touched)
        day = labels.date(leaving.last_day) if leaving.last_day else ""
        return render(replace(sure, sentences=(f"Their last day is {day}.",), left_because=_LEFT_BEFORE), request.scope)


def selected(tx: Transaction, ids: Sequence[str]) -> list[PersonRecord]:
    """Return those who are selected, in the order of lists.

    Raises:
        Problem: nobody is selected, too many are, or one is not on the register.
    """
    wanted = list(dict.fromkeys(map(PersonId, " ".join(ids).split())))
    if not wanted:
        raise Problem("invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, _NOBODY)
    records = tx.people.several(wanted)
    if len(records) != len(wanted):
        raise Problem("conflict", HTTPStatus.CONFLICT, _GONE)
    return sorted(records, key=lambda one: choices.list_key(one.profile))


def selection_page(tx: Transaction, records: Sequence[PersonRecord]) -> SelectionPage:
    """Return the page with everything that can be done for these people."""
    if not records:
        raise Problem("invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, _NOBODY)
    if len(records) > MOST:
        raise Problem("invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, _TOO_MANY)
    parties = _parties(records)
    kinds = {one.profile.kind for one in records}
    return SelectionPage(
        title="Selected people",
        ids=in_fields([one.id for one in records]),
        names=names_of(records),
        parties=parties,
        mixed=_MIXED if any(parties_of(kind) != parties for kind in kinds) else None,
        stances=tuple(choices.Choice(one.value, text) for one, text in labels.STANCE.items()),
        subjects=tuple(choices.Choice(one.value, one.label) for one in Subject),
        scopes=scopes(tx),
        today=tx.today.isoformat(),
        letter=LETTER,
    )


def _parties(records: Sequence[PersonRecord]) -> tuple[choices.Choice, ...]:
    """Return who may speak for every one of these people."""
    each = [parties_of(kind) for kind in {one.profile.kind for one in records}]
    return tuple(one for one in each[0] if all(one in others for others in each))


def names_of(records: Sequence[PersonRecord]) -> tuple[str, ...]:
    """Return the full names of people."""
    return tuple(choices.full_name(one.profile) for one in records)


def _statements(
    services: Services, tx: Transaction, said: ManySaid, records: Sequence[PersonRecord]
) -> tuple[Statement, ...]:
    """Return what the form says.

    Raises:
        NotPossible: something is missing, or does not fit those who are selected.
    """
    if said.party not in {one.value for one in _parties(records)}:
        raise NotPossible(_MIXED)
    if not set(said.scopes) <= {one.value for one in scopes(tx)}:
        raise NotPossible("Choose from the list where it is to count.")
    statements = said.statements(tx.now, services.policy.zone)
    if {one.subject for one in statements} != set(said.subjects) or not statements:
        raise NotPossible(_WHAT)
    return statements


def _speakable(
    tx: Transaction, statements: Sequence[Statement], records: Sequence[PersonRecord]
) -> tuple[list[PersonRecord], list[PersonRecord]]:
    """Return those of whom it may be written down, and those whose no it would end.

    A no is one person's, and may have been recorded since the form was opened: so it is never ended for many.
    """
    answers = [one for one in statements if one.stance is Stance.GRANTED or one.party is Party.PUPIL]
    standings = tx.consent.standings([one.id for one in records]) if answers else {}
    left = {
        person
        for person, standing in standings.items()
        if any(ends_refusal(standing.statements, answer, tx.today) for answer in answers)
    }
    meant = [one for one in records if one.id not in left]
    if not meant:
        raise NotPossible(f"Nothing can be recorded for those who are selected: {_SAID_NO}")
    return meant, [one for one in records if one.id in left]


def _leaving(records: Sequence[PersonRecord], last_day: date | None) -> dict[PersonId, PersonDraft]:
    """Return the profiles with the last day; without those of people who left, or leave, before it."""
    if last_day is None:
        raise NotPossible("Fill in the last day.")
    for one in records:
        born = one.profile.date_of_birth
        if born is not None and last_day < born:
            raise NotPossible("The last day lies before a date of birth. Correct the year.")
    drafts = {
        one.id: replace(one.profile, leaving_date=last_day)
        for one in records
        if one.profile.leaving_date is None or one.profile.leaving_date >= last_day
    }
    if not drafts:
        raise NotPossible(f"Nothing can be recorded for those who are selected: {_LEFT_BEFORE}")
    return drafts


def _sentences(tx: Transaction, statements: Sequence[Statement]) -> tuple[str, ...]:
    titles = {one.value: one.label for one in scopes(tx)}
    return tuple(
        f"{labels.PARTY[one.party]} {labels.DID[one.stance]}: {one.subject.label.lower()}, "
        f"{titles[one.scope].lower() if one.scope == EVERYWHERE else titles[one.scope]}, "
        f"from {labels.date(one.since)}{f', until {labels.date(one.until)}' if one.until else ''}."
        for one in statements
    )


def sent_again(sent: BaseModel) -> tuple[tuple[str, str], ...]:
    """Return a form's fields to be sent once more, a field with several values several times."""
    values = sent.model_dump(mode="json", exclude_none=True) | {"sure": "true"}
    return tuple(
        (name, str(one)) for name, value in values.items() for one in (value if isinstance(value, list) else [value])
    )


def sure_page(
    act: str,
    people: tuple[Sequence[PersonRecord], Sequence[PersonRecord]],
    fields: tuple[tuple[str, str], ...],
    touched: Effects,
) -> SureSelectionPage:
    """Return the page that shows an act before it is done: for whom, who is left out, and what it touches."""
    meant, left = people
    return SureSelectionPage(
        title="Confirm the change",
        action=f"{PATH}/selection/{act}",
        sentences=(),
        names=names_of(meant),
        left=names_of(left),
        fields=fields,
        effects=touched,
    )


def saved(people: int, act: int | None = None) -> Response:
    """Lead back to the list, which says for how many it was saved; the undo goes by the act's first audit entry."""
    return RedirectResponse(f"{PATH}?saved={people}{f'&act={act}' if act else ''}", HTTPStatus.SEE_OTHER)
