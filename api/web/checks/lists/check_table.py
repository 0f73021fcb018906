"""Pictures as a table: one's own, or for those who see every check everyone's, the newest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.application.services import Services
from api.http.problems import Problem
from api.platform.labels import Mood
from api.web import choices, tables
from api.web.checks.lists import check_list
from api.web.checks.lists.check_list import SHOW
from api.web.checks.result.second_opinions import name_of
from api.web.tables import Cell, Column, Filter, Layout, Query
from api.web.tables.listing import has_each
from consent_db.accounts.records import SessionRecord
from consent_db.checks.overview import Glance, Outcome
from consent_db.transaction import Transaction
from gatekeeper.naming import natural_key, search_key
from gatekeeper.types import FindingCode, Role

PATH: Final = "/checks"
EVERYONE: Final = 2_000
"""How many of the newest checks are listed of everyone together."""

SEARCHED: Final = 1_000
"""Captions are sealed, and each is opened to be searched: how many pictures a search looks through, the first ones."""

_MOODS: Final[Mapping[str, Mood]] = {"approve": "ok", "block": "stop", "wait": "ask", "withdrawn": "ask"}
_STOPPED: Final[Mapping[str, tuple[FindingCode, str]]] = {
    "alike": (FindingCode.AMBIGUOUS_FACE, "A face that could be two people"),
}
"""Reasons for which blocked pictures may be shown alone, and the words for them."""
_LONGEST: Final = 90


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the list; `place` counts from the oldest."""

    glance: Glance
    outcome: Outcome
    place: int


@dataclass(frozen=True, slots=True)
class State:
    """A state that can be shown alone by one tap; `name` is empty for all of them."""

    name: str
    label: str
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class CheckTable:
    """The pictures that one person may see in a list.

    Attributes:
        session: of the person.
        titles: of all channels, by their names.
    """

    tx: Transaction
    session: SessionRecord
    titles: Mapping[str, str]
    layout: Layout

    @classmethod
    def of(cls, tx: Transaction, session: SessionRecord) -> CheckTable:
        """Return the table for a person; staff list their own pictures only."""
        titles = choices.channel_titles(tx)
        return cls(tx, session, titles, _layout(titles, everyone=session.user.role is not Role.STAFF))

    def asked(self, sent: Mapping[str, str], words: str = "") -> Query:
        """Return what is asked for.

        Raises:
            Problem: 422, the list has no such filter, column or order.
        """
        return tables.read(self.layout, sent, words)

    def asked_or_all(self, sent: Mapping[str, str]) -> Query:
        """Return what is asked for, or the list as it opens if it cannot be."""
        try:
            return self.asked(sent)
        except Problem:
            return self.asked({})

    def pictures(self, query: Query) -> list[Picture]:
        """Return the pictures before they are narrowed, in the order that is asked for."""
        everyone = query.chosen.get("whose") == "everyone"
        overview, user = self.tx.overview, self.session.user.id
        found = overview.of_everyone(EVERYONE) if everyone else overview.of_actor(user)
        now, last = self.tx.now, len(found)
        return tables.ordered(
            self.layout, query, [Picture(one, one.outcome(now), last - at) for at, one in enumerate(found)]
        )

    def matching(self, query: Query, pictures: Sequence[Picture]) -> list[str]:
        """Return the ids of those that match, in their order."""
        kind = SHOW[query.chosen["show"]][0] if "show" in query.chosen else None
        channel, stopped = query.chosen.get("channel"), self._stopped(query)
        found = [
            one.glance.id
            for one in pictures
            if kind in {None, one.outcome}
            and channel in {None, one.glance.channel}
            and (stopped is None or (one.outcome is Outcome.BLOCKED and one.glance.id in stopped))
        ]
        words = search_key(query.words)
        if not words:
            return found
        captions = self.tx.overview.captions(found[:SEARCHED])
        return [check for check in found[:SEARCHED] if has_each(words, (captions[check],))]

    def _stopped(self, query: Query) -> frozenset[str] | None:
        """Return the checks that were blocked for the reason that is asked for; None for any."""
        chosen = query.chosen.get("stopped")
        return None if chosen is None else self.tx.overview.blocked_for(_STOPPED[chosen][0])

    def states(self, query: Query, pictures: Sequence[Picture]) -> tuple[State, ...]:
        """Return every state that some of these pictures is in, all of them together first."""
        counts = Counter(one.outcome for one in pictures)
        some = [("", "All", counts.total())]
        some += [(name, label, counts[outcome]) for name, (outcome, label) in SHOW.items() if counts[outcome]]
        return tuple(State(name, label, count, self._only(query, name)) for name, label, count in some)

    def _only(self, query: Query, state: str) -> str:
        rest = {name: value for name, value in query.chosen.items() if name != "show"}
        return tables.address(self.layout, query, chosen=rest | ({"show": state} if state else {}), page=1)

    def table(self, services: Services, query: Query, pictures: Sequence[Picture], way: str) -> tables.Table:
        """Return the page that is asked for of these pictures; `way` follows the address of each."""
        found = self.matching(query, pictures)
        query = tables.within(query, len(found))
        at = tables.skipped(query)
        rows = self._rows(services, found[at : at + query.size], way)
        return tables.page_of(self.layout, query, rows, len(found), len(pictures))

    def rows(self, services: Services, query: Query) -> list[list[str]]:
        """Return everything that matches as rows of a file, below the heads of the columns that are shown."""
        found = self.matching(query, self.pictures(query))
        return tables.rows_of(self.layout, query, self._rows(services, found, ""))

    def _rows(self, services: Services, checks: Sequence[str], way: str) -> tuple[tables.Row, ...]:
        records = self.tx.checks.several(checks)
        since = check_list.since_approval(services, self.tx, records)
        actors = {record.actor for record in records} if self.session.user.role is not Role.STAFF else set[str]()
        names = {actor: name_of(self.tx, actor) for actor in actors}
        found = (check_list.row(services, self.titles, record, since.get(record.id, ())) for record in records)
        return tuple(_row(one, names.get(record.actor), way) for one, record in zip(found, records, strict=True))


def _layout(titles: Mapping[str, str], *, everyone: bool) -> Layout:
    show = Filter("show", "State", {name: label for name, (_, label) in SHOW.items()})
    stopped = Filter("stopped", "Stopped by", {name: label for name, (_, label) in _STOPPED.items()}, "Anything")
    whose = (Filter("whose", "Whose", {"everyone": "Everyone’s"}, "My own"),) if everyone else ()
    return Layout(
        path=PATH,
        columns=(
            Column("picture", "Picture"),
            Column("state", "State", lambda one: list(Outcome).index(one.outcome)),
            Column("channel", "Channel", lambda one: natural_key(titles.get(one.glance.channel, ""))),
            Column("sent", "Sent", lambda one: one.place, latest_first=True),
            *((Column("by", "By"),) if everyone else ()),
        ),
        filters=(show, Filter("channel", "Channel", titles), stopped, *whose),
        sort="sent",
        noun=("picture", "pictures"),
        form=f"{PATH}/found",
    )


def _row(one: check_list.Row, by: str | None, way: str) -> tables.Row:
    text = one.text if len(one.text) <= _LONGEST else f"{one.text[: _LONGEST - 1].rstrip()}…"
    picture = f"{PATH}/{one.id}/picture?small=true" if one.has_picture else None
    return tables.Row((
        Cell(text, f"{PATH}/{one.id}{way}", " ".join(one.since), picture=picture),
        Cell(one.verdict.headline, mood=_MOODS[one.verdict.mood]),
        Cell(one.channel),
        Cell(one.created),
        *(() if by is None else (Cell(by),)),
    ))  # fmt: skip
