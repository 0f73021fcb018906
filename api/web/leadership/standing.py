"""All approvals of the school that hold now: what each was asked, why it was let through, and until when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from api.application.services import Services
from api.http.dependencies import Reading, Session, Use, Writing
from api.platform import labels
from api.security.access import LEADERSHIP, allow, may, proved_lately
from api.security.routing import Router
from api.web import choices, tables
from api.web.checks.result.second_opinions import name_of
from api.web.checks.result.views import MUST_CONFIRM
from api.web.tables import Cell, Column, Filter, Layout, Query, Row
from api.web.templating import Page, render
from consent_db.accounts.records import SessionRecord
from consent_db.checks.acts.hand_acts import ActRecord, HandAct
from consent_db.checks.standing import StandingApproval
from consent_db.transaction import Transaction
from gatekeeper.decision.findings import CATALOGUE, Topic, about
from gatekeeper.decision.rules import NOBODY_RECOGNISABLE
from gatekeeper.types import FindingCode

router = Router(prefix="/approvals/standing")

Sent = Annotated[tables.Sent, Form()]

PATH: Final = "/approvals/standing"
NOTHING_ASKED: Final = "Nothing: approved at the first look"
_FIRST_LOOK: Final = "none"
_MAY_NOT: Final = about(Topic.FORBIDDEN)
_FOLDED: Final = {FindingCode.NO_CONSENT.value: CATALOGUE[FindingCode.DO_NOT_PUBLISH].title}
"""The one reason that is given why a person may not be published, to those who do not keep the register."""

_DONE: Final[Mapping[HandAct, tuple[str, str]]] = {
    HandAct.NAMED: ("One face named", "{} faces named"),
    HandAct.UNNAMED: ("A name withdrawn", "{} names withdrawn"),
    HandAct.DISMISSED: ("One find called no face", "{} finds called no face"),
    HandAct.RESTORED: ("One find said to be a face after all", "{} finds said to be faces after all"),
    HandAct.TAKEN_BACK: ("Withdrew what was confirmed or agreed", "Withdrew what was confirmed or agreed"),
    HandAct.MARKED: ("One missed face marked", "{} missed faces marked"),
    HandAct.COVERED: ("One face covered", "{} faces covered"),
    HandAct.CROPPED: ("Cropped", "Cropped"),
    HandAct.CONFIRMED: ("Confirmed", "Confirmed"),
    HandAct.APPROVED: ("Agreed as second person", "Agreed as second person"),
    HandAct.REWORDED: ("Words changed", "Words changed"),
    HandAct.WORDS_ACCEPTED: ("Changed words accepted", "Changed words accepted"),
    HandAct.NOT_OUR_PUPIL: ("A name said to be of no pupil", "Names said to be of no pupil"),
    HandAct.EXTENDED: ("Extended", "Extended"),
}
"""What was done, of one face or of several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingPage(Page):
    """The approvals that hold."""

    template: ClassVar[str] = "standing.html"
    nav: str = "standing"
    table: tables.Table
    unlocked: bool = False


@router.get("")
@allow(LEADERSHIP)
def show_standing(request: Request, services: Use, session: Session, tx: Reading) -> Response:
    """Show them, the latest first, or as the address says."""
    found = _Found.of(services, tx, session)
    layout = found.layout()
    page = found.page(layout, tables.read(layout, request.query_params))
    return render(replace(page, unlocked=proved_lately(session, services.clock())), request.scope)


@router.post("")
@allow(LEADERSHIP)
def narrow(request: Request, services: Use, session: Session, tx: Reading, sent: Sent) -> Response:
    """Lead to the address of what was chosen above the table."""
    layout = _Found.of(services, tx, session).layout()
    query = tables.read(layout, {**request.query_params, **sent.parameters})
    return RedirectResponse(tables.address(layout, query), HTTPStatus.SEE_OTHER)


@router.post("/list.csv")
@allow(LEADERSHIP.just_now)
def hand_out_standing(request: Request, services: Use, session: Session, tx: Writing, sent: Sent) -> Response:
    """Hand out the approvals that are found, on all pages, as a file."""
    found = _Found.of(services, tx, session)
    layout = found.layout()
    query = tables.read(layout, {**request.query_params, **sent.parameters})
    return tables.handed_out(tx, found.lines(layout, query), "approvals")


@dataclass(frozen=True, slots=True)
class _Told:
    """What is read of one approval for a row."""

    approval: StandingApproval
    sent_by: str
    confirmed: str
    done: str


@dataclass(frozen=True, slots=True)
class _Found:
    """The approvals that hold, with the words for their channels and events."""

    services: Services
    tx: Transaction
    approvals: Sequence[StandingApproval]
    channels: Mapping[str, str]
    events: Mapping[str, str]
    apart: bool
    """Whether the reasons why a person may not be published are told apart, as to keepers of the register."""

    @classmethod
    def of(cls, services: Services, tx: Transaction, session: SessionRecord) -> _Found:
        apart = may(session.user.role, "/admin/due")
        events = {event.value: event.label for event in choices.events(tx)}
        return cls(services, tx, tx.standing_approvals.all(), choices.channel_titles(tx), events, apart)

    def layout(self) -> Layout:
        """Return the table; what can be chosen is what there is."""
        codes = {code: title for one in self.approvals for code, title in self._asked(one).items()}
        days = dict.fromkeys(self._day(one) for one in self.approvals)
        used = dict.fromkeys(one.channel for one in self.approvals)
        return Layout(
            path=PATH,
            columns=(
                Column("when", "Approved", lambda one: one.decided_at, latest_first=True),
                Column("channel", "Channel", lambda one: self._channel(one.channel).casefold()),
                Column("event", "Event or class", lambda one: self._event(one).casefold()),
                Column("asked", "What the gate asked", lambda one: (not one.asked, self._what(one))),
                Column("why", "Why it was let through"),
                Column("until", "Until", lambda one: (one.expires_at is None, one.expires_at or one.decided_at)),
            ),
            filters=(
                Filter("channel", "Channel", {name: self._channel(name) for name in used}),
                Filter("day", "Day", {day.isoformat(): labels.date(day) for day in days}),
                Filter("finding", "Asked", {
                    _FIRST_LOOK: NOTHING_ASKED, **dict(sorted(codes.items(), key=lambda one: one[1]))
                }),
            ),
            sort="when",
            noun=("approval", "approvals"),
        )  # fmt: skip

    def chosen(self, layout: Layout, query: Query) -> list[StandingApproval]:
        """Return those that the filters let through, in the order that is asked for."""
        is_meant = self._meant(query.chosen)
        return tables.ordered(layout, query, [one for one in self.approvals if is_meant(one)])

    def page(self, layout: Layout, query: Query) -> StandingPage:
        """Return the page; only what stands on it is opened."""
        found = self.chosen(layout, query)
        query = tables.within(query, len(found))
        shown = found[tables.skipped(query) : tables.skipped(query) + query.size]
        rows = tuple(map(self._row, self._told(shown)))
        return StandingPage(
            title="All approvals",
            table=tables.page_of(layout, query, rows, len(found), len(self.approvals)),
        )

    def lines(self, layout: Layout, query: Query) -> list[list[str]]:
        """Return all that the filters let through as lines of a spreadsheet, their heads first."""
        shown = [at for at, column in enumerate(layout.columns) if column.name not in query.hidden]
        lines = [[*(layout.columns[at].label for at in shown), "Sent by", "Confirmed", "Check"]]
        for one in self._told(self.chosen(layout, query)):
            cells = self._row(one).cells
            lines.append([*(cells[at].text for at in shown), one.sent_by, one.confirmed, one.approval.id])
        return lines

    def _meant(self, chosen: Mapping[str, str]) -> Callable[[StandingApproval], bool]:
        channel, day, finding = chosen.get("channel"), chosen.get("day"), chosen.get("finding")

        def is_meant(one: StandingApproval) -> bool:
            codes = self._asked(one).keys() or {_FIRST_LOOK}
            there = (channel in {None, one.channel}, day in {None, self._day(one).isoformat()})
            return all(there) and (finding is None or finding in codes)

        return is_meant

    def _told(self, shown: Sequence[StandingApproval]) -> list[_Told]:
        """Open what is shown: who sent it, what was confirmed, and what was done by hand."""
        acts = self.tx.hand_acts.of_checks([check for one in shown for check in one.chain])
        first = self.tx.checks.several([one.chain[-1] for one in shown])
        given = {record.id: record.draft.request.attestations for record in first}
        senders = {record.id: record.actor for record in first}
        people = {one.by for done in acts.values() for one in done} | set(senders.values())
        names = {actor: name_of(self.tx, actor) for actor in people}
        return [
            _Told(
                approval=one,
                sent_by=names.get(senders.get(one.chain[-1], ""), ""),
                confirmed=self._confirmed(given.get(one.chain[-1], frozenset())),
                done=" ".join(self._act(act, names) for check in reversed(one.chain) for act in acts[check]),
            )
            for one in shown
        ]

    def _row(self, told: _Told) -> Row:
        one, zone = told.approval, self.services.policy.zone
        confirmed = f"Confirmed on sending: {told.confirmed}" if told.confirmed else ""
        why = told.done or "Each person in it may be shown."
        return Row((
            Cell(labels.moment(one.decided_at, zone), f"/checks/{one.id}", note=f"Sent by {told.sent_by}."),
            Cell(self._channel(one.channel)),
            Cell(self._event(one)),
            Cell(self._what(one)),
            Cell(why, note=confirmed),
            Cell(labels.moment(one.expires_at, zone) if one.expires_at else "No end"),
        ))  # fmt: skip

    def _act(self, act: ActRecord, names: Mapping[str, str]) -> str:
        single, several = _DONE[act.act]
        what = several.format(act.faces) if act.faces > 1 else single
        said = f": {self._confirmed(frozenset(act.confirmed)).removesuffix('.')}" if act.confirmed else ""
        return f"{what}{said}, by {names[act.by]}, {labels.moment(act.at, self.services.policy.zone)}."

    def _confirmed(self, codes: frozenset[str]) -> str:
        """Return what was confirmed, in the words of the policy; what it does not know any more by its code."""
        known = {**self.services.policy.attestations, NOBODY_RECOGNISABLE: MUST_CONFIRM}
        return " ".join(known.get(code, f"{code.partition(':')[0].replace('_', ' ')}.") for code in sorted(codes))

    def _channel(self, name: str) -> str:
        return self.channels.get(name, name)

    def _event(self, one: StandingApproval) -> str:
        return self.events.get(one.event, one.event) if one.event else ""

    def _day(self, one: StandingApproval) -> date:
        return one.decided_at.astimezone(self.services.policy.zone).date()

    def _asked(self, one: StandingApproval) -> dict[str, str]:
        """Return what was asked, by code, as far as this person is told it."""
        told = {code.value: CATALOGUE[code].title for code in one.asked if self.apart or code not in _MAY_NOT}
        return told if len(told) == len(one.asked) else {**told, **_FOLDED}

    def _what(self, one: StandingApproval) -> str:
        return ". ".join(sorted(self._asked(one).values())) or NOTHING_ASKED
