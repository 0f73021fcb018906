"""The queue of exceptions: whose they are to decide, and what becomes of them."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from api.application.checks.resolve.resolution import Action, Resolution
from consent_db.people.records import PersonDraft
from gatekeeper.types import Kind, Role
from tests.support.http import NewPerson
from tests.support.pages import ask, read, resolve
from tests.support.school import AMIRA_HUE, OFFICE, School

WHY = "This is Amira herself, look at the gap in the fence."


def exception(browser: TestClient, school: School) -> str:
    """Contradict the engine, which a second person has to confirm; return the check's address."""
    address = ask(browser, school, AMIRA_HUE, caption="Beans")
    return resolve(browser, address, action="identify", face="1", person=school.people["Tom"]).url.path


def test_no_one_declines_what_a_colleague_has_just_agreed_to(new_person: NewPerson, school: School) -> None:
    """The note would go down beside an approval; it is kept in the form, and the answer is waited for."""
    looked = Resolution(Action.ATTEST, attestations=frozenset({"nobody_recognisable"}))
    asked = school.screener.resolve(school.check().id, looked, OFFICE, Role.STAFF)
    agreed = school.screener.begin(asked.id, Resolution(Action.APPROVE), "user:head", Role.APPROVER)
    form = {"action": "decline", "note": "That is Mira on the left."}
    late = new_person("deputy", Role.APPROVER).post(f"/checks/{asked.id}/opinion", data=form)
    assert (late.status_code, "being checked again already" in read(late)) == (422, True)
    assert "Mira on the left" in late.text
    assert school.screener.run(agreed).approved


def test_an_approver_sees_what_there_is_to_decide(office: TestClient, new_person: NewPerson, school: School) -> None:
    """Who sent it, where it is to go and what is asked, with the picture; the sender is offered nothing."""
    address = exception(office, school)
    head = new_person("head", Role.APPROVER)
    assert "Sent by office@school.example." in read(head.get("/approvals"))
    words = read(head.get(address))
    assert "Yours to decide Sent by office@school.example for Website" in words
    assert "I have looked, and I agree" in words
    assert "Yours to decide" not in read(office.get(address))
    assert "A second person has to look What you said about this picture" in read(office.get(address))
    assert "It waits under Approvals for an approver or the safeguarding lead." in read(office.get(address))
    assert "Nothing waits for you" in read(office.get("/approvals"))


def test_an_exception_is_declined_with_a_note(office: TestClient, new_person: NewPerson, school: School) -> None:
    """The note reaches the sender, the queue is empty, and nobody else can agree to the same."""
    address = exception(office, school)
    head, other = new_person("head", Role.APPROVER), new_person("lead", Role.SAFEGUARDING_LEAD)
    kept = head.post(f"{address}/opinion", data={"action": "decline", "note": "  "})
    assert kept.status_code == 422
    assert "Say in a sentence why you decline" in read(kept).partition("Yours to decide")[2]
    answer = head.post(f"{address}/opinion", data={"action": "decline", "note": WHY})
    assert answer.headers["Location"] == "/approvals"
    assert "Declined by head@school.example" in read(office.get(address))
    assert WHY in read(office.get(address))
    assert "Nothing waits for you" in read(other.get("/approvals"))
    assert other.post(f"{address}/opinion", data={"action": "approve"}).status_code == 409
    assert other.post(f"{address}/resolutions", data={"action": "approve"}).status_code == 409


def test_an_exception_is_approved_with_a_note(office: TestClient, new_person: NewPerson, school: School) -> None:
    """The gate looks again with it, and the note stands on the new check."""
    address = exception(office, school)
    head = new_person("head", Role.APPROVER)
    answer = head.post(f"{address}/opinion", data={"action": "approve", "note": "Tom, from behind."})
    words = read(office.get(answer.headers["Location"]))
    assert "Approved" in words
    assert "Agreed by head@school.example" in words
    assert "Tom, from behind." in words


@pytest.mark.parametrize("action", ["approve", "decline"])
def test_nobody_decides_about_their_own(new_person: NewPerson, school: School, action: str) -> None:
    """An approver who uploads is a colleague like any other."""
    head = new_person("head", Role.APPROVER)
    address = exception(head, school)
    assert head.post(f"{address}/opinion", data={"action": action, "note": WHY}).status_code == 409
    assert "Blocked" in read(head.get(address))


def test_staff_decide_about_no_exception_of_the_leadership(
    office: TestClient, new_person: NewPerson, school: School
) -> None:
    """A colleague who could not decide sees neither the question nor the picture."""
    address = exception(office, school)
    other = new_person("other")
    assert "Nothing waits for you" in read(other.get("/approvals"))
    assert other.get(address).status_code == other.get(f"{address}/picture").status_code == 404
    assert other.post(f"{address}/opinion", data={"action": "approve"}).status_code == 404


def test_a_note_goes_with_the_picture(office: TestClient, new_person: NewPerson, school: School) -> None:
    """When the picture is deleted at once, so is what was written about it."""
    address = exception(office, school)
    head = new_person("head", Role.APPROVER)
    head.post(f"{address}/opinion", data={"action": "decline", "note": WHY})
    office.post(f"{address}/deletion", data={"confirmed": "yes"})
    assert WHY not in read(office.get(address))


def test_a_note_that_names_somebody_goes_when_they_are_erased(
    office: TestClient, new_person: NewPerson, school: School
) -> None:
    """Wherever it stands; notes about others stay."""
    address = exception(office, school)
    note = "Ask Robin Weatherby first."
    new_person("head", Role.APPROVER).post(f"{address}/opinion", data={"action": "decline", "note": note})
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        other = tx.people.add(PersonDraft(Kind.STAFF, "Jo", "Bloggs"))
        named = tx.people.add(PersonDraft(Kind.STAFF, "Robin", "Weatherby"))
        tx.people.erase(other)
    assert note in read(office.get(address))
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.people.erase(named)
    assert note not in read(office.get(address))
