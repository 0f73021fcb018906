"""What stands in the picture besides faces, and the words: shown where it is, with what can be done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from gatekeeper.types import Box
from gatekeeper.vision.text.reader import Line, Writing
from tests.support.gate import FakeWords, fake_engine
from tests.support.http import NewPerson, Program
from tests.support.pages import ask, read, resolve
from tests.support.people import OnePlace
from tests.support.school import AMIRA_HUE, STRANGER_HUE, Clock, School, founded

WRITTEN = Writing((Line("Tom Jones", Box(250, 4, 30, 10), 0.99),))


@pytest.fixture
def school(tmp_path: Path, clock: Clock, request: pytest.FixtureRequest) -> Iterator[School]:
    """Say what is read in every picture, or find a body in each."""
    engine = replace(fake_engine(), people=OnePlace(Box(0.8, 0.1, 0.15, 0.8))) if request.param == "body" else None
    words = FakeWords(WRITTEN) if request.param == "writing" else None
    with founded(tmp_path / "data", clock, engine, words) as school:
        yield school


writing = pytest.mark.parametrize("school", ["writing"], indirect=True)
body = pytest.mark.parametrize("school", ["body"], indirect=True)
plain = pytest.mark.parametrize("school", ["plain"], indirect=True)


@writing
def test_a_name_in_the_picture_is_outlined_and_covered(office: TestClient, school: School) -> None:
    """It has a letter, words and its own button; the place is sent as it was found, and its row is linked."""
    address = ask(office, school, AMIRA_HUE)
    page = office.get(address)
    assert 'aria-label="Place A: Writing in the picture"' in page.text
    assert 'href="#place-A"' in page.text
    assert "A full name or surname from the register can be read in the picture." in read(page)
    row = page.text.partition('id="place-A"')[2].partition("</form>")[0]
    edges = dict(re.findall(r'name="(left|top|right|bottom)" value="([\d.]+)"', row))
    assert 0 <= float(edges["left"]) < float(edges["right"]) <= 100
    answer = resolve(office, address, action="cover", **edges)
    with school.services.store.reading("user:admin", school.clock()) as tx:
        covered = tx.checks.get(answer.url.path.rpartition("/")[2]).draft.request.covered
    assert len(covered) == 1
    assert covered[0].y == pytest.approx(float(edges["top"]) / 100)


@body
def test_somebody_without_a_face_is_marked_covered_or_confirmed(
    office: TestClient, new_person: NewPerson, school: School
) -> None:
    """The place leads to marking the head with its edges filled in; the confirmation is one form."""
    address = ask(office, school, AMIRA_HUE)
    words = read(office.get(address))
    assert "A · A person without a face" in words
    assert "No other person can be recognised besides the faces with a number." in words
    form = office.get(f"{address}/area?place=A").text
    assert re.search(r'name="left" value="80\.\d"', form)
    assert re.search(r'name="left" value="0\.0"', office.get(f"{address}/area").text)
    confirmed = resolve(office, address, action="attest", attestations=["nobody_recognisable"])
    assert "A · A person without a face" in read(confirmed)
    assert "Approved" in read(resolve(new_person("second"), confirmed.url.path, action="approve"))


@plain
def test_what_was_changed_in_the_words_is_shown_with_why(office: TestClient, school: School) -> None:
    """The stretch as it was typed, what it became, and the rule."""
    address = ask(office, school, AMIRA_HUE, caption="Amira Khan plants beans")
    words = read(office.get(address))
    assert "Caption that may go out Amira plants beans" in words
    assert "Caption: Amira Khan has to be Amira. People are called by their first name only." in words
    assert "Approved" in read(resolve(office, address, action="accept_words"))


@plain
def test_the_proposed_caption_is_taken_with_one_click(office: TestClient, school: School) -> None:
    """A caption that blocks comes with one that does not; using it keeps the other words."""
    address = ask(office, school, AMIRA_HUE, caption="Tom Jones", alt_text="A child")
    page = office.get(address)
    assert "Caption that may go out" in read(page)
    form = page.text.partition('class="proposed"')[2].partition("</form>")[0]
    assert 'name="action" value="accept_words"' in form
    answer = resolve(office, address, action="accept_words")
    assert "Approved" in read(answer)
    assert "Amira" in read(answer)
    assert "A child" in read(answer)


@plain
def test_words_are_changed_without_sending_the_picture_again(office: TestClient, school: School) -> None:
    """Of an approved picture too; the same words again are refused, and an approval is not carried over."""
    address = ask(office, school, AMIRA_HUE, caption="Beans")
    assert office.post(f"{address}/resolutions", data={"action": "reword", "caption": "Beans"}).status_code == 409
    answer = resolve(office, address, action="reword", caption="Peas")
    assert "Peas" in read(answer)
    assert "Replaced" in read(office.get(address))


@plain
def test_programs_change_words_too(staff_program: Program) -> None:
    """What is left out of the new words is gone."""
    old = staff_program.check(AMIRA_HUE, caption="Call 020 7946 0123", credit="The club").json()
    body = {"action": "reword", "caption": "Amira"}
    address = f"/v1/checks/{old['id']}/resolutions"
    new = staff_program.http.post(address, headers=staff_program.headers, json=body).json()
    assert (new["decision"], new["caption"], new["credit"]) == ("approve", "Amira", None)


@plain
def test_who_asked_not_to_be_shown_is_described_and_confirmed(new_person: NewPerson, school: School) -> None:
    """Each description of the event stands on the result with a box to tick of its own."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.groups.add_event("fair", "Fair", school.clock().date(), frozenset(school.people.values()))
        asked = tx.objections.add("fair", "a man in a red cap").objection
    office = new_person()
    address = ask(office, school, AMIRA_HUE, STRANGER_HUE, event="fair")
    page = office.get(address)
    assert "a man in a red cap" in read(page)
    assert f'value="{asked.attestation}"' in page.text
    answer = resolve(office, address, action="attest", attestations=[asked.attestation])
    assert "a man in a red cap" not in read(answer)


@plain
def test_programs_accept_proposed_words(staff_program: Program) -> None:
    """One that may resolve takes them; one that agreed to cuts of surnames beforehand is answered at once."""
    old = staff_program.check(AMIRA_HUE, caption="Amira Khan digs").json()
    assert (old["decision"], old["caption"], old["proposed_caption"]) == ("block", None, "Amira digs")
    assert {one["code"]: one["severity"] for one in old["findings"]}["caption_changed"] == "block"
    address = f"/v1/checks/{old['id']}/resolutions"
    answer = staff_program.http.post(address, headers=staff_program.headers, json={"action": "accept_words"})
    assert answer.json()["caption"] == "Amira digs"
    again = staff_program.http.post(
        f"/v1/checks/{answer.json()['id']}/resolutions", headers=staff_program.headers, json={"action": "accept_words"}
    )
    assert again.status_code == 409
    accepted = staff_program.check(AMIRA_HUE, caption="Amira Khan digs", accept_changes="surnames").json()
    assert (accepted["decision"], accepted["caption"]) == ("approve", "Amira digs")
    other = staff_program.check(AMIRA_HUE, caption="Khan, Amira digs", accept_changes="surnames").json()
    assert (other["decision"], other["proposed_caption"]) == ("block", "Amira digs")
