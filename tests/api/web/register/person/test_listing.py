"""The do-not-publish list and holds on the pages: the safeguarding lead's, and nobody else's reasons."""

from __future__ import annotations

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from consent_db.approvals.records import CheckState
from gatekeeper.types import Role
from tests.support.http import PASSWORD, NewPerson
from tests.support.pages import read
from tests.support.school import AMIRA_HUE, School

WHY = "A court order of 3 March"
LISTING = {"restriction": "listing", "reason": WHY, "review_on": "2026-09-01"}


@pytest.fixture
def lead(new_person: NewPerson) -> TestClient:
    """The safeguarding lead, who has just signed in."""
    return new_person("lead", Role.SAFEGUARDING_LEAD)


@pytest.fixture
def page(school: School) -> str:
    """The address of Amira's page."""
    return f"/admin/people/{school.people['Amira']}"


def put_on(lead: TestClient, page: str) -> None:
    assert lead.post(f"{page}/restrictions", data=LISTING | {"sure": "true"}).status_code == 303


def reason_of(school: School, page: str) -> str:
    """Return the address of the reason of the newest entry."""
    with school.services.store.reading("user:admin", school.clock()) as tx:
        number = tx.consent.restrictions(school.people["Amira"])[-1].id
    return f"{page}/restrictions/{number}/reason"


def test_somebody_is_put_on_the_list(lead: TestClient, school: School, page: str) -> None:
    """After it was shown what that ends; then nothing of them may be published, and the list says until when."""
    check = school.check(AMIRA_HUE)
    shown = read(lead.post(f"{page}/restrictions", data=LISTING))
    assert "1 approval ends." in shown
    assert "searched for them once more" in shown
    assert "No person is on the list." in read(lead.get("/admin/do-not-publish"))
    put_on(lead, page)
    with school.services.store.reading("user:admin", school.clock()) as tx:
        assert tx.checks.get(check.id).state is CheckState.REVOKED
    text = read(lead.get("/admin/do-not-publish"))
    assert "Amira Khan since 10 March 2026 · card for the office Next review: 1 September 2026" in text
    assert "Website: Showing them is not permitted" in read(lead.get(page))
    assert lead.post(f"{page}/restrictions", data=LISTING | {"sure": "true"}).status_code == 409


def test_a_hold_is_laid_and_lifted(lead: TestClient, school: School, page: str) -> None:
    """As somebody is put on the list, and both can be there at once."""
    put_on(lead, page)
    lead.post(f"{page}/restrictions", data={"restriction": "hold", "sure": "true"})
    assert "Hold, since 10 March 2026" in read(lead.get(page))
    for restriction in ("hold", "listing"):
        answer = lead.post(f"{page}/restrictions/lift", data={"restriction": restriction})
        assert answer.headers["Location"] == f"{page}?saved=restriction"
    assert "Website: Showing them is permitted" in read(lead.get(page))
    assert lead.post(f"{page}/restrictions/lift", data={"restriction": "hold"}).status_code == 409
    with school.services.store.reading("user:admin", school.clock()) as tx:
        assert len(tx.consent.restrictions(school.people["Amira"])) == 4


def test_a_page_from_before_lifts_no_newer_listing(lead: TestClient, school: School, page: str) -> None:
    """Lifted and imposed anew for another reason meanwhile: the form that is still open ends the old one only."""
    put_on(lead, page)
    moment = re.search(r'name="at" value="([^"]+)"', lead.get(page).text)
    assert moment is not None
    stale = {"restriction": "listing", "at": unescape(moment[1])}
    assert lead.post(f"{page}/restrictions/lift", data=stale).status_code == 303
    school.clock.advance(seconds=9)
    put_on(lead, page)
    assert lead.post(f"{page}/restrictions/lift", data=stale).status_code == 409
    with school.services.store.reading("user:admin", school.clock()) as tx:
        assert tx.consent.is_listed(school.people["Amira"])


def test_a_look_is_noted_with_the_next_one(lead: TestClient, school: School, page: str) -> None:
    """What is due is marked; after the look it waits for the next day."""
    put_on(lead, page)
    school.clock.advance(days=200)
    lead.post("/sign-in", data={"email": "lead@school.example", "password": PASSWORD})
    assert "Review due since 1 September 2026" in read(lead.get("/admin/do-not-publish"))
    lead.post(f"{page}/restrictions/review", data={"restriction": "listing", "review_on": "2027-01-15"})
    assert "Next review: 15 January 2027" in read(lead.get("/admin/do-not-publish"))
    past = lead.post(f"{page}/restrictions/review", data={"restriction": "listing", "review_on": "2026-01-15"})
    assert (past.status_code, "choose a later one" in read(past)) == (409, True)


def test_each_look_at_a_reason_is_logged(lead: TestClient, school: School, page: str) -> None:
    """The reason is on no page but the one that is asked for, and who asked is in the audit."""
    put_on(lead, page)
    for path in (page, "/admin/do-not-publish", "/admin/people"):
        assert WHY not in lead.get(path).text
    assert WHY in read(lead.post(reason_of(school, page)))
    with school.services.store.reading("user:admin", school.clock()) as tx:
        (look,) = tx.audit.about(school.people["Amira"], "reason.seen")
    assert look.actor.startswith("usr_")
    assert lead.post(f"{page}/restrictions/999/reason").status_code == 404


def test_a_reason_wants_a_fresh_proof(lead: TestClient, school: School, page: str) -> None:
    """Eleven minutes after signing in, the page asks for it first, and so does the reason."""
    put_on(lead, page)
    school.clock.advance(minutes=11)
    assert "See why" not in lead.get(page).text
    assert lead.post(reason_of(school, page)).headers["Location"].startswith("/confirm")
    assert lead.post(f"{page}/restrictions/lift", data={"restriction": "listing"}).headers["Location"] != page


def test_an_administrator_sees_the_list_but_neither_keeps_it_nor_learns_why(
    lead: TestClient, new_person: NewPerson, school: School, page: str
) -> None:
    """There is no form for it on their page, and what no form sends is refused."""
    put_on(lead, page)
    admin = new_person("admin", Role.ADMIN)
    assert "Amira Khan" in read(admin.get("/admin/do-not-publish"))
    assert "/restrictions" not in admin.get(page).text
    for path in (f"{page}/restrictions", f"{page}/restrictions/lift", reason_of(school, page)):
        assert admin.post(path, data=LISTING).status_code == 403
