"""What the overview shows, made of figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from api.application.register.coverage import Coverage, Share, share
from api.platform import labels as words
from api.security.access import may
from api.web import choices
from api.web.manage.overview.charts import Columns, Piece, Series, bar, columns
from consent_db.data_rights.lifecycle import DueKind
from consent_db.data_rights.statistics import Begun
from consent_db.transaction import Transaction
from gatekeeper.decision.findings import CATALOGUE, Topic, about
from gatekeeper.naming import natural_key
from gatekeeper.types import Channel, FindingCode, Role

WEEKS: Final = 12
"""How many weeks back, the one that runs now among them."""
AHEAD: Final = 13
"""How many weeks ahead: three months."""
MOST_CLASSES: Final = 12
"""How many classes are drawn; the table has all."""
MOST_REASONS: Final = 8

_WEEK: Final = timedelta(days=7)
_OUTCOMES: Final = (
    Series("Approved at the first look", "ok"),
    Series("Approved after something was put right", "ok-lines"),
    Series("Blocked", "stop-cross"),
)
_DUE: Final = {
    DueKind.CONSENT_ENDS: Series("A consent ends", "brand"),
    DueKind.TEMPLATE_ENDS: Series("A template gets too old", "brand-lines"),
    DueKind.LEAVING: Series("A person leaves", "ask-dots"),
    DueKind.REVIEW: Series("A listing or hold is looked at again", "stop-cross"),
}
COVERED: Final = (
    Series("On every channel", "ok"),
    Series("On some channels", "ok-lines"),
    Series("On none", "stop-cross"),
)
_MAY_NOT: Final = about(Topic.FORBIDDEN)


@dataclass(frozen=True, slots=True)
class Step:
    """One of the first things to do in a new school; `link` is None for accounts without access."""

    text: str
    link: str | None
    done: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that needs action."""

    number: int
    what: str
    detail: str
    link: str | None
    mood: words.Mood


@dataclass(frozen=True, slots=True)
class BarView:
    """A line of a list with its bar; `width` in per cent of the longest."""

    label: str
    number: int
    width: float
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """Lines with bars, the longest first; `more` are left out."""

    lines: tuple[BarView, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class ClassView:
    """Who of a class may be shown."""

    name: str
    pieces: tuple[Piece, ...]
    share: Share


@dataclass(frozen=True, slots=True)
class Coverages:
    """Who may be shown where, class by class.

    Attributes:
        channels: what the open channels are called, by their names.
        whole: the whole register.
        drawn: the classes of which the smallest part may be shown, those first.
        classes: every class, by name.
    """

    channels: Mapping[str, str]
    whole: ClassView
    drawn: tuple[ClassView, ...]
    classes: tuple[ClassView, ...]
    series: tuple[Series, ...] = COVERED


def weeks_before(today: date) -> list[date]:
    """Return the Mondays of the last weeks, this one's last."""
    monday = today - timedelta(days=today.weekday())
    return [monday - _WEEK * back for back in range(WEEKS - 1, -1, -1)]


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day begins."""
    return datetime.combine(day, time(), zone)


def steps(begun: Begun, role: Role, *, biometrics: bool) -> tuple[Step, ...]:
    """Return what a new school does first; nothing once all of it is done."""
    every = [
        ("Put a channel on record and have it approved", "/admin/channels", begun.channels),
        ("Import the people and what they agreed to", "/admin/imports", begun.people),
        ("Add reference photos, three of each person", "/admin/people", begun.templates or not biometrics),
        ("Check the first picture", "/", begun.checks),
    ]
    if all(done for *_, done in every):
        return ()
    return tuple(Step(text, link if may(role, link) else None, done) for text, link, done in every)


def weeks(tx: Transaction, starts: Sequence[date], zone: ZoneInfo) -> Columns:
    """Return how many pictures were checked in each week, and what became of them."""
    found = tx.figures.outcomes([midnight(day, zone) for day in starts])
    rows = [(_short(day), (week.approved, week.helped, week.blocked)) for day, week in zip(starts, found, strict=True)]
    approved = sum(week.approved for week in found)
    helped = sum(week.helped for week in found)
    blocked = sum(week.blocked for week in found)
    summary = (
        f"{words.count(approved + helped + blocked, 'picture', 'pictures')} in {WEEKS} weeks: {approved:,} approved at "
        f"the first look, {helped:,} after something was put right, {blocked:,} blocked."
    )
    return columns("Pictures checked a week", summary, _OUTCOMES, rows)


def reasons(found: Mapping[FindingCode, int], *, apart: bool) -> Bars:
    """Return why pictures were stopped at the first look.

    Args:
        found: how many for each reason.
        apart: whether the reasons why a person may not be published are told apart;
            they are for those who keep the register.
    """
    merged = {CATALOGUE[code].title: (number, f"/help/findings/{code}") for code, number in found.items()}
    if not apart:
        forbidden = sum(number for code, number in found.items() if code in _MAY_NOT)
        merged = {title: one for title, one in merged.items() if one[1].rpartition("/")[2] not in _MAY_NOT}
        if forbidden:
            merged[CATALOGUE[FindingCode.DO_NOT_PUBLISH].title] = (
                forbidden,
                f"/help/findings/{FindingCode.NO_CONSENT}",
            )
    lines = sorted(merged.items(), key=lambda one: (-one[1][0], one[0]))
    longest = lines[0][1][0] if lines else 1
    shown = tuple(
        BarView(title, number, round(100 * number / longest, 1), link) for title, (number, link) in lines[:MOST_REASONS]
    )
    return Bars(shown, max(0, len(lines) - MOST_REASONS))


def ahead(tx: Transaction, engine: str) -> Columns:
    """Return what falls due in each of the next weeks, from today on."""
    days = [tx.today + _WEEK * number for number in range(AHEAD + 1)]
    found = tx.figures.ahead(days, engine)
    rows = [(_short(days[number]), tuple(found[kind][number] for kind in _DUE)) for number in range(AHEAD)]
    total = sum(map(sum, found.values()))
    summary = f"{words.count(total, 'thing falls', 'things fall')} due in the next three months."
    return columns("What lies ahead", summary, tuple(_DUE.values()), rows)


def coverages(tx: Transaction, found: Coverage, channels: tuple[Channel, ...]) -> Coverages:
    """Return who may be shown, class by class."""
    classes = [_class(name, share(found, people, channels)) for name, people in tx.figures.classes().items()]
    lowest = sorted(classes, key=lambda one: (one.share.everywhere / max(1, one.share.all), natural_key(one.name)))
    return Coverages(
        channels={channel.name: choices.channel_title(tx, channel.name) for channel in channels},
        whole=_class("Whole register", share(found, found.channels, channels)),
        drawn=tuple(lowest[:MOST_CLASSES]),
        classes=tuple(classes),
    )


def _class(name: str, counted: Share) -> ClassView:
    numbers = (counted.everywhere, counted.somewhere, counted.nowhere)
    return ClassView(name, bar(numbers, [one.fill for one in COVERED]), counted)


def _short(day: date) -> str:
    return f"{day.day} {day:%b}"
