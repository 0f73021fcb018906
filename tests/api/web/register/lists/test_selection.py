"""Many people selected in the list: what was said of all of them, and their last day."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from api.web.register.groups.events import group_id_of
from consent_db.people.records import PersonDraft
from consent_db.register.records import StatementRecord
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import Kind, PersonId, Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import AMIRA_HUE, Clock, School

AGREED = {"party": "parent", "stance": "granted", "subjects": ["picture", "name"], "scopes": ["website"]}
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@pytest.fixture
def admin(new_person: NewPerson) -> TestClient:
    """An administrator who has just signed in."""
    return new_person("admin", Role.ADMIN)


@pytest.fixture
def form(school: School) -> list[PersonId]:
    """Three pupils of 7A, and one of 10A."""
    drafts = [
        PersonDraft(Kind.PUPIL, first, "Abara", None, str(at), date(2014, 1, 2), groups=frozenset({group}))
        for at, (first, group) in enumerate((("Ada", "7A"), ("Ben", "7A"), ("Cai", "7A"), ("Dee", "10A")))
    ]
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        return tx.people.add_all(drafts)


def said(school: School, person: PersonId) -> list[StatementRecord]:
    with school.services.store.reading("tests", school.clock()) as tx:
        return tx.consent.statements(person)


def confirmed(browser: TestClient, page: Response, act: str) -> Response:
    """Send the form of a page that asks for confirmation, as it stands."""
    fields: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(page.text):
        fields.setdefault(name, []).append(value)
    assert fields["sure"] == ["true"]
    return browser.post(f"/admin/people/selection/{act}", data=fields, follow_redirects=True)


def test_the_paper_consents_of_a_class_are_one_form(admin: TestClient, school: School, form: list[PersonId]) -> None:
    """Filter by the class, all that are found, what the parents said; before it is saved nothing is changed."""
    address = f"/admin/people/selection?group={group_id_of('7A')}"
    page = admin.post(address, data={"everyone": "true"})
    assert "3 people selected" in read(page)
    fields = {"people": " ".join(form[:3]), **AGREED, "said_on": "2026-03-02", "evidence": "Folder 7A"}
    sure = admin.post("/admin/people/selection/statements", data=fields)
    text = read(sure)
    assert "Nothing is changed yet" in text
    assert "Save this for 3 people?" in text
    assert [said(school, one) for one in form] == [[], [], [], []]
    assert "Saved for 3 people." in read(confirmed(admin, sure, "statements"))
    for one in form[:3]:
        first, second = said(school, one)
        assert {first.statement.subject, second.statement.subject} == {Subject.PICTURE, Subject.NAME}
        assert (first.statement.party, first.statement.scope) == (Party.PARENT, "website")
        assert first.statement.since == date(2026, 3, 2)
        assert first.has_evidence
    assert said(school, form[3]) == []


def test_what_was_said_today_is_recorded_while_the_clock_goes_on(
    admin: TestClient, school: School, form: list[PersonId], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The moment is the transaction's own, so no statement of today is taken for one of the future; nor a renewal."""

    def going_on(clock: Clock) -> datetime:
        clock.advance(milliseconds=1)
        return clock.moment

    monkeypatch.setattr(Clock, "__call__", going_on)
    fields = {"people": " ".join(form[:2]), **AGREED, "until": "2026-12-01"}
    sure = admin.post("/admin/people/selection/statements", data=fields)
    assert "Saved for 2 people." in read(confirmed(admin, sure, "statements"))
    renewal = admin.post("/admin/people/selection/renewal", data={"people": " ".join(form[:2]), "until": "2027-12-01"})
    assert "Saved for 2 people." in read(confirmed(admin, renewal, "renewal"))


def test_a_form_that_is_refused_keeps_what_was_filled_in(admin: TestClient, form: list[PersonId]) -> None:
    """An end before the beginning is refused; the ticks, the days and the evidence are there to be corrected."""
    fields = {"people": form[0], **AGREED, "until": "2020-01-01", "evidence": "Folder 7A"}
    page = admin.post("/admin/people/selection/statements", data=fields)
    assert "A statement cannot end before it begins" in read(page)
    for kept in (
        'name="subjects" value="name" checked',
        'name="scopes" value="website" checked',
        'name="until" value="2020-01-01"',
        'name="evidence" value="Folder 7A"',
    ):
        assert kept in page.text


def test_each_statement_is_in_the_audit(admin: TestClient, school: School, form: list[PersonId]) -> None:
    """By the one who recorded it, one entry for each person and subject, without names or evidence."""
    fields = {"people": " ".join(form[:2]), **AGREED, "evidence": "Folder 7A", "sure": "true"}
    assert admin.post("/admin/people/selection/statements", data=fields).status_code == 303
    with school.services.store.reading("tests", school.clock()) as tx:
        entries = [one for person in form for one in tx.audit.about(person, "consent.recorded")]
    assert [one.object_id for one in entries] == [form[0], form[0], form[1], form[1]]
    assert all(one.actor.startswith("usr_") for one in entries)
    assert "Folder" not in json.dumps([one.payload for one in entries])


def test_what_it_ends_is_seen_first(admin: TestClient, school: School) -> None:
    """A refusal for two people shows the approval that rests on one of them."""
    school.check(AMIRA_HUE)
    people = f"{school.people['Amira']} {school.people['Tom']}"
    fields = {"people": people, "party": "self", "stance": "refused", "subjects": "picture", "scopes": EVERYWHERE}
    sure = admin.post("/admin/people/selection/statements", data=fields)
    assert "1 approval ends." in read(sure)
    confirmed(admin, sure, "statements")
    assert said(school, school.people["Tom"])[-1].statement.stance is Stance.REFUSED


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SAFEGUARDING_LEAD])
@pytest.mark.parametrize("party", [Party.PUPIL, Party.PARENT])
def test_a_yes_for_many_ends_the_no_of_none(
    new_person: NewPerson, school: School, form: list[PersonId], role: Role, party: Party
) -> None:  # fmt: skip
    """Also one that was recorded after the form was shown: they are left out, by name, whoever saves it."""
    keeper, today = new_person("keeper", role), school.clock().date()

    def refuse(person: PersonId) -> None:
        no = Statement(party, Subject.PICTURE, EVERYWHERE, Stance.REFUSED, school.clock(), today)
        with school.services.store.transaction("user:office", school.clock()) as tx:
            tx.consent.record(person, no)
        school.clock.advance(minutes=1)

    refuse(form[0])
    fields = {"people": " ".join(form[:3]), "party": party.value, "stance": "granted", "subjects": "picture"}
    fields["scopes"] = EVERYWHERE
    sure = keeper.post("/admin/people/selection/statements", data=fields)
    assert "Save this for 2 people?" in read(sure)
    assert "1 left out: the same party has said no about this" in read(sure)
    refuse(form[1])
    assert "Saved for 1 person." in read(confirmed(keeper, sure, "statements"))
    assert [said(school, one)[-1].statement.stance.value for one in form[:3]] == ["refused", "refused", "granted"]
    only = keeper.post("/admin/people/selection/statements", data=fields | {"people": form[0], "sure": "true"})
    assert only.status_code == 422


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"subjects": []}, "Tick what it is about"),
        ({"scopes": []}, "Tick what it is about"),
        ({"scopes": ["nowhere"]}, "Choose from the list"),
        ({"party": "self"}, "Parents speak only for pupils"),
        ({"said_on": "2030-01-01"}, "cannot have been made in the future"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_saved(
    admin: TestClient, school: School, form: list[PersonId], change: dict[str, object], answer: str
) -> None:
    """With who is selected kept, so that it can be put right at once."""
    fields = {"people": " ".join(form), **AGREED, "sure": "true"} | change
    page = admin.post("/admin/people/selection/statements", data=fields)
    assert (page.status_code, answer in read(page)) == (422, True)
    assert f'value="{" ".join(form)}"' in page.text
    assert all(said(school, one) == [] for one in form)


def test_biometrics_are_for_the_gate_as_a_whole(admin: TestClient, school: School, form: list[PersonId]) -> None:
    """Together with a channel it is recorded once, for everywhere."""
    fields = {"people": form[0], **AGREED, "subjects": ["picture", "biometrics"], "sure": "true"}
    assert admin.post("/admin/people/selection/statements", data=fields).status_code == 303
    assert {(one.statement.subject, one.statement.scope) for one in said(school, form[0])} == {
        (Subject.PICTURE, "website"),
        (Subject.BIOMETRICS, EVERYWHERE),
    }


def test_pupils_and_adults_together(admin: TestClient, school: School, form: list[PersonId]) -> None:
    """Nobody but the school or a court could speak for both, and the page says why."""
    page = admin.post("/admin/people/selection", data={"people": [form[0], school.people["Amira"]]})
    assert "Pupils and adults are selected." in read(page)
    assert 'value="parent"' not in page.text


def test_leavers_are_marked_together(admin: TestClient, school: School, form: list[PersonId]) -> None:
    """With what ends shown first; class and number stay."""
    last = school.clock().date() + timedelta(days=100)
    fields = {"people": " ".join(form[:3]), "last_day": last.isoformat()}
    sure = admin.post("/admin/people/selection/leaving", data=fields)
    assert "Nothing is changed yet" in read(sure)
    assert "Saved for 3 people." in read(confirmed(admin, sure, "leaving"))
    with school.services.store.reading("tests", school.clock()) as tx:
        profiles = [tx.people.get(one).profile for one in form]
    assert [one.leaving_date for one in profiles] == [last, last, last, None]
    assert (profiles[0].groups, profiles[0].external_id) == (frozenset({"7A"}), "0")


def test_who_has_left_does_not_come_back_with_the_others(
    admin: TestClient, school: School, form: list[PersonId]
) -> None:
    """A later last day for a whole class leaves out those whose own is earlier."""
    left = school.clock().date() - timedelta(days=30)
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.people.change(form[0], replace(tx.people.get(form[0]).profile, leaving_date=left))
    fields = {"people": " ".join(form[:2]), "last_day": (left + timedelta(days=100)).isoformat()}
    sure = admin.post("/admin/people/selection/leaving", data=fields)
    assert "1 left out: their last day is earlier." in read(sure)
    confirmed(admin, sure, "leaving")
    with school.services.store.reading("tests", school.clock()) as tx:
        days = [tx.people.get(one).profile.leaving_date for one in form[:2]]
    assert days == [left, left + timedelta(days=100)]
    assert admin.post("/admin/people/selection/leaving", data=fields | {"people": form[0]}).status_code == 422


@pytest.mark.parametrize("last_day", ["", "2001-01-01"])
def test_a_last_day_that_cannot_be(admin: TestClient, form: list[PersonId], last_day: str) -> None:
    """None, or one before they were born, changes nothing."""
    fields = {"people": form[0], "last_day": last_day, "sure": "true"}
    assert admin.post("/admin/people/selection/leaving", data=fields).status_code == 422


def test_who_is_not_there(admin: TestClient, school: School, form: list[PersonId]) -> None:
    """Nobody, somebody who was erased meanwhile, and something that is no id: each is answered, nothing is saved."""
    assert admin.post("/admin/people/selection", data={}).status_code == 422
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.people.erase(form[1])
    fields = {"people": " ".join(form), **AGREED, "sure": "true"}
    assert admin.post("/admin/people/selection/statements", data=fields).status_code == 409
    assert said(school, form[0]) == []
    assert admin.post("/admin/people/selection/statements", data=fields | {"people": "Ada Abara"}).status_code == 422
    empty = admin.post("/admin/people/selection", data={"everyone": "true", "words": "Nobody"})
    assert empty.status_code == 422


def test_a_whole_school_at_once(admin: TestClient, school: School) -> None:
    """All 1,200 are one form, and so are all the ticks of the longest page."""
    drafts = [PersonDraft(Kind.PUPIL, "Ada", f"Abara {at}") for at in range(1_200)]
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        people = tx.people.add_all(drafts)
    assert "200 people selected" in read(admin.post("/admin/people/selection", data={"people": people[:200]}))
    page = admin.post("/admin/people/selection?kind=pupil", data={"everyone": "true", "words": "abara"})
    fields = [value for name, value in HIDDEN.findall(page.text) if name == "people"]
    assert set(" ".join(fields).split()) == set(people)
    sent = AGREED | {"people": list(dict.fromkeys(fields))}
    sure = admin.post("/admin/people/selection/statements", data=sent)
    assert "Save this for 1200 people?" in read(sure)
    assert "Saved for 1200 people." in read(confirmed(admin, sure, "statements"))
    assert len(said(school, people[-1])) == 2


@pytest.mark.parametrize("role", [Role.STAFF, Role.APPROVER])
def test_others_change_nobody(new_person: NewPerson, school: School, form: list[PersonId], role: Role) -> None:
    """The same people as on a person's page: administrators and the safeguarding lead."""
    browser = new_person("other", role)
    fields = {"people": form[0], **AGREED, "sure": "true"}
    for path in ("selection", "selection/statements", "selection/leaving", "list.csv"):
        assert browser.post(f"/admin/people/{path}", data=fields).status_code == 403
    assert said(school, form[0]) == []


def test_the_list_is_handed_out_as_it_is_shown(admin: TestClient, school: School, form: list[PersonId]) -> None:
    """Filtered, sorted, safe in a spreadsheet, and noted in the audit with how many."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        profile = tx.people.get(form[0]).profile
        tx.people.change(form[0], PersonDraft(profile.kind, "=cmd()", "Abara", groups=profile.groups))
    address = f"/admin/people/list.csv?group={group_id_of('7A')}&order=down"
    answer = admin.post(address, data={"words": "abara"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith('"Number","First name","Surname","Class","Role","Photos","Pictures","Coming up"')
    assert [line.split(",")[1] for line in lines[1:]] == ['"Cai"', '"Ben"', '"\'=cmd()"']
    with school.services.store.reading("tests", school.clock()) as tx:
        entry = tx.audit.last("people.list_exported")
    assert entry is not None
    assert json.loads(entry.payload) == {"people": 3}
