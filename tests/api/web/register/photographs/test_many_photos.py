"""Reference photographs of many people at once, on the pages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from api.application.data_rights.erasure import erase
from api.application.data_rights.subject_access_page import page
from api.application.register import photo_uploading
from api.application.register.photo_uploading import LEASE, LIFE, forget_old, run
from api.platform.storage import Installation
from consent_db.data_rights.subject_access import Asked
from consent_db.enrolment.photo_uploads import FileState
from consent_db.enrolment.photo_work import WaitingPerson
from gatekeeper.consent.permission import Stance, Subject
from gatekeeper.types import PersonId, Role
from tests.api.web.register.person.test_photos import DIFFERENT, portrait
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import AMIRA_HUE, STRANGER_HUE, TOM_HUE, School

PATH = "/admin/photographs"


@pytest.fixture
def admin(new_person: NewPerson) -> TestClient:
    """An administrator who has just signed in."""
    return new_person("admin", Role.ADMIN)


def packed(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def give(admin: TestClient, files: Mapping[str, bytes]) -> Response:
    return admin.post(PATH, files=[("photos", (name, data, "application/zip")) for name, data in files.items()])


def examined(school: School) -> None:
    """Let the background worker do what waits."""
    run(school.services, lambda: None)


def stored(school: School) -> list[Path]:
    return list((school.services.settings.data / "photographs").glob("*"))


def made_of(school: School, name: str) -> int:
    with school.services.store.reading("user:admin", school.clock()) as tx:
        return sum(one.photographs for one in tx.enrolment.of(school.people[name]))


def test_each_file_of_a_zip_is_used_or_refused_with_its_reason(admin: TestClient, school: School) -> None:
    """By name through folders; progress first, then the result, which stays; the pictures do not."""
    school.add("Noor", "Haddad", None)
    school.say("Noor", Stance.WITHDRAWN, Subject.BIOMETRICS)
    school.add("Idris", "Khan", None)
    answer = give(
        admin,
        {
            "all.zip": packed(
                {
                    "photos/7A/Khan Amira 1.jpg": portrait(AMIRA_HUE),
                    "photos/7A/Khan Amira 2.jpg": portrait(AMIRA_HUE + DIFFERENT),
                    "photos/7A/Khan Amira 3.jpg": b"MZ no picture",
                    "photos/Jones Tom.png": portrait(AMIRA_HUE + 3),
                    "photos/Noor Haddad.jpg": portrait(STRANGER_HUE),
                    "photos/IMG_1.jpg": portrait(STRANGER_HUE),
                    "photos/Thumbs.db": b"clutter",
                }
            )
        },
    )
    page = answer.headers["Location"]
    assert len(stored(school)) == 3
    assert not any(b"\xff\xd8\xff" in path.read_bytes() for path in stored(school))
    assert "3 of 6 done" in read(admin.get(page))
    assert "no reference photographs" not in read(admin.get(page))
    assert 'data-again="4"' in admin.get(page).text
    examined(school)
    text = read(admin.get(page))
    assert "Done: 1 person enrolled" in text
    assert "2 photographs used, 4 not used." in text
    assert "Amira Khan The same family name, and no reference photographs: Idris Khan." in text
    assert "7A/Khan Amira 3.jpg Amira Khan" in text
    assert "This is not a photograph in a format that can be read." in text
    assert "It looks like Amira Khan. Check whose photograph it is." in text
    assert "There is no consent to recognising this person’s face, so it was not kept." in text
    assert "No person on the register has this number or whole name." in text
    assert (made_of(school, "Amira"), stored(school)) == (2, [])
    assert "2 used, 4 not used" in read(admin.get(PATH))
    assert len(admin.post(f"{page}/refused.csv").text.splitlines()) == 5
    assert "4 files, of 6 in all" in read(admin.get(f"{page}?state=refused"))


def test_bad_zip_files_are_refused_whole_and_nothing_is_stored(
    admin: TestClient, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A damaged one, and one that unpacks to far more than photographs do; single photographs need no zip."""
    monkeypatch.setattr(photo_uploading, "_SLACK", 100_000)
    bomb = packed({f"Amira Khan {at}.jpg": b"\xff\xd8\xff\xe0" + bytes(1_000_000) for at in range(1, 9)})
    assert len(bomb) < 100_000
    plain = packed({"a.jpg": b"x"})
    crowded = plain[:-10] + (64_000_000).to_bytes(4, "little") + plain[-6:]  # says that its list of files has 64 MB
    cases = ((b"PK\x03\x04 damaged", "no folder or zip file"), (bomb, "far more than photographs do"))
    for data, said in (*cases, (crowded, "more than 10,000 files")):
        answer = give(admin, {"x.zip": data})
        assert (answer.status_code, said in read(answer), stored(school)) == (422, True, [])
    assert "Choose a zip file" in read(admin.post(PATH, data={"a": "b"}))
    assert give(admin, {"Amira Khan.png": portrait(AMIRA_HUE)}).status_code == 303
    examined(school)
    assert made_of(school, "Amira") == 1


def test_consent_that_ends_meanwhile_and_a_cut_off_are_told(admin: TestClient, school: School) -> None:
    """No template is made without consent at that moment; what a killed service was at is not tried for ever."""
    before = made_of(school, "Amira")
    page = give(admin, {"Amira Khan.png": portrait(AMIRA_HUE), "Tom Jones.png": portrait(TOM_HUE)}).headers["Location"]
    school.say("Amira", Stance.WITHDRAWN, Subject.BIOMETRICS)
    now = datetime.now(UTC)
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tom = WaitingPerson(page.rpartition("/")[2], "user:admin", school.people["Tom"])
        taken = tx.photo_work.take_up(tom, now, now + LEASE)
        assert len(taken.waiting) == 1
    examined(school)
    assert "1 of 2 done" in read(admin.get(page))  # its lease lasts, so it is left to the process that has it
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.photo_work.renew([taken.waiting[0].id], now)  # the process was killed, and the lease ended
    examined(school)
    text = read(admin.get(page))
    assert "There is no consent to recognising this person’s face" in text
    assert "The service was interrupted while it was examined." in text
    assert (before, made_of(school, "Amira"), stored(school)) == (1, 0, [])


def test_what_is_kept_goes_with_the_person_and_with_time(admin: TestClient, school: School) -> None:
    """Erasure takes rows of the person, and those of no known person that have their name; the rest after a month."""
    school.add("Idris", "Khan", None)
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        profile = tx.people.get(school.people["Idris"]).profile
        tx.people.change(school.people["Idris"], replace(profile, first_name="Amira"))
    names = ("Amira Khan.png", "Tom Jones.png", "IMG_9.png")
    upload = give(admin, {name: portrait(STRANGER_HUE) for name in names}).headers["Location"].rpartition("/")[2]
    clock, store = school.clock, school.services.store
    with store.transaction("user:admin", clock()) as tx:
        found = tx.everything_about(Asked(PersonId(school.people["Tom"]), reasons=False, templates=False))
        data = found.data
        assert "Photograph “Tom Jones.png”</td>" in page(found, {})
        assert "It waits to be examined." in page(found, {})
        assert data["tables"]["photo_results"][0]["content"] == ["Tom Jones.png", ""]
        assert data["photographs_not_used"] == []
        found = tx.everything_about(Asked(PersonId(school.people["Amira"]), reasons=False, templates=False))
        held = found.data
        assert "Photograph “Amira Khan.png”</td>" in page(found, {})
        assert held["photographs_not_used"] == [{"photograph_that_was_not_used": "Amira Khan.png"}]
        tx.people.erase(school.people["Amira"])
        tx.people.erase(school.people["Tom"])
        assert [one.name for one in tx.photo_uploads.files(upload)] == ["IMG_9.png"]
    examined(school)
    clock.advance(days=31)
    school.believe_the_clock()
    with store.transaction("user:admin", clock()) as tx:
        tx.retain(school.services.policy.retention_days * LIFE)
        assert tx.photo_uploads.all() == []
    assert admin.get(f"{PATH}/{upload}").status_code in {303, 404}
    forget_old(school.services.waiting, school.clock() + LIFE * 1000)
    assert stored(school) == []


def test_a_counter_in_the_name_of_a_file_is_no_number(admin: TestClient, school: School) -> None:
    """The copy for the pupil of number 2 names no other child; their erasure is on the safe side all the same."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        profile = tx.people.get(school.people["Zoe"]).profile
        tx.people.change(school.people["Zoe"], replace(profile, external_id="2"))
    names = ("Unknown Child (2).png", "2 of 7A/Another Child.png")
    give(admin, {"all.zip": packed({name: portrait(STRANGER_HUE) for name in names})})
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        data = tx.everything_about(Asked(PersonId(school.people["Zoe"]), reasons=False, templates=False)).data
        assert data["photographs_not_used"] == []
        tx.people.erase(school.people["Zoe"])
        assert sum(one.total for one in tx.photo_uploads.all()) == 0


def test_a_picture_that_waits_goes_with_its_person(admin: TestClient, school: School) -> None:
    """Erased before it was examined, nothing of them stays in the data folder, not even sealed."""
    give(admin, {"Amira Khan.png": portrait(AMIRA_HUE), "Tom Jones.png": portrait(TOM_HUE)})
    assert len(stored(school)) == 2
    services = school.services
    place = Installation(services.store, services.screener.pictures, services.settings, services.clock)
    certificate = erase(place, school.people["Amira"], "user:admin")
    assert (len(stored(school)), certificate.content["destroyed"]["waiting_photographs"]) == (1, 1)


def test_only_those_who_keep_the_register_see_it(new_person: NewPerson, school: School) -> None:
    """Staff do not; and where the school recognises no faces there is no page."""
    assert new_person("teacher", Role.STAFF).get(PATH).status_code in {403, 404}
    policy = replace(school.services.policy, biometrics=False)
    object.__setattr__(school.services, "policy", policy)
    assert new_person("admin", Role.ADMIN).get(PATH).status_code == 404
    assert FileState("used") is FileState.USED
