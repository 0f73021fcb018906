"""One decision for many pictures of a batch, looked at one after another."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from api.application.checks.resolve.resolution import Action, Resolution
from gatekeeper.types import Role
from tests.support.batches import examine, send
from tests.support.gate import upload_of
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.queue import wait_until_answered
from tests.support.school import AMIRA_HUE, ATTESTED, STRANGER_HUE, TOM_HUE, School


def sent(office: TestClient, school: School, *pictures: bytes, **fields: Any) -> str:
    """Send a batch, wait for the answers, and return its address."""
    address: str = send(office, *pictures, **fields).headers["Location"]
    examine(school, address)
    return address


def question(page: Response) -> str:
    """Return the address of the first walk that a batch offers."""
    found = re.search(r'href="(/batches/bat_\w+/questions\?about=\w+)"', page.text)
    assert found is not None
    return found[1]


def on_screen(page: Response) -> str:
    found = re.search(r'name="shown" value="(chk_\w+)"', page.text)
    assert found is not None
    return found[1]


def walked(office: TestClient, address: str, *answers: str) -> dict[str, list[str]]:
    """Answer for each picture in turn, and return what the last page would send."""
    page, said = office.get(address), dict[str, list[str]](yes=[], no=[])
    for answer in answers:
        shown = on_screen(page)
        assert f"/checks/{shown}/picture" in page.text
        page = office.post(address, data={**said, "shown": shown, "answer": answer})
        said[answer].append(shown)
    assert re.findall(r'name="yes" value="(chk_\w+)" checked', page.text) == said["yes"]
    return said


def settled(office: TestClient, school: School, answer: Response) -> str:
    """Wait until the queue has examined everything again, and return what the batch says."""
    assert answer.status_code == 303, read(answer)
    wait_until_answered(school.services)
    return read(office.get(answer.headers["Location"]))


def test_what_was_not_confirmed_is_confirmed_for_all_after_a_look_at_each(office: TestClient, school: School) -> None:
    """Picture by picture, one of them left out; nothing is sent before the end, and the queue does the rest."""
    address = sent(office, school, *[upload_of(AMIRA_HUE)] * 2, upload_of(TOM_HUE), attestations=[])
    walk = question(office.get(address))
    said = walked(office, walk, "yes", "no", "yes")
    assert "Approved" not in read(office.get(address)), "nothing was sent yet"
    words = settled(office, school, office.post(walk, data={"yes": said["yes"], "answer": "apply"}))
    assert "Saved for 2 pictures. Each was checked again with that." in words
    assert "To sort out 1 Approved 2" in words
    refused = office.post(walk, data={"yes": said["yes"], "answer": "apply"})
    assert refused.status_code == 422, "they are no more asked about"


def test_that_no_person_can_be_recognised_is_asked_once(
    office: TestClient, new_person: NewPerson, school: School
) -> None:
    """Of the pictures in which none was found, and by no colleague who may not see the batch."""
    address = sent(office, school, *[upload_of()] * 3, upload_of(STRANGER_HUE))
    page = office.get(address)
    assert "No person in the picture can be recognised.Asked about 3 pictures." in read(page)
    walk = question(page)
    other = new_person("other")
    assert other.get(walk).status_code == 404
    assert other.post(walk, data={"answer": "apply", "yes": ["chk_1"]}).status_code == 404
    assert other.post(f"{address}/extension").status_code == 404
    assert office.get(f"{address}/questions?about={'0' * 16}").status_code == 404
    said = walked(office, walk, "yes", "yes", "yes")
    assert "To sort out 1 With a colleague 3" in settled(
        office, school, office.post(walk, data={**said, "answer": "apply"})
    )


def test_the_same_words_are_changed_once(office: TestClient, school: School) -> None:
    """A caption that cannot go out with any of them: taken as proposed, or written anew, for all."""
    pictures, typed = [upload_of(AMIRA_HUE)] * 2, {"caption": "Amira Khan plants beans"}
    for action, more, caption in (
        ("accept_words", {}, "Amira plants beans"),
        ("reword", {"caption": "Planting beans"}, "Planting beans"),
    ):
        address = sent(office, school, *pictures, **typed)
        page = office.get(address)
        assert "The words of 2 pictures cannot go out as typed." in read(page)
        key = re.findall(r'name="key" value="(\w+)"', page.text)[0]
        if action == "accept_words":
            unseen = office.post(f"{address}/words", data={"key": key, "action": action, "offer": "0" * 16})
            assert unseen.status_code == 409, "other words were proposed when the page was shown"
        (offer,) = re.findall(r'name="offer" value="(\w+)"', page.text)
        answer = office.post(f"{address}/words", data={"key": key, "action": action, "offer": offer, **more})
        assert "Download all 2 approved" in settled(office, school, answer)
        check = re.findall(r"/checks/(chk_\w+)", office.get(address).text)[0]
        assert caption in read(office.get(f"/checks/{check}"))
        again = office.post(f"{address}/words", data={"key": key, "action": action, **more})
        assert again.status_code == 409


def test_approvals_of_a_batch_are_extended_together(office: TestClient, school: School) -> None:
    """Each as a new check; meanwhile it is being checked, and afterwards there is nothing left to extend."""
    address = sent(office, school, upload_of(AMIRA_HUE), upload_of(TOM_HUE), upload_of(STRANGER_HUE))
    school.clock.advance(minutes=20)
    assert "2 approvals can last longer." in read(office.get(address))
    words = settled(office, school, office.post(f"{address}/extension"))
    until = (school.clock() - timedelta(minutes=20) + timedelta(days=7)).day
    assert words.count(f"until {until} ") == 2
    assert "can last longer" not in words
    assert office.post(f"{address}/extension").status_code == 409


def test_a_picture_that_was_changed_meanwhile_keeps_none_back(office: TestClient, school: School) -> None:
    """The others are confirmed, and the page says that one was left alone."""
    address = sent(office, school, *[upload_of(AMIRA_HUE)] * 3, attestations=[])
    walk = question(office.get(address))
    said = walked(office, walk, "yes", "yes", "yes")
    confirmed = {"action": "attest", "attestations": ["appropriately_dressed", "not_compromising"]}
    office.post(f"/checks/{said['yes'][0]}/resolutions", data=confirmed)
    words = settled(office, school, office.post(walk, data={**said, "answer": "apply"}))
    assert "Saved for 2 pictures." in words
    assert "One had been changed meanwhile and was left alone." in words


def test_a_face_that_a_colleague_marks_meanwhile_is_not_passed_over(
    office: TestClient, new_person: NewPerson, school: School
) -> None:
    """Of two answers to one check only the first is taken, so no approval can lack what the other says."""
    address = sent(office, school, *[upload_of(AMIRA_HUE)] * 2, attestations=[])
    walk = question(office.get(address))
    said = walked(office, walk, "yes", "yes")
    first = said["yes"][0]
    head = new_person("head", Role.APPROVER)
    begun = school.screener.begin(first, Resolution(Action.ATTEST, attestations=ATTESTED), "user:office", Role.STAFF)
    marked = {"action": "missed_face", "left": 2, "top": 2, "right": 12, "bottom": 12}
    late = head.post(f"/checks/{first}/resolutions", data=marked)
    assert (late.status_code, "being checked again" in read(late)) == (409, True)
    school.screener.run(begun)
    words = settled(office, school, office.post(walk, data={**said, "answer": "apply"}))
    assert "One had been changed meanwhile and was left alone." in words
    assert head.post(f"/checks/{begun}/resolutions", data=marked).status_code == 303
    with school.services.store.reading("tests", school.clock()) as tx:
        assert not tx.checks.get(begun).stands(school.clock())
