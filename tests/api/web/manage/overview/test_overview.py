"""The overview: figures for those who answer for the school, and nobody's name."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from api.application.register.coverage import coverage, share
from api.web.manage.overview.charts import Series, bar, columns
from api.web.register.people import open_channels, register_of
from consent_db.publishing.records import PublicationDraft
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import AMIRA_HUE, STRANGER_HUE, TOM_HUE, School

MANAGERS = (Role.ADMIN, Role.APPROVER, Role.SAFEGUARDING_LEAD)


@pytest.fixture
def busy(school: School) -> School:
    """A school with an approved picture, one with a stranger, one of somebody who refused, and a post that is late."""
    check = school.check(AMIRA_HUE)
    school.check(STRANGER_HUE)
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        post = tx.publications.record(PublicationDraft(check.id, school.clock(), "https://school.example/1"))
        tx.publications.take_down(post.id)
    school.say("Tom", Stance.REFUSED)
    school.check(TOM_HUE)
    school.clock.advance(days=2)
    return school


def test_it_tells_how_checks_went(new_person: NewPerson, busy: School) -> None:
    """In a sentence, in a chart with a title, and in a table with the same numbers."""
    answer = new_person("lead", Role.APPROVER).get("/admin")
    assert "3 pictures in 12 weeks: 1 approved at the first look, 0 after something was put right, 2 blocked." in read(
        answer
    )
    assert '<title id="weeks-chart-title">Pictures checked a week</title>' in answer.text
    assert re.search(r'<th scope="row">9 Mar</th><td>1</td><td>0</td><td>2</td>', answer.text)
    assert "1 posts" not in read(answer)
    assert "1 post to take down 1 late" in read(answer)


def test_only_those_who_keep_the_register_see_what_is_theirs(new_person: NewPerson, busy: School) -> None:
    """An approver is not told why somebody may not be published, and has no reminders about people.

    Nobody is named to anybody: it is open on screens that others pass.
    """
    answers = {role: new_person(role.value, role).get("/admin") for role in MANAGERS}
    seen = {role: read(answer) for role, answer in answers.items()}
    assert not any(name in answers[role].text for role in MANAGERS for name in ("Amira", "Khan", "Tom", "Jones"))
    for keeper in (Role.ADMIN, Role.SAFEGUARDING_LEAD):
        assert "No consent for this channel 1" in seen[keeper]
        assert "people with fewer than three photos" in seen[keeper]
        assert "What lies ahead" in seen[keeper]
    assert "May not be published 1" in seen[Role.APPROVER]
    for kept_from_approvers in ("No consent for this channel", "three photos", "What lies ahead"):
        assert kept_from_approvers not in seen[Role.APPROVER]


def test_a_new_school_is_told_what_to_do_first(new_person: NewPerson, school: School) -> None:
    """What is done is marked; once all is done, nothing is said any more."""
    lead = new_person("lead", Role.SAFEGUARDING_LEAD)
    text = read(lead.get("/admin"))
    assert "Put a channel on record and have it approved done" in text
    assert "Check the first picture" in text
    assert "No picture was checked in these weeks." in text
    school.check(AMIRA_HUE)
    assert "What to do first" not in read(lead.get("/admin"))


def test_coverage_is_told_class_by_class(new_person: NewPerson, school: School) -> None:
    """As the gate would decide today; whoever refuses counts as nowhere."""
    lead = new_person("lead", Role.SAFEGUARDING_LEAD)
    assert "choir 3 of 3 on every channel" in read(lead.get("/admin"))
    school.say("Tom", Stance.REFUSED)
    answer = lead.get("/admin")
    assert "choir 2 of 3 on every channel" in read(answer)
    on_website, on_none = 2, 1
    assert f'<th scope="row">choir</th><td>3</td><td>{on_website}</td><td>{on_none}</td>' in answer.text


def test_coverage_says_what_the_register_says(school: School) -> None:
    """Worked out anew for whoever changed, and for everybody on another day."""
    ends = school.clock().date() + timedelta(days=5)
    said = Statement(Party.SELF, Subject.PICTURE, EVERYWHERE, Stance.GRANTED, school.clock(), date(2026, 1, 1), ends)
    for day, expected in ((0, 3), (0, 2), (6, 1)):
        school.clock.advance(days=day)
        with school.services.store.reading("user:admin", school.clock()) as tx:
            register, channels = register_of(school.services, tx), tuple(open_channels(tx))
            found = coverage(register, channels, tx.today)
            may = {
                person: frozenset(
                    one.name for one in channels if register.permission(person, Subject.PICTURE, one, tx.today).allowed
                )
                for person in register.people
            }
        assert found.channels == may
        assert share(found, school.people.values(), channels).everywhere == expected
        assert found.few_photos == set(school.people.values())
        with school.services.store.transaction("user:admin", school.clock()) as tx:
            tx.consent.record(school.people["Amira"], said, evidence="form")
        if expected == 3:
            school.say("Tom", Stance.REFUSED)


def test_columns_stand_in_proportion() -> None:
    """The highest takes all of the height, an empty one nothing, and pieces stand on each other."""
    series = (Series("one", "ok"), Series("two", "stop-cross"))
    chart = columns("A chart", "", series, [("a", (3, 1)), ("b", (0, 0)), ("c", (0, 2))])
    heights = [[piece.height for piece in column.pieces] for column in chart.columns]
    assert heights == [[57.0, 19.0], [], [38.0]]
    assert chart.columns[0].pieces[1].y + 19 == pytest.approx(chart.columns[0].pieces[0].y)
    assert (chart.totals, [column.total for column in chart.columns]) == ((3, 3), ["4", "", "2"])


def test_a_bar_is_divided_as_the_numbers_are() -> None:
    """Nothing is drawn for nothing."""
    assert [(piece.x, piece.width) for piece in bar((3, 0, 1), ("a", "b", "c"))] == [(0, 75), (75, 25)]
    assert bar((0, 0), ("a", "b")) == ()
