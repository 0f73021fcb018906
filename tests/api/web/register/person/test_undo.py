"""Withdraw everything, and the way back from what was recorded of a person."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from starlette.testclient import TestClient

from consent_db.approvals.records import CheckState
from consent_db.people.records import PersonDraft
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import Kind, Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import AMIRA_HUE, School


@pytest.fixture
def page(school: School) -> str:
    """The address of Amira's page."""
    return f"/admin/people/{school.people['Amira']}"


@pytest.fixture
def admin(new_person: NewPerson) -> TestClient:
    """An administrator who has just signed in."""
    return new_person("admin", Role.ADMIN)


def of_undo(client: TestClient, address: str) -> dict[str, str]:
    """Return what the undo of a page's notice sends."""
    found = re.search(r'/undo/(\w+)"><input type="hidden" name="number" value="(\d+)">', client.get(address).text)
    assert found is not None
    return {"act": found[1], "number": found[2], "sure": "true"}


def test_everything_is_withdrawn_and_brought_back(admin: TestClient, school: School, page: str) -> None:
    """One confirmation tells what ends; the notice undoes the record of it, but revives no approval."""
    check = school.check(AMIRA_HUE)
    shown = read(admin.get(f"{page}/withdrawal"))
    assert "Website: Showing them is not permitted." in shown
    assert "1 approval ends." in shown
    assert "recognised by is deleted" in shown
    done = admin.post(f"{page}/withdrawal", data={"party": "self"}).headers["Location"]
    text = read(admin.get(done))
    assert "1 approval ended." in text
    assert text.count("No: refused") >= 3
    sent = of_undo(admin, done)
    school.clock.advance(seconds=9)
    undone = admin.post(f"{page}/undo/{sent.pop('act')}", data=sent).headers["Location"]
    text = read(admin.get(undone))
    assert "Undone: what held before holds again." in text
    assert "No: refused" not in text
    assert "there is no template" in text
    with school.services.store.reading("user:admin", school.clock()) as tx:
        assert tx.checks.get(check.id).state is CheckState.REVOKED
        assert len(tx.consent.statements(school.people["Amira"])) == 9


def test_undo_from_the_history_shows_what_it_ends(admin: TestClient, school: School, page: str) -> None:
    """A yes recorded by mistake goes by a second click; one that was followed by another word cannot be undone."""
    said = {"party": "self", "stance": "refused", "subject": "picture", "sure": "true"}
    admin.post(f"{page}/statements", data=said)
    refusal = of_undo(admin, f"{page}?saved=statements")
    school.clock.advance(seconds=9)
    admin.post(f"{page}/statements", data=said | {"stance": "granted"})
    grant = of_undo(admin, f"{page}?saved=statements") | {"sure": "false"}
    shown = read(admin.post(f"{page}/undo/statements", data=grant))
    assert "Nothing is changed yet" in shown
    assert "Website: Showing them is not permitted." in shown
    assert admin.post(f"{page}/undo/statements", data=refusal).status_code == 409
    assert admin.post(f"{page}/undo/statements", data={"number": "999999"}).status_code == 404


def test_one_tap_undoes_no_word_that_another_user_recorded_since(
    admin: TestClient, new_person: NewPerson, school: School, page: str
) -> None:  # fmt: skip
    """The page after a save, opened again, does not offer to undo the refusal that a colleague saved meanwhile."""
    said = {"party": "self", "stance": "granted", "subject": "picture", "scope": "website", "sure": "true"}
    offered = "<button>Undo</button>"
    done = admin.post(f"{page}/statements", data=said).headers["Location"]
    assert offered in admin.get(done).text
    lead = new_person("lead", Role.SAFEGUARDING_LEAD)
    refused = lead.post(f"{page}/statements", data=said | {"stance": "refused", "scope": EVERYWHERE})
    assert offered in lead.get(refused.headers["Location"]).text
    assert offered not in admin.get(done).text


def test_what_a_colleague_recorded_after_the_impact_was_shown_is_shown_first(
    admin: TestClient, new_person: NewPerson, school: School, page: str
) -> None:  # fmt: skip
    """A yes that was being confirmed would end a refusal of which the page said nothing."""
    said = {"party": "self", "stance": "granted", "subject": "picture", "scope": EVERYWHERE}
    shown = admin.post(f"{page}/statements", data=said)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', shown.text))
    school.clock.advance(seconds=9)
    lead = new_person("lead", Role.SAFEGUARDING_LEAD)
    lead.post(f"{page}/statements", data=said | {"stance": "refused", "sure": "true"})
    school.clock.advance(seconds=9)
    again = admin.post(f"{page}/statements", data=fields)
    assert (again.status_code, "Nothing is changed yet" in read(again)) == (200, True)
    assert "Website: Showing them is permitted" in read(again)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', again.text))
    assert admin.post(f"{page}/statements", data=fields).status_code == 303


def test_a_pupils_own_no_is_undone_by_the_lead_alone(admin: TestClient, new_person: NewPerson, school: School) -> None:
    """As with every other way to end it: an administrator is not offered it, and is refused."""
    now = school.clock()
    no = Statement(Party.PUPIL, Subject.PICTURE, EVERYWHERE, Stance.REFUSED, now, now.date())
    with school.services.store.transaction("user:office", now) as tx:
        zainab = tx.people.add(PersonDraft(Kind.PUPIL, "Zainab", "Okafor", date_of_birth=date(2017, 5, 1)))
        tx.consent.record(zainab, no)
        number = tx.consent.statements(zainab)[-1].id
    sent = {"number": str(number), "sure": "true"}
    path = f"/admin/people/{zainab}"
    assert admin.post(f"{path}/undo/statements", data=sent).status_code == 409
    assert f'value="{number}"' not in admin.get(path).text
    lead = new_person("lead", Role.SAFEGUARDING_LEAD)
    assert lead.post(f"{path}/undo/statements", data=sent).status_code == 303


def test_the_end_of_a_listing_is_undone_with_its_reason(new_person: NewPerson, school: School, page: str) -> None:
    """The lead lists, lifts, and undoes the lifting: the listing is back with reason and review; others may not."""
    lead, amira = new_person("lead", Role.SAFEGUARDING_LEAD), school.people["Amira"]
    laid = {"restriction": "listing", "reason": "A court order", "review_on": "2026-09-01", "sure": "true"}
    lead.post(f"{page}/restrictions", data=laid)
    lifted = lead.post(f"{page}/restrictions/lift", data={"restriction": "listing"}).headers["Location"]
    sent = of_undo(lead, lifted)
    assert new_person("second", Role.ADMIN).post(f"{page}/undo/restriction", data=sent).status_code == 403
    assert lead.post(f"{page}/undo/restriction", data=sent).status_code == 303
    with school.services.store.transaction("user:lead", school.clock()) as tx:
        assert tx.consent.is_listed(amira)
        entry = tx.consent.restrictions(amira)[-1]
        assert tx.consent.reason(amira, entry.id, Role.SAFEGUARDING_LEAD) == "A court order"
        assert [str(one.review_on) for one in tx.reviews.all()] == ["2026-09-01"]


def test_what_was_typed_stays_beside_its_error(admin: TestClient, page: str) -> None:
    """A statement that ends before it begins is told in its form, with everything that was filled in."""
    said = {"party": "carer", "stance": "granted", "until": "2020-01-01", "evidence": "Form 7C"}
    answer = admin.post(f"{page}/statements", data=said)
    assert answer.status_code == 422
    assert 'value="2020-01-01"' in answer.text
    assert 'value="Form 7C"' in answer.text


def test_details_are_changed_back_once(admin: TestClient, school: School, page: str) -> None:
    """The notice gives the old details back; what is older than the last change cannot be undone."""
    form = {"kind": "staff", "first_name": "Amira", "last_name": "Kahn", "sure": "true"}
    changed = admin.post(f"{page}/particulars", data=form).headers["Location"]
    first = of_undo(admin, changed)
    school.clock.advance(seconds=9)
    changed = admin.post(f"{page}/particulars", data=form | {"last_name": "Kahne"}).headers["Location"]
    second = of_undo(admin, changed)
    act = second.pop("act")
    assert admin.post(f"{page}/undo/{act}", data=first).status_code == 409
    shown = read(admin.post(f"{page}/undo/{act}", data=second | {"sure": "false"}))
    assert "Undo the change of their details?" in shown
    assert admin.post(f"{page}/undo/{act}", data=second).status_code == 303
    assert "Amira Kahn" in read(admin.get(page))
    assert "Kahne" not in read(admin.get(page))
    assert admin.post(f"{page}/undo/{act}", data=second).status_code == 409
    with school.services.store.reading("user:admin", school.clock()) as tx:
        assert "details.undone" in [entry.action for entry in tx.audit.about(school.people["Amira"])]


def test_what_was_saved_for_many_is_undone_for_all_but_those_changed_since(admin: TestClient, school: School) -> None:
    """A last day set for a class by mistake goes again; one of them who was changed meanwhile keeps it."""
    people = [school.people["Amira"], school.people["Tom"]]
    sent = {"people": people, "last_day": "2026-07-20", "sure": "true"}
    listed = admin.post("/admin/people/selection/leaving", data=sent).headers["Location"]
    act = re.findall(r'name="act" value="(\d+)"', admin.get(listed).text)[0]
    school.clock.advance(seconds=9)
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tom = tx.people.get(people[1]).profile
        tx.people.change(people[1], replace(tom, last_name="Other"))
    undone = admin.post("/admin/people/selection/undo", data={"act": act})
    text = read(admin.get(undone.headers["Location"]))
    assert "Undone for 1 person. 1 stays as they are now" in text
    with school.services.store.reading("user:admin", school.clock()) as tx:
        days = [tx.people.get(person).profile.leaving_date for person in people]
    assert days == [None, date(2026, 7, 20)]
