"""The report for governors, made of a school with real checks, take-downs and consents."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.application.checks.resolve.resolution import Action, Resolution
from api.application.reporting import accuracy, governors
from api.application.reporting.consents import _disjoint
from api.application.reporting.governors import Asked, Report, Span, Table
from api.application.reporting.pdf import pdf
from consent_db.data_rights.period_figures import Pictures
from consent_db.people.records import PersonDraft
from consent_db.publishing.records import PublicationDraft
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import Kind, PersonId, Role
from tests.support.school import AMIRA_HUE, OFFICE, STRANGER_HUE, TOM_HUE, School

SPAN = Span(date(2026, 3, 1), date(2026, 3, 31))


def made(school: School, span: Span = SPAN, name: str = "") -> Report:
    services = school.services
    audit, engine = services.store.verify_audit(), services.tools.engine.name
    with services.store.reading(OFFICE, school.clock()) as tx:
        register = tx.register("", 1)
        asked = Asked(span, services.policy, register, audit, engine, services.settings.data, name)
        return governors.make(tx, asked)


def table(report: Report, title: str) -> Table:
    return next(one for one in report.tables if one.title == title)


def cells(report: Report, title: str) -> dict[str, str]:
    return {row[0].removeprefix("– "): row[1] for row in table(report, title).rows}


def pictures(school: School) -> Pictures:
    with school.services.store.reading(OFFICE, school.clock()) as tx:
        return tx.period_figures.pictures(SPAN.within(school.services.policy.zone))


def test_blocks_are_told_apart_by_what_their_resolutions_did(school: School) -> None:
    """Covered first, or stopped for a refusal: rightly; approved as it was once a face was named: needlessly."""
    school.check(AMIRA_HUE)
    covered = school.check(AMIRA_HUE, STRANGER_HUE)
    school.screener.resolve(covered.id, Resolution(Action.COVER), OFFICE, Role.STAFF)
    unknown, zoe = school.check(STRANGER_HUE), school.people["Zoe"]
    named = school.screener.resolve(unknown.id, Resolution(Action.IDENTIFY, 1, zoe), OFFICE, Role.STAFF)
    assert named.approved
    school.check(STRANGER_HUE)
    school.say("Tom", Stance.WITHDRAWN)
    school.check(TOM_HUE)
    found = pictures(school)
    assert (found.all, found.approved, found.blocked, found.unsettled) == (5, 1, 4, 1)
    assert (found.rightful, found.needless) == (2, 1)


def test_take_downs_have_their_times(school: School) -> None:
    """Two posts come down, one after its time; another is overdue; the middle is of those that are down."""
    for _ in range(3):
        check = school.check(TOM_HUE)
        with school.services.store.transaction(OFFICE, school.clock()) as tx:
            tx.publications.record(PublicationDraft(check.id, school.clock(), f"https://a.example/{check.id}"))
    school.say("Tom", Stance.WITHDRAWN)
    for hours in (2, 30):
        school.clock.advance(hours=hours)
        with school.services.store.transaction(OFFICE, school.clock()) as tx:
            tx.takedowns.done(tx.takedowns.waiting()[0].id, "It is gone")
    found = cells(made(school), "Take-downs")
    assert found["Posts that had to come down"] == "3"
    assert (found["Dealt with"], found["after their time"], found["Overdue now"]) == ("2", "1", "1")
    assert found["Median time taken"] == "17.0 hours"


def test_no_small_number_of_children_is_told(school: School) -> None:
    """One refusal among twelve is not shown, nor what it could be worked out from; names are nowhere."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        for number in range(12):
            draft = PersonDraft(Kind.PUPIL, "Quillon", f"Vantongeren{number}", groups=frozenset({"4B"}))
            stance = Stance.REFUSED if number == 0 else Stance.GRANTED
            said = Statement(Party.PARENT, Subject.PICTURE, EVERYWHERE, stance, tx.now, tx.today)
            tx.consent.record(tx.people.add(draft), said)
    report = made(school)
    rows = {row[0]: row[1:] for row in table(report, "Consent to pictures").rows}
    assert "1" not in rows["4B"]
    assert "11" not in rows["4B"]
    assert rows["4B"].count("–") >= 2
    assert "Vantongeren" not in repr(report)


def test_no_child_is_told_by_the_difference_of_two_groups(school: School) -> None:
    """A club with all of a class but one, and a year group, have no lines: what is left is one pupil's answer."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        for number in range(30):
            room = "7A" if number < 15 else "7B"
            groups = {room, "Year 7"} | ({"Choir"} if number < 14 else set())
            stance = Stance.REFUSED if number % 2 == 0 else Stance.GRANTED
            said = Statement(Party.PARENT, Subject.PICTURE, EVERYWHERE, stance, tx.now, tx.today)
            person = tx.people.add(PersonDraft(Kind.PUPIL, "Quillon", f"Vantongeren{number}", groups=frozenset(groups)))
            tx.consent.record(person, said)
    found = table(made(school), "Consent to pictures")
    assert [row[0] for row in found.rows] == ["7A", "7B", "All pupils"]
    assert found.rows[0][1] == "15"
    assert "Without lines, as they share pupils with the others: Choir, Year 7." in found.notes


@settings(max_examples=40, deadline=None)
@given(st.lists(st.frozensets(st.integers(0, 12), max_size=8), max_size=6))
def test_no_pupil_is_in_two_groups_of_the_report(members: list[frozenset[int]]) -> None:
    """Whatever groups there are, those that have a line share no one, and one without shares someone with them."""
    groups = {f"G{at}": frozenset(PersonId(f"per_{one}") for one in those) for at, those in enumerate(members) if those}
    taken = _disjoint(groups)
    together = [person for name in taken for person in groups[name]]
    assert len(together) == len(set(together))
    assert all(name in taken or not groups[name].isdisjoint(together) for name in groups)


def test_page_pdf_and_table_have_the_same_figures(school: School) -> None:
    """Every cell of the report is in the lines; the PDF is one page, with its title and language."""
    school.check(AMIRA_HUE)
    report = made(school, name="St Oswald’s Школа")
    lines = list(governors.lines(report))
    for one in report.tables:
        for row in one.rows:
            assert all(any(line[0] == one.title and line[3] == cell for line in lines) for cell in row[1:])
    document = pdf(report)
    assert document.startswith(b"%PDF-")
    assert document.count(b"/Type /Page\n") == 1
    assert b"en-GB" in document


def test_accuracy_is_the_schools_own_once_it_is_recorded(tmp_path: Path) -> None:
    """Before, and with another engine, it is the published one, which is what the page of accuracy has."""
    published = json.loads(Path("docs/reference/accuracy.json").read_text("utf-8"))
    assert not accuracy.current(tmp_path, "sface").own
    accuracy.record(tmp_path, published, "sface", accuracy.PUBLISHED.day)
    own = accuracy.current(tmp_path, "sface")
    assert own.own
    assert own.recorded == accuracy.PUBLISHED
    assert not accuracy.current(tmp_path, "another").own


@pytest.mark.parametrize(
    ("today", "first"), [(date(2026, 11, 29), "Autumn term 2026"), (date(2026, 2, 1), "Spring term 2026")]
)
def test_the_term_that_runs_now_comes_first(today: date, first: str) -> None:
    """Then the two before it, and the school year, which holds the day."""
    spans = governors.terms(today)
    assert spans[0].name == first
    assert spans[0].first <= today <= spans[0].last
    assert spans[-1].first <= today <= spans[-1].last
    assert len(spans) == 4
