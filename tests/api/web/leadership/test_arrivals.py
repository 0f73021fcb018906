"""A person who may not be published from today, written down in one form."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from consent_db.publishing.records import PublicationDraft
from gatekeeper.types import Role
from tests.api.web.register.person.test_photos import portrait
from tests.support.http import NewPerson
from tests.support.school import OFFICE, TOM_HUE, School

ADD = "/admin/do-not-publish/add"
CHILD = {"first_name": "Mira", "last_name": "Osei", "groups": "4B", "restriction": "listing"}


@pytest.fixture
def lead(new_person: NewPerson) -> TestClient:
    return new_person("lead", Role.SAFEGUARDING_LEAD)


def people(school: School) -> dict[str, tuple[bool, bool]]:
    with school.services.store.reading(OFFICE, school.clock()) as tx:
        return {one.profile.first_name: (one.listed, one.held) for one in tx.people.all()}


def test_a_child_who_arrives_is_on_the_list_after_one_form(school: School, lead: TestClient) -> None:
    """The reason is sealed with its kind; a photograph is not used without written consent, and the entry holds."""
    sent = {**CHILD, "why": "A court order", "reason": "Order of 3 June", "review_on": "2026-06-01"}
    photo = {"photos": ("mira.jpg", portrait(200.0), "image/jpeg")}
    done = lead.post(ADD, data=sent, files=photo)
    assert done.status_code == 200
    assert "Mira Osei is on the do-not-publish list from now on" in done.text
    assert "No photograph was used: there is no consent" in done.text
    assert "court" not in done.text
    assert people(school)["Mira"] == (True, False)
    with school.services.store.transaction(OFFICE, school.clock()) as tx:
        (mira,) = [one.id for one in tx.people.all() if one.profile.first_name == "Mira"]
        (entry,) = tx.consent.restrictions(mira)
        assert tx.consent.reason(mira, entry.id, Role.SAFEGUARDING_LEAD) == "A court order: Order of 3 June"


@pytest.mark.parametrize(("first", "last"), [("Tom", ""), ("Tommy", "Jones"), ("T.", "Jones-Smith"), ("Jones", "Tom")])
def test_a_name_that_is_nearly_one_of_the_register_is_asked_about(
    school: School, lead: TestClient, first: str, last: str
) -> None:
    """A second entry would leave the approvals of the person who is meant; said to be another, it is made."""
    sent = CHILD | {"first_name": first, "last_name": last}
    asked = lead.post(ADD, data=sent)
    assert (asked.status_code, "Tom Jones" in asked.text) == (409, True)
    assert lead.post(ADD, data=sent | {"somebody_else": "true"}).status_code == 200


def test_with_written_consent_the_photograph_makes_a_template(school: School, lead: TestClient) -> None:
    """Where the writing is has to be said first, and then what was typed is still there."""
    sent = {**CHILD, "date_of_birth": "2016-02-01", "recognise": "true"}
    photo = {"photos": ("mira.jpg", portrait(200.0), "image/jpeg")}
    missing = lead.post(ADD, data=sent, files=photo)
    assert missing.status_code == 422
    assert 'value="Mira"' in missing.text
    assert "Mira" not in people(school)
    done = lead.post(ADD, data={**sent, "evidence": "folder 4B"}, files=photo)
    assert "1 of 1 photographs used" in done.text


def test_a_person_of_the_register_is_held_and_what_is_out_is_told(school: School, lead: TestClient) -> None:
    """The form shows the posts first; afterwards the approvals have ended and the post has to come down."""
    check = school.check(TOM_HUE)
    with school.services.store.transaction(OFFICE, school.clock()) as tx:
        tx.publications.record(PublicationDraft(check.id, school.clock(), "https://school.example/news/1"))
    tom = school.people["Tom"]
    assert "https://school.example/news/1" in lead.get(f"{ADD}?person={tom}").text
    done = lead.post(ADD, data={"person": tom, "restriction": "hold"})
    assert "1 post has to come down" in done.text
    assert people(school)["Tom"] == (False, True)
    again = lead.post(ADD, data={"person": tom, "restriction": "hold"})
    assert again.status_code == 422
    assert "Tom Jones is under a hold already" in again.text


def test_a_namesake_is_asked_about_before_anything_is_written(school: School, lead: TestClient) -> None:
    """However the name is spelt; said to be another person, they are added."""
    twin = {**CHILD, "first_name": "TOM", "last_name": "Jones"}
    asked = lead.post(ADD, data=twin)
    assert asked.status_code == 409
    assert f"{ADD}?person={school.people['Tom']}" in asked.text
    assert "TOM" not in people(school)
    assert lead.post(ADD, data={**twin, "somebody_else": "true"}).status_code == 200
    assert people(school)["TOM"] == (True, False)


def test_list_and_register_are_searched_together_and_the_card_tells_no_reason(school: School, lead: TestClient) -> None:
    """Accents do not matter; the lead adds from what was found, and an administrator only sees."""
    tom, amira = school.people["Tom"], school.people["Amira"]
    lead.post(ADD, data={"person": tom, "restriction": "hold", "why": "A court order"})
    found = lead.post("/admin/do-not-publish/search", data={"typed": "AMÍRA"}).text
    assert "0 found on the list, 1 besides on the register" in found
    assert f"{ADD}?person={amira}" in found
    assert f"/admin/people/{tom}" in lead.post("/admin/do-not-publish/search", data={"typed": "jones"}).text
    card = lead.get(f"/admin/do-not-publish/card/{tom}").text
    assert "Tom Jones" in card
    assert "court" not in card
    assert "hold" not in card.lower()


def test_only_the_lead_adds(new_person: NewPerson, school: School) -> None:
    """An administrator searches and prints the card, and is refused the form."""
    admin = new_person("admin", Role.ADMIN)
    found = admin.post("/admin/do-not-publish/search", data={"typed": "tom"})
    assert "1 besides on the register" in found.text
    assert ADD not in found.text
    assert admin.get(ADD).status_code == 403
    assert admin.post(ADD, data={"person": school.people["Tom"]}).status_code == 403
