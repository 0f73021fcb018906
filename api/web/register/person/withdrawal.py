"""Withdraw everything: every consent of a person taken back at once, as a parent asks on the telephone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import Form, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from api.http.dependencies import Reading, Session, Use
from api.security.access import KEEPERS, allow
from api.security.routing import Router
from api.web import choices
from api.web.forms import Text
from api.web.register.impact import Effects, effects, with_outlook
from api.web.register.person.person import Id, found, parties_of
from api.web.register.person.person_views import PersonView
from api.web.register.person.saved import What, saved
from api.web.templating import Page, render
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import Kind, PersonId

router = Router(prefix="/admin/people/{person_id}/withdrawal")


class Withdrawn(BaseModel):
    """The form: who takes everything back, and where that is written."""

    model_config = ConfigDict(extra="ignore")

    party: Party
    evidence: Text = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalPage(Page):
    """What ends, and who says so."""

    template: ClassVar[str] = "withdrawal.html"
    nav: str = "people"
    person: PersonView
    effects: Effects
    parties: tuple[choices.Choice, ...]
    party: str


@router.get("")
@allow(KEEPERS)
def show_withdrawal(request: Request, person_id: Id, services: Use, tx: Reading) -> Response:
    """Show what ends when everything is taken back; a no everywhere counts the same from every party."""
    record = found(tx, person_id)
    party = _likely(tx, record.id, record.profile.kind)
    all_of_it = everything(tx, party)
    touched = effects(services, tx, tx.consent.touches(record.id, all_of_it))
    page = WithdrawalPage(
        title="Withdraw everything",
        person=PersonView.brief(record),
        effects=with_outlook(touched, tx.consent.outlook(record.id, all_of_it)),
        parties=parties_of(record.profile.kind),
        party=party.value,
    )
    return render(page, request.scope)


@router.post("")
@allow(KEEPERS)
def withdraw(person_id: Id, services: Use, session: Session, withdrawn: Annotated[Withdrawn, Form()]) -> Response:
    """Take everything back, in one transaction."""
    with services.store.transaction(session.user.id, services.clock()) as tx:
        record = found(tx, person_id)
        change = tx.consent.record_all(record.id, everything(tx, withdrawn.party), withdrawn.evidence)
    return saved(person_id, What.STATEMENTS, change)


def everything(tx: Transaction, party: Party) -> list[Statement]:
    """Return a party's withdrawal of every subject, everywhere, from now on and without an end."""
    return [Statement(party, subject, EVERYWHERE, Stance.WITHDRAWN, tx.now, tx.today) for subject in Subject]


def _likely(tx: Transaction, person: PersonId, kind: Kind) -> Party:
    """Return who most likely calls: the one whose yes was recorded last, else a parent or the person."""
    granted = [one.statement.party for one in tx.consent.statements(person) if one.statement.stance is Stance.GRANTED]
    known = [party for party in granted if party.value in {one.value for one in parties_of(kind)}]
    return known[-1] if known else Party.PARENT if kind is Kind.PUPIL else Party.SELF
