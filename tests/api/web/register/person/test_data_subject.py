"""What is held about a person, handed out or erased on the pages."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from consent_db.approvals.records import CheckState
from consent_db.data_rights.export_release import ExportState
from consent_db.publishing.records import PublicationDraft
from gatekeeper.types import Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import AMIRA_HUE, TOM_HUE, School

GIVEN_UP = {"name": "amira  khan", "listing": "give_up"}


@pytest.fixture
def admin(new_person: NewPerson) -> TestClient:
    """An administrator who has just signed in."""
    return new_person("admin", Role.ADMIN)


@pytest.fixture
def lead(new_person: NewPerson) -> TestClient:
    """The safeguarding lead, who has just signed in."""
    return new_person("lead", Role.SAFEGUARDING_LEAD)


@pytest.fixture
def amira(school: School) -> str:
    """The address of Amira's page."""
    return f"/admin/people/{school.people['Amira']}"


def list_amira(school: School) -> None:
    with school.services.store.transaction("user:lead", school.clock()) as tx:
        tx.consent.list_person(school.people["Amira"], "lives in a refuge")


def actions(school: School, person: str) -> list[str]:
    with school.services.store.reading("user:admin", school.clock()) as tx:
        return [entry.action for entry in tx.audit.about(person)]


def certificate_of(text: str) -> str:
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", text, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def test_what_an_erasure_touches_is_seen_first(admin: TestClient, school: School, amira: str) -> None:
    """The approvals that end, the posts that come down, the template; and nothing is changed by looking."""
    check = school.check(AMIRA_HUE, TOM_HUE)
    with school.services.store.transaction("user:office", school.clock()) as tx:
        tx.publications.record(PublicationDraft(check.id, school.clock(), "https://school.example/news/1"))
    text = read(admin.get(f"{amira}/data"))
    assert "1 approval ends." in text
    assert "1 post has to come down." in text
    assert "The template that they are recognised by is deleted" in text
    assert "1 check of a picture" in text
    assert read(admin.get(f"{amira}/data")) == text


def test_somebody_is_erased_with_a_certificate(admin: TestClient, school: School, amira: str) -> None:
    """Once the name was typed: the approval ends, the page is gone, and the certificate can be proved and kept."""
    check = school.check(AMIRA_HUE)
    answer = admin.post(f"{amira}/erasure", data={"name": "amira  khan"})
    assert "The search found nothing about them" in read(answer)
    assert (admin.get(amira).status_code, "1 approval" in read(answer)) == (404, True)
    with school.services.store.reading("user:admin", school.clock()) as tx:
        assert tx.checks.get(check.id).state is CheckState.REVOKED
    certificate = certificate_of(answer.text)
    assert json.loads(certificate)["person"] == school.people["Amira"]
    sent = {"certificate": certificate.replace("\n", "\r\n")}
    file = admin.post("/admin/erasures/certificate", data=sent)
    assert (file.text, file.headers["Content-Disposition"].split(";")[0]) == (certificate, "attachment")
    assert "The search found nothing about them" in read(admin.post("/admin/erasures", data=sent))
    assert {"person.erased", "erasure.certified"} <= set(actions(school, school.people["Amira"]))


def test_an_altered_certificate_is_not_known(admin: TestClient, amira: str) -> None:
    """It is neither proved nor handed out again."""
    altered = certificate_of(admin.post(f"{amira}/erasure", data={"name": "Amira Khan"}).text).replace(
        '"rows"', '"row"'
    )
    answer = admin.post("/admin/erasures", data={"certificate": altered})
    assert (answer.status_code, "Not known here" in read(answer)) == (422, True)
    assert admin.post("/admin/erasures/certificate", data={"certificate": altered}).status_code == 404


def test_nobody_is_erased_by_a_wrong_name(admin: TestClient, school: School, amira: str) -> None:
    """What was typed stays typed, and the sentence says what to do."""
    answer = admin.post(f"{amira}/erasure", data={"name": "Tom Jones"})
    assert (answer.status_code, "The name that you typed is not theirs." in read(answer)) == (422, True)
    assert 'value="Tom Jones"' in answer.text
    assert "person.erased" not in actions(school, school.people["Amira"])


def test_an_entry_on_the_list_is_the_leads_to_erase(
    admin: TestClient, lead: TestClient, school: School, amira: str
) -> None:
    """The administrator is sent to them; the lead has to say what becomes of the entry."""
    list_amira(school)
    assert "Only the safeguarding lead may erase them." in read(admin.get(f"{amira}/data"))
    assert admin.post(f"{amira}/erasure", data=GIVEN_UP).status_code == 403
    undecided = lead.post(f"{amira}/erasure", data={"name": "Amira Khan"})
    assert (undecided.status_code, "Ask the family first." in read(undecided)) == (422, True)
    assert lead.post(f"{amira}/erasure", data=GIVEN_UP).status_code == 200
    assert lead.get(amira).status_code == 404


def test_an_entry_on_the_list_can_be_kept(lead: TestClient, school: School, amira: str) -> None:
    """Under no name, with the template by which the face is known."""
    list_amira(school)
    assert lead.post(f"{amira}/erasure", data=GIVEN_UP | {"listing": "keep"}).status_code == 200
    with school.services.store.reading("user:admin", school.clock()) as tx:
        record = tx.people.get(school.people["Amira"])
    assert (record.listed, record.template_engines, record.profile.last_name) == (True, ("fake",), "")


def test_a_copy_of_everything_is_handed_out(admin: TestClient, school: School, amira: str) -> None:
    """As one file that no browser keeps, under a name that tells nothing; the audit says who took it."""
    list_amira(school)
    answer = admin.post(f"{amira}/export")
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert {"data.json", "index.html"} <= set(names)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="what-is-held.zip"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert "person.exported" in actions(school, school.people["Amira"])


def test_reasons_are_the_leads_to_hand_out(admin: TestClient, lead: TestClient, school: School, amira: str) -> None:
    """To a parent they may tell where a child is hidden."""
    list_amira(school)
    asked = {"reasons": "true"}
    assert admin.post(f"{amira}/export", data=asked).status_code == 403
    for wanted, there in (({}, False), (asked, True)):
        file = zipfile.ZipFile(io.BytesIO(lead.post(f"{amira}/export", data=wanted).content))
        assert ("lives in a refuge" in file.read("data.json").decode()) is there


def test_the_copy_of_a_protected_person_waits_for_the_lead(
    admin: TestClient, lead: TestClient, school: School, amira: str
) -> None:
    """The administrator asks, the lead reads and releases it; after a week it is asked for again."""
    tom = f"/admin/people/{school.people['Tom']}"
    list_amira(school)
    assert "The safeguarding lead reads the copy first" in read(admin.get(f"{amira}/data"))
    refused = admin.post(f"{amira}/export")
    assert (refused.status_code, "Only the safeguarding lead may release this copy" in read(refused)) == (403, True)
    assert admin.post(f"{tom}/export").status_code == 200
    assert admin.post(f"{amira}/export/release").status_code == 403
    assert admin.post(f"{amira}/export/request").headers["Location"] == f"{amira}/data"
    assert "The safeguarding lead was asked." in read(admin.get(f"{amira}/data"))
    assert "Copies of their data that were asked for" in read(lead.get("/admin/do-not-publish"))
    assert "An administrator asked for this copy." in read(lead.get(f"{amira}/data"))
    assert lead.post(f"{amira}/export/release").status_code == 303
    assert "Copies of their data that were asked for" not in read(lead.get("/admin/do-not-publish"))
    assert admin.post(f"{amira}/export").status_code == 200
    assert {"export.asked", "export.released"} <= set(actions(school, school.people["Amira"]))
    with school.services.store.reading("user:admin", school.clock() + timedelta(days=8)) as tx:
        assert tx.export_release.state(school.people["Amira"]) is ExportState.WAITS
