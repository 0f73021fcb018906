"""One person: what is permitted and why, what was said, and saying more."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, time
from http import HTTPStatus
from typing import Annotated, ClassVar, Final
from zoneinfo import ZoneInfo

from fastapi import Form, Path, Request
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limits
from starlette.responses import Response

from api.application.services import Services
from api.http.dependencies import Reading, Session, Use
from api.http.problems import not_found
from api.platform import labels as words
from api.security.access import KEEPERS, allow, proved_lately
from api.security.routing import Router
from api.web import choices
from api.web.forms import Day, Text
from api.web.register.impact import Effects, effects, with_outlook
from api.web.register.person.person_views import (
    ChannelRow,
    Entry,
    PersonView,
    Recognition,
    Restrained,
    grid,
    recognition,
    restrained,
    view,
)
from api.web.register.person.published import MOST, ShownIn, shown_in
from api.web.register.person.saved import Before, Told, What, notice, saved
from api.web.register.person.timeline import timeline
from api.web.templating import Page, render
from consent_db.accounts.records import SessionRecord
from consent_db.errors import NotFound, NotPossible
from consent_db.people.records import PersonRecord
from consent_db.roster.refusals import LIFTING, lifts_refusal
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import Kind, PersonId, Role

router = Router(prefix="/admin/people/{person_id}")

Id = Annotated[str, Path(alias="person_id", pattern=r"^per_[0-9a-f]{32}$")]

_NOON: Final = time(12)


class Said(BaseModel):
    """The form for a statement; `sure` once its impact was confirmed.

    Attributes:
        newest: the number of what was recorded last about the person when the impact was shown.
    """

    model_config = ConfigDict(extra="ignore")

    party: Party
    stance: Stance
    subject: Subject = Subject.PICTURE
    scope: str = Limits(default=EVERYWHERE, max_length=100)
    said_on: Day = None
    until: Day = None
    evidence: Text = None
    newest: int | None = None
    sure: bool = False

    def statement(self, now: datetime, zone: ZoneInfo) -> Statement:
        """Return it as the register keeps it: what was said on an earlier day was said at noon."""
        today = now.astimezone(zone).date()
        day = self.said_on or today
        at = now if day == today else datetime.combine(day, _NOON, zone)
        return Statement(self.party, self.subject, self.scope, self.stance, at, day, self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage(Page):
    """Everything that keepers of the register need to know of a person."""

    template: ClassVar[str] = "person.html"
    nav: str = "people"
    person: PersonView
    grid: tuple[ChannelRow, ...]
    history: tuple[Entry, ...]
    posts: tuple[ShownIn, ...]
    more: int
    waiting: int
    recognition: Recognition | None
    parties: tuple[choices.Choice, ...]
    stances: tuple[choices.Choice, ...]
    subjects: tuple[choices.Choice, ...]
    scopes: tuple[choices.Choice, ...]
    restrictions: tuple[Restrained, ...]
    lead: bool
    unlocked: bool
    today: str
    filled: dict[str, str] = field(default_factory=dict)
    saved: Told | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurePage(Page):
    """What a change does, before it is made."""

    template: ClassVar[str] = "sure.html"
    nav: str = "people"
    person: PersonView
    action: str
    heading: str
    sentence: str
    fields: dict[str, str]
    effects: Effects
    button: str


@router.get("")
@allow(KEEPERS)
def show_person(
    request: Request, person_id: Id, services: Use, session: Session, tx: Reading, before: Before
) -> Response:  # fmt: skip
    """Show a person; after a change what it did, and the way back."""
    record = found(tx, person_id)
    page = _page(services, tx, session, record)
    return render(replace(page, saved=notice(tx, record.id, session.user, before)), request.scope)


@router.post("/statements")
@allow(KEEPERS)
def say(
    request: Request, person_id: Id, services: Use, session: Session, said: Annotated[Said, Form()]
) -> Response:  # fmt: skip
    """Record a statement; its impact is shown first and has to be confirmed."""
    statement = said.statement(services.clock(), services.policy.zone)
    begin = services.store.transaction if said.sure else services.store.reading
    with begin(session.user.id, services.clock()) as tx:
        record = found(tx, person_id)
        try:
            if statement.scope not in {choice.value for choice in scopes(tx)}:
                raise NotPossible("Choose from the list where it is to count.")  # noqa: TRY301
            if session.user.role is not Role.SAFEGUARDING_LEAD and lifts_refusal(
                tx.consent.statements(record.id), statement, tx.today
            ):
                raise NotPossible(LIFTING)  # noqa: TRY301
            touched = tx.consent.touches(record.id, [statement])
        except NotPossible as error:
            kept = {name: str(value) for name, value in said.model_dump(mode="json", exclude_none=True).items()}
            page = replace(_page(services, tx, session, record), error=str(error), filled=kept)
            return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
        newest = max((one.id for one in tx.consent.statements(record.id)), default=0)
        if not said.sure or said.newest not in {None, newest}:
            touching = with_outlook(effects(services, tx, touched), tx.consent.outlook(record.id, [statement]))
            return render(_sure(record, said.model_copy(update={"newest": newest}), statement, touching), request.scope)
        change = tx.consent.record(record.id, statement, said.evidence)
    return saved(person_id, What.STATEMENTS, change)


def found(tx: Transaction, person: str) -> PersonRecord:
    """Return a person.

    Raises:
        Problem: 404, no person has this id.
    """
    try:
        return tx.people.get(PersonId(person))
    except NotFound as error:
        raise not_found() from error


def _page(services: Services, tx: Transaction, session: SessionRecord, record: PersonRecord) -> PersonPage:
    lead = session.user.role is Role.SAFEGUARDING_LEAD
    published = tx.publications.of_person(record.id)
    ids = {post.id for post in published if post.taken_down_at is None}
    return PersonPage(
        title="A person",
        person=view(services, tx, record),
        grid=grid(tx, record.id),
        history=timeline(services, tx, record.id, session.user.role),
        posts=shown_in(services, tx, session, published[:MOST]),
        more=max(0, len(published) - MOST),
        waiting=sum(takedown.publication.id in ids for takedown in tx.takedowns.waiting()),
        recognition=recognition(services, tx, record.id),
        parties=parties_of(record.profile.kind),
        stances=tuple(choices.Choice(one.value, text) for one, text in words.STANCE.items()),
        subjects=tuple(choices.Choice(one.value, one.label) for one in Subject),
        scopes=scopes(tx),
        restrictions=restrained(services, tx, record.id),
        lead=lead,
        unlocked=proved_lately(session, services.clock()),
        today=tx.today.isoformat(),
    )


def _sure(record: PersonRecord, said: Said, statement: Statement, touched: Effects) -> SurePage:
    until = f", until {words.date(said.until)}" if said.until else ""
    where = "everywhere" if said.scope == EVERYWHERE else f"for “{said.scope}”"
    sentence = (
        f"{words.PARTY[said.party]} {words.DID[said.stance]}: {said.subject.label.lower()}, {where}, "
        f"from {words.date(statement.since)}{until}."
    )
    fields = said.model_dump(mode="json", exclude_none=True) | {"sure": "true"}
    return SurePage(
        title="Confirm the change",
        person=PersonView.brief(record),
        action=f"/admin/people/{record.id}/statements",
        heading="Withdraw this consent?" if said.stance is Stance.WITHDRAWN else "Record this?",
        sentence=sentence,
        fields={name: str(value) for name, value in fields.items()},
        effects=touched,
        button="Withdraw the consent" if said.stance is Stance.WITHDRAWN else "Record it",
    )


def parties_of(kind: Kind) -> tuple[choices.Choice, ...]:
    """Return who may say something about people of this kind."""
    others = {Party.SELF} if kind is Kind.PUPIL else set(Party) - {Party.SELF, Party.SCHOOL, Party.COURT}
    return tuple(choices.Choice(one.value, text) for one, text in words.PARTY.items() if one not in others)


def scopes(tx: Transaction) -> tuple[choices.Choice, ...]:
    """Return where a statement can count: everywhere, for a channel, or for a purpose of channels."""
    channels = [channel for channel in tx.channels.all() if channel.closed_at is None]
    purposes = sorted({purpose for channel in channels for purpose in channel.draft.purposes})
    names = {channel.name for channel in channels}
    return (
        choices.Choice(EVERYWHERE, "Everywhere"),
        *(choices.Choice(channel.name, channel.title) for channel in channels),
        *(choices.Choice(one, f"For the purpose “{one.replace('_', ' ')}”") for one in purposes if one not in names),
    )
