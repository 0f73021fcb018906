"""Many pictures at once, each its own check, and those approved as one file."""

from __future__ import annotations

import csv
import re
import zipfile
from io import BytesIO, StringIO

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from api.application.jobs import Pool
from consent_db.checks.batch.batches import MOST
from gatekeeper.consent.permission import Stance
from gatekeeper.types import Role
from tests.support.batches import FORM, examine, send, three
from tests.support.gate import upload_of
from tests.support.http import NewPerson
from tests.support.pages import read, resolve
from tests.support.school import AMIRA_HUE, TOM_HUE, School


def names_of(answer: Response) -> list[str]:
    return zipfile.ZipFile(BytesIO(answer.content)).namelist()


def test_many_pictures_become_checks_of_their_own(office: TestClient, school: School) -> None:
    """The page counts them, shows each state alone, and links to every one."""
    address = three(office, school)
    page = office.get(address)
    assert "3 of 3 examined" in read(page)
    assert re.findall(r"(All|Approved|To sort out) (\d)", read(page)) == [
        ("All", "3"),
        ("To sort out", "1"),
        ("Approved", "2"),
    ]
    assert len(set(re.findall(r'href="/checks/chk_\w+', page.text))) == 3
    assert re.findall(r'class="file">([^<]+)<', page.text) == [f"Amira Khan {at}.png" for at in range(3)]
    assert "To sort out Not recognised" in read(page)
    for show, names in (("open", ["Amira Khan 1.png"]), ("approved", ["Amira Khan 0.png", "Amira Khan 2.png"])):
        assert re.findall(r'class="file">([^<]+)<', office.get(f"{address}?show={show}").text) == names
    assert address.rpartition("/")[2] in office.get("/checks").text


def test_a_batch_is_counted_while_it_is_examined(
    office: TestClient, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until every picture has its answer the page says how many have, and asks again by itself."""
    monkeypatch.setattr(Pool, "submit", lambda *_: None)
    address = send(office, upload_of(AMIRA_HUE), upload_of(TOM_HUE)).headers["Location"]
    page = office.get(address)
    assert "0 of 2 examined" in read(page)
    assert 'http-equiv="refresh"' in page.text
    assert "Download all" not in read(page)
    assert office.get(f"{address}/approved.zip").status_code == 409
    examine(school, address)
    assert 'http-equiv="refresh"' not in office.get(address).text


def test_all_that_is_approved_comes_as_one_file(office: TestClient, school: School) -> None:
    """The blocked one is not in it, nor what was withdrawn since; names and times tell nobody anything."""
    address = three(office, school)
    answer = office.get(f"{address}/approved.zip")
    assert answer.headers["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(BytesIO(answer.content))
    assert archive.testzip() is None
    *pictures, words, listed = archive.infolist()
    assert all(re.fullmatch(r"\d{3}-[0-9a-f]{12}\.jpg", one.filename) for one in pictures)
    assert len(pictures) == 2
    assert {one.date_time for one in (*pictures, words, listed)} == {(1980, 1, 1, 0, 0, 0)}
    assert archive.read(words).decode().count("Caption: ") == 2
    rows = list(csv.DictReader(StringIO(archive.read(listed).decode("utf-8-sig"))))
    assert [row["file"] for row in rows] == [one.filename for one in pictures]
    assert {(row["channel"], row["until"]) for row in rows} == {("Website", "11 March 2026, 09:00")}
    assert [row["caption"] for row in rows] == ["Amira", "Tom"]
    school.say("Amira", Stance.WITHDRAWN)
    assert len(names_of(office.get(f"{address}/approved.zip"))) == 3


def test_what_was_sorted_out_counts_in_its_batch(office: TestClient, school: School) -> None:
    """The batch follows each picture to its newest check."""
    address = three(office, school)
    (blocked,) = set(re.findall(r'href="(/checks/chk_\w+)', office.get(f"{address}?show=open").text))
    resolve(office, blocked, action="identify", face="1", person=school.people["Zoe"])
    assert "Download all 3 approved" in read(office.get(address))


def test_a_file_that_is_too_large_stops_no_other(
    office: TestClient, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is left out and said to be missing; alone it comes back with the form."""
    small = upload_of(AMIRA_HUE)
    large = b"x" * (len(small) + 1)
    settings = school.services.settings.model_copy(update={"max_upload_bytes": len(small)})
    object.__setattr__(school.services, "settings", settings)
    address = send(office, small, large, b"").headers["Location"]
    examine(school, address)
    school.clock.advance(minutes=11)
    assert "1 of 2 did not arrive" in read(office.get(address))
    assert "These did not arrive Amira Khan 1.png" in read(office.get(address))
    alone = send(office, large, caption="Beans")
    assert alone.status_code == 422
    assert "This file is larger than" in read(alone)
    assert "Beans</textarea>" in alone.text


def test_more_pictures_than_may_be_sent_are_refused(office: TestClient) -> None:
    """One form holds two hundred, and one batch no more than it was begun for."""
    assert send(office, *[b"x"] * (MOST + 1)).status_code == 400
    assert office.post("/batches", data={"expected": str(MOST + 1)}).status_code == 409
    address = office.post("/batches", data={"expected": "1"}).headers["Location"]
    files = {"photo": ("a.jpg", upload_of(AMIRA_HUE), "image/jpeg")}
    first, second = (office.post(f"{address}/pictures", data=FORM, files=files) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 409)


def test_a_batch_is_sent_picture_by_picture(office: TestClient, school: School) -> None:
    """Each is a request of its own with the limit of one picture; what is missing is said."""
    names = ["Amira Khan.jpg", "../DCIM/IMG_2.jpg"]
    address = office.post("/batches", data={"expected": "2", "name": names}).headers["Location"]
    files = {"photo": ("a.jpg", upload_of(AMIRA_HUE), "image/jpeg")}
    answer = office.post(f"{address}/pictures", data=FORM | {"place": "1"}, files=files)
    assert re.fullmatch(r"/checks/chk_\w+", answer.headers["Location"])
    assert office.post(f"{address}/pictures", data=FORM | {"channel": "nowhere"}, files=files).status_code == 422
    assert office.post(f"{address}/pictures", data=FORM).status_code == 413
    assert office.post(f"{address}/pictures", data=FORM | {"place": "1"}, files=files).status_code == 409, "it is here"
    page = read(office.get(address))
    assert "1 of 2 have arrived so far" in page
    assert "Not here yet Amira Khan.jpg" in page
    assert "IMG_2.jpg" in page
    assert "DCIM" not in page
    assert office.post("/batches", data={"expected": "2", "name": ["one.jpg"]}).status_code == 409


def test_a_batch_is_its_senders_own(new_person: NewPerson, school: School) -> None:
    """Colleagues find nothing there and add nothing to it; an approver may look."""
    address = three(new_person("office"), school)
    other, head = new_person("other"), new_person("head", Role.APPROVER)
    files = {"photo": ("a.jpg", upload_of(AMIRA_HUE), "image/jpeg")}
    assert [other.get(path).status_code for path in (address, f"{address}/approved.zip")] == [404] * 2
    assert head.post(f"{address}/pictures", data=FORM, files=files).status_code == 404
    assert head.get(address).status_code == 200


def test_a_wrong_field_is_a_sentence_and_nothing_is_taken_in(office: TestClient, school: School) -> None:
    """A channel that is not there, or a date that is none, leaves no check behind."""
    picture = upload_of(AMIRA_HUE)
    answers = [send(office, picture, picture, **wrong) for wrong in ({"channel": "nowhere"}, {"publish_at": "soon"})]
    assert [answer.status_code for answer in answers] == [422, 422]
    with school.services.store.reading("user:admin", school.clock()) as tx:
        assert tx.checks.recent(limit=5) == []
