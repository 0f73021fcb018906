"""The report for governors: figures of a term or any other period, and no pupil's name.

One value feeds the page, the PDF, the table for a spreadsheet and the command.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from api.application.reporting import accuracy
from api.application.reporting.consents import Said, class_sums
from api.application.reporting.suppression import SMALLEST
from api.platform import labels
from consent_db.audit.records import AuditReport
from consent_db.checks.acts.hand_acts import HandAct
from consent_db.data_rights.period_figures import Period
from consent_db.roster.files.sheet import shielded
from consent_db.transaction import Transaction
from gatekeeper.policy.model import Policy
from gatekeeper.register import Register

_SEPTEMBER, _JANUARY, _APRIL = 9, 1, 4
LONGEST: Final = timedelta(days=3 * 366)
"""How long a period may be."""


@dataclass(frozen=True, slots=True)
class Span:
    """A period of whole days, both of them in it."""

    first: date
    last: date
    name: str = ""

    @property
    def words(self) -> str:
        """How people write it."""
        days = f"{labels.date(self.first)} to {labels.date(self.last)}"
        return f"{self.name}, {days}" if self.name else days

    def within(self, zone: ZoneInfo) -> Period:
        """Return the moments between which it lies."""
        after = self.last + timedelta(days=1)
        return Period(datetime.combine(self.first, time(), zone), datetime.combine(after, time(), zone))


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the report; the first cell of each row says what it is."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report, ready to be shown in any form."""

    school: str
    span: Span
    made: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is made for and from, besides the transaction.

    Attributes:
        audit: what a verification of the whole chain has just found.
        engine: the name of the engine in use.
        data: the data folder.
        school: what the school is called.
    """

    span: Span
    policy: Policy
    register: Register
    audit: AuditReport
    engine: str
    data: Path
    school: str = ""


def terms(today: date) -> tuple[Span, ...]:
    """Return the term that runs now, the two before, and the school year; a school's own days may differ a little."""
    year = today.year if today.month >= _SEPTEMBER else today.year - 1
    found = [span for start in (year - 1, year) for span in _year(start) if span.first <= today]
    return (
        *reversed(found[-3:]),
        Span(date(year, _SEPTEMBER, 1), date(year + 1, 8, 31), f"School year {year}/{year + 1}"),
    )


def _year(year: int) -> tuple[Span, ...]:
    after = year + 1
    return (
        Span(date(year, _SEPTEMBER, 1), date(year, 12, 31), f"Autumn term {year}"),
        Span(date(after, _JANUARY, 1), date(after, 3, 31), f"Spring term {after}"),
        Span(date(after, _APRIL, 1), date(after, 8, 31), f"Summer term {after}"),
    )


def make(tx: Transaction, asked: Asked) -> Report:
    """Return the report of a period."""
    zone = asked.policy.zone
    period = asked.span.within(zone)
    tables = (
        _pictures(tx, period),
        _hands(tx, period),
        _takedowns(tx, period),
        _consents(tx, asked),
        _audit(tx, asked),
    )
    return Report(
        school=asked.school,
        span=asked.span,
        made=labels.moment(tx.now, zone),
        tables=(*tables, _accuracy(asked)),
        notes=tuple(_notes(tx, asked, period)),
    )


def _notes(tx: Transaction, asked: Asked, period: Period) -> Iterator[str]:
    if period.end > tx.now:
        yield "The period is not over yet: figures are as of the moment the report was made."
    kept = asked.policy.retention_days
    if period.start < tx.now - timedelta(days=kept):
        yield f"Checks are kept for {kept} days; pictures checked before that are not counted any more."
    yield "The report names no pupil, parent or member of staff."


def _pictures(tx: Transaction, period: Period) -> Table:
    found = tx.period_figures.pictures(period)
    rows = (
        ("Checked", found.all),
        ("Approved at the first look", found.approved),
        ("Blocked at the first look", found.blocked),
        ("– rightly: picture or words had to change, or a person may not be shown", found.rightful),
        ("– needlessly: approved later as it was", found.needless),
        ("– not known: given up, or not sorted out yet", found.unsettled),
        ("Not examined yet", found.waiting),
    )
    return Table(
        "Pictures", ("", "Number", "Of all"), tuple((what, f"{n:,}", _share(n, found.all)) for what, n in rows)
    )


def _hands(tx: Transaction, period: Period) -> Table:
    acts = tx.hand_acts.faces_since(period.start, period.end)
    rows = (
        ("Named by hand", acts[HandAct.NAMED]),
        ("Dismissed as no face", acts[HandAct.DISMISSED]),
        ("Marked where the gate had missed one", acts[HandAct.MARKED]),
        ("Covered", acts[HandAct.COVERED]),
    )
    return Table("Faces that people decided about", ("", "Number"), tuple((what, f"{n:,}") for what, n in rows))


def _takedowns(tx: Transaction, period: Period) -> Table:
    found = tx.period_figures.takedowns(period)
    rows = (
        ("Posts that had to come down", f"{found.opened:,}"),
        ("Dealt with", f"{found.done:,}"),
        ("– after their time", f"{found.late:,}"),
        ("Overdue now", f"{found.overdue:,}"),
        ("Median time taken", _hours(found.median_hours)),
    )
    return Table("Take-downs", ("", "Number"), rows)


def _consents(tx: Transaction, asked: Asked) -> Table:
    channels = [channel.as_channel() for channel in tx.channels.all() if channel.open]
    found = class_sums(asked.register, tx.figures.classes(), channels, tx.today)
    hidden = f"fewer than {SMALLEST}, or left out"
    rows = tuple((one.name, *(_number(number) for number in (one.people, *one.sums))) for one in found.lines)
    notes: tuple[str, ...] = (
        f"As of {labels.date(tx.today)}. Yes: on one channel at least. No: refused, or not permitted otherwise.",
        f"“–” is {hidden} because such a number would follow from the others.",
    )
    if found.left_out:
        notes = (*notes, f"Without lines, as they share pupils with the others: {', '.join(found.left_out)}.")
    return Table("Consent to pictures", ("Class", "Pupils", *(one.value for one in Said)), rows, notes)


def _audit(tx: Transaction, asked: Asked) -> Table:
    report = asked.audit
    when = labels.moment(tx.now, asked.policy.zone)
    state = f"whole, {report.length:,} entries" if report.ok else f"BROKEN at entry {report.first_broken:,}"
    cut = "That nothing was cut off at its end shows only against a checkpoint that is kept elsewhere."
    return Table("Audit", ("", "State"), (("Chain of entries", state), ("Verified", when)), (cut,))


def _accuracy(asked: Asked) -> Table:
    found = accuracy.current(asked.data, asked.engine)
    kept = found.recorded
    whose = "On the school’s own photographs" if found.own else "As published; the school has recorded no measurement"
    rows = (
        ("Pictures approved although one person may not be shown", found.wrong),
        ("Good pictures blocked", found.needless),
    )
    notes = (f"{whose}: engine {kept.engine}, {labels.date(kept.day)}. In brackets, 95 % bounds.",)
    return Table("Accuracy", ("", "Measured"), rows, notes)


def _number(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


def _share(number: int, of: int) -> str:
    return f"{number / of:.0%}" if of else ""


def _hours(hours: float | None) -> str:
    if hours is None:
        return "none dealt with"
    return f"{hours:.1f} hours" if hours >= 1 else f"{round(hours * 60)} minutes"


def lines(report: Report) -> Iterator[Sequence[str]]:
    """Yield the report as rows of a spreadsheet: table, what it is about, column, value."""
    yield ("table", "line", "column", "value")
    yield ("Report", "Period", "", report.span.words)
    yield ("Report", "Made", "", report.made)
    for table in report.tables:
        for what, *cells in table.rows:
            named = zip(table.columns[1:], cells, strict=True)
            yield from ((table.title, shielded(what.removeprefix("– ")), name, cell) for name, cell in named)
        yield from ((table.title, "Note", "", note) for note in table.notes)
    yield from (("Report", "Note", "", note) for note in report.notes)
