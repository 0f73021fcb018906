"""All approvals that hold: what was asked, why it was let through, for leadership alone."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from api.application.checks.resolve.resolution import Action, Resolution
from gatekeeper.types import Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import AMIRA_HUE, OFFICE, STRANGER_HUE, TOM_HUE, School


def helped_by_hand(school: School) -> str:
    """Have a find called no face by hand and a head agree; return the approval."""
    blocked = school.check(AMIRA_HUE, STRANGER_HUE, event="choir")
    number = next(face.number for face in blocked.faces if face.person is None)
    after = school.screener.resolve(blocked.id, Resolution(Action.NOT_A_FACE, number), OFFICE, Role.STAFF)
    agreed = school.agree(after)
    assert agreed.stands(school.clock())
    return agreed.id


def test_the_head_sees_what_each_was_asked_and_why_it_was_let_through(school: School, new_person: NewPerson) -> None:
    """With who did what and when; an approval that is over is gone, and each filter narrows page and file alike."""
    plain, helped = school.check(TOM_HUE).id, helped_by_hand(school)
    head = new_person("head", Role.APPROVER)
    page = head.get("/approvals/standing")
    assert "2 approvals" in read(page)
    assert f"/checks/{plain}" in page.text
    words = read(page)
    assert "Nothing: approved at the first look" in words
    assert re.search(r"One find called no face, by [^.]+, 10 March 2026, 09:00\.", words)
    assert re.search(r"Agreed as second person, by [^.]+, 10 March 2026", words)
    assert "choir" in words
    for asked, wanted in (("finding=unknown_face", helped), ("finding=none", plain)):
        text = head.post(f"/approvals/standing/list.csv?{asked}").content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        assert [row["Check"] for row in rows] == [wanted], asked
        assert rows[0]["Until"]
    assert "2 approvals" in read(head.get("/approvals/standing?channel=website&day=2026-03-10"))
    sent = head.post("/approvals/standing", data={"finding": "none"})
    assert sent.headers["Location"] == "/approvals/standing?finding=none"
    assert head.get("/approvals/standing?day=2026-03-09").status_code == 422
    school.clock.advance(days=400)
    school.believe_the_clock()
    assert "No approval holds now" in read(new_person("deputy", Role.APPROVER).get("/approvals/standing"))


def test_why_a_person_may_not_be_published_is_not_told_apart_to_approvers(
    school: School, new_person: NewPerson
) -> None:
    """A face that was covered had no consent, or is listed: the lead reads which, an approver one sentence for both."""
    with school.services.store.transaction("user:lead", school.clock()) as tx:
        tx.consent.list_person(school.people["Tom"], "A court order.", None)
    blocked = school.check(AMIRA_HUE, TOM_HUE)
    number = next(face.number for face in blocked.faces if face.person == school.people["Tom"])
    covered = school.screener.resolve(blocked.id, Resolution(Action.COVER, number), OFFICE, Role.STAFF)
    assert covered.stands(school.clock()), [finding.code for finding in covered.findings]
    head, lead = new_person("head", Role.APPROVER), new_person("lead", Role.SAFEGUARDING_LEAD)
    assert 'value="do_not_publish"' in lead.get("/approvals/standing").text
    shown = head.get("/approvals/standing")
    assert "One face covered" in read(shown)
    assert 'value="do_not_publish"' not in shown.text
    assert 'value="no_consent"' in shown.text


@pytest.mark.parametrize("role", [Role.STAFF, Role.ADMIN])
def test_it_is_for_leadership_alone(new_person: NewPerson, role: Role) -> None:
    """The page and its file."""
    person = new_person("somebody", role)
    assert person.get("/approvals/standing").status_code == 403
    assert person.post("/approvals/standing/list.csv").status_code == 403


def test_the_file_has_the_columns_that_are_shown_and_the_audit_says_who_took_it(
    school: School, new_person: NewPerson
) -> None:
    """Like every list: it names colleagues, so it is handed out to one who has just proved who they are."""
    school.check(TOM_HUE)
    head = new_person("head", Role.APPROVER)
    text = head.post("/approvals/standing/list.csv?without=event.why").content.decode("utf-8-sig")
    heads, line = csv.reader(io.StringIO(text))
    assert heads == ["Approved", "Channel", "What the gate asked", "Until", "Sent by", "Confirmed", "Check"]
    assert len(line) == len(heads)
    with school.services.store.reading("tests", school.clock()) as tx:
        entry = tx.audit.last("list.exported")
    assert entry is not None
    assert json.loads(entry.payload) == {"list": "approvals", "rows": 1}
    school.clock.advance(minutes=20)
    assert "Confirm that it is you" in read(head.get("/approvals/standing"))
    assert head.post("/approvals/standing/list.csv").status_code in {303, 403}
