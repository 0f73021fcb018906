"""The complete mode without biometrics: no embedding is ever computed, and people say who each face is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import pytest

from api.application.checks.submission import build_draft
from api.application.register.enrolment import enrol_folder
from api.application.services import open_services
from api.platform.settings import Settings
from consent_db.errors import BiometricConsentMissing
from consent_db.people.records import PersonDraft
from consent_db.publishing.records import ChannelDraft
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.policy.model import shipped
from gatekeeper.types import Kind, Pixels, Role, Vector
from gatekeeper.vision.engine import Detection
from tests.support.gate import FakeEmbedder, FakeWords, embedding_of, fake_engine, picture_of, upload_of
from tests.support.http import NewPerson, Program
from tests.support.school import AMIRA_HUE, ATTESTED, TOM_HUE, Clock, School


class Blind(FakeEmbedder):
    """Computes nothing, and says so loudly."""

    def embed(self, pixels: Pixels, detections: Sequence[Detection]) -> Vector:
        del pixels, detections
        raise AssertionError("an embedding was asked for")


@pytest.fixture
def school(tmp_path: Path, clock: Clock) -> Iterator[School]:
    """A school whose policy is to work without biometrics; a template of earlier days is there at first."""
    file = tmp_path / "ours.toml"
    file.write_text(shipped("secondary").replace("biometrics = true ", "biometrics = false"), "utf-8")
    with open_services(Settings(data=tmp_path / "data", second_factor=frozenset()), fake_engine(), clock) as before:
        made = School(before, clock)
        with before.store.transaction("user:admin", clock()) as tx:
            tx.channels.add(ChannelDraft("website", "Website", purposes=frozenset({"publicity"}), staff=("a", "b")))
            tx.channels.approve("website", "user:head", Role.APPROVER)
        made.add("Amira", "Khan", AMIRA_HUE)
    settings = Settings(data=tmp_path / "data", policy=str(file), second_factor=frozenset())
    engine = replace(fake_engine(), embedder=Blind())
    with open_services(settings, engine, clock, FakeWords()) as services:
        school = School(services, clock, made.people)
        _add(school, "Tom", "Jones")
        with services.store.transaction("user:admin", clock()) as tx:
            people = frozenset(school.people.values())
            tx.groups.add_event("fair", "Summer fair", clock().date(), people)
        yield school


def _add(school: School, first: str, last: str) -> None:
    today = school.clock().date()
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        person = tx.people.add(PersonDraft(Kind.STAFF, first, last, external_id=first))
        for subject in Subject:
            yes = Statement(Party.SELF, subject, EVERYWHERE, Stance.GRANTED, school.clock(), today)
            tx.consent.record(person, yes)
    school.people[first] = person


def test_no_template_is_left_and_none_can_be_made(school: School, tmp_path: Path) -> None:
    """What was there is destroyed when the school begins to work like this; photographs are not even opened."""
    photos = tmp_path / "photos"
    photos.mkdir()
    cv2.imwrite(str(photos / "Tom.jpg"), picture_of(TOM_HUE))
    report = enrol_folder(school.services, photos, "user:admin", lambda: None)
    assert (report.enrolled, report.without_consent) == (0, ("Tom",))
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        assert tx.enrolment.count("fake") == 0
        with pytest.raises(BiometricConsentMissing):
            tx.enrolment.enrol(school.people["Tom"], "fake", embedding_of(TOM_HUE), 1)


def test_a_program_binds_each_face_by_hand(school: School, staff_program: Program) -> None:
    """Every face blocks until somebody said who it is; then the same engine decides, and nothing was computed."""
    answer = staff_program.check(AMIRA_HUE, TOM_HUE, event="fair").json()
    assert answer["decision"] == "block"
    assert [finding["code"] for finding in answer["findings"]] == ["unreadable_face", "unreadable_face"]
    assert "this school works without biometrics" in answer["findings"][0]["message"]
    first = _identify(staff_program, answer, 1, school.people["Amira"])
    assert (first["decision"], len(first["findings"])) == ("block", 1)
    second = _identify(staff_program, first, 2, school.people["Tom"])
    assert (second["decision"], second["findings"]) == ("approve", [])


def test_one_person_is_not_two_faces(school: School, staff_program: Program) -> None:
    """The rules are the same: the same name for both faces blocks."""
    answer = staff_program.check(AMIRA_HUE, TOM_HUE).json()
    for face in (1, 2):
        answer = _identify(staff_program, answer, face, school.people["Amira"])
    assert (answer["decision"], answer["findings"][0]["code"]) == ("block", "same_person_twice")


@pytest.mark.parametrize("why", ["listed", "refused"])
def test_who_may_not_be_shown_is_not(school: School, staff_program: Program, why: str) -> None:
    """The list and every refusal hold for people who were named by hand as for any other."""
    if why == "refused":
        school.say("Tom", Stance.REFUSED)
    else:
        with school.services.store.transaction("user:lead", school.clock()) as tx:
            assert tx.consent.list_person(school.people["Tom"]).search is None
    answer = staff_program.check(TOM_HUE).json()
    answer = _identify(staff_program, answer, 1, school.people["Tom"])
    assert (answer["decision"], answer["faces"][0]["status"]) == (
        "block",
        {"listed": "do_not_publish", "refused": "no_consent"}[why],
    )


def test_staff_choose_from_the_list_of_the_event(
    school: School, new_person: NewPerson, log_lines: Callable[[], str]
) -> None:
    """The page of a face offers who was there; saying it for each face gives the approval."""
    office = new_person("office")
    check = _upload(school, "office@school.example")
    for face, who in ((1, "Amira"), (2, "Tom")):
        page = office.get(f"/checks/{check}/faces/{face}", params={"group": "fair"})
        assert school.people[who] in page.text
        form = {"action": "identify", "face": str(face), "person": school.people[who]}
        answer = office.post(f"/checks/{check}/resolutions", data=form)
        assert answer.status_code == 303
        check = answer.headers["location"].rsplit("/", 1)[1].split("#")[0].split("?")[0]
    assert "You may publish exactly this picture" in office.get(f"/checks/{check}").text
    assert "AssertionError" not in log_lines()


def _identify(program: Program, check: dict[str, Any], face: int, person: str) -> dict[str, Any]:
    said = {"action": "identify", "face": face, "person": person}
    answer = program.http.post(f"/v1/checks/{check['id']}/resolutions", headers=program.headers, json=said)
    assert answer.status_code in {200, 201}, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _upload(school: School, email: str) -> str:
    """Upload a picture of the event as somebody who signed in."""
    with school.services.store.reading("user:admin", school.clock()) as tx:
        user = tx.users.find(email)
    assert user is not None
    wish = build_draft("website", event="fair", attestations=ATTESTED)
    record = school.services.screener.check(upload_of(AMIRA_HUE, TOM_HUE), wish, user.id)
    assert not record.approved
    return record.id
