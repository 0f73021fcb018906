"""My pictures: each once, by what became of it, with what happened since."""

from __future__ import annotations

import re
from html import unescape

from sqlalchemy import event
from starlette.testclient import TestClient

from consent_db.approvals.records import CheckDraft
from consent_db.publishing.records import PublicationDraft
from gatekeeper.consent.permission import Stance
from gatekeeper.types import Role
from tests.support.http import NewPerson
from tests.support.pages import ask, read, resolve
from tests.support.school import AMIRA_HUE, STRANGER_HUE, TOM_HUE, School

SHOWN = ("approved", "blocked", "ended", "nothing")


def user_of(school: School) -> str:
    """Return the account that has checked something."""
    with school.services.store.reading("tests", school.clock()) as tx:
        return tx.checks.recent()[0].actor


def publish(school: School, address: str) -> None:
    """Report a picture as published now."""
    with school.services.store.transaction("user:office", school.clock()) as tx:
        tx.publications.record(PublicationDraft(address.rpartition("/")[2], school.clock(), post_id="1"))


def test_each_state_can_be_shown_alone(office: TestClient, school: School) -> None:
    """The filter counts what there is; a state that does not exist is said to be none."""
    ended, blocked, approved = (ask(office, school, hue) for hue in (TOM_HUE, STRANGER_HUE, AMIRA_HUE))
    school.say("Tom", Stance.WITHDRAWN)
    assert "All 3 Approved 1 Blocked 1 Ended 1" in read(office.get("/checks"))
    shown = {name: re.findall(r'href="(/checks/chk_\w+)', office.get(f"/checks?show={name}").text) for name in SHOWN}
    assert {name: set(found) for name, found in shown.items()} == {
        "approved": {approved},
        "blocked": {blocked},
        "ended": {ended},
        "nothing": set(),
    }
    assert office.get("/checks?show=nothing").status_code == 422


def test_what_is_shown_is_what_goes_out(office: TestClient, school: School) -> None:
    """An approved picture stands there with the caption that may be published, a blocked one with what stops it."""
    ask(office, school, AMIRA_HUE, caption="Amira plants beans")
    ask(office, school, STRANGER_HUE)
    words = read(office.get("/checks"))
    assert "Amira plants beans" in words
    assert "One face is not recognised." in words


def test_what_happened_since_is_told(office: TestClient, school: School) -> None:
    """Published; then somebody takes their consent back, and it has to come down; then it is down."""
    address = ask(office, school, AMIRA_HUE)
    publish(school, address)
    assert "Published on Website on 10 March 2026." in read(office.get("/checks"))
    school.clock.advance(minutes=5)
    school.say("Amira", Stance.WITHDRAWN)
    words = read(office.get("/checks"))
    assert "No longer approved" in words
    assert "It has to come down by 11 March 2026, 09:05." in words
    with school.services.store.transaction("user:office", school.clock()) as tx:
        tx.takedowns.done(tx.takedowns.waiting()[0].id, "Answers 404")
    for page in ("/checks", address):
        assert "Published on Website on 10 March 2026, taken down on 10 March 2026." in read(office.get(page))


def test_a_picture_leads_back_to_its_page(office: TestClient, school: School) -> None:
    """Of the list, its filter and its order; the next picture leads to the page that it is on."""
    for _ in range(3):
        ask(office, school, AMIRA_HUE)
    with school.services.store.transaction(user_of(school), school.clock()) as tx:
        for _ in range(58):
            tx.checks.receive(CheckDraft("website"))
    second = office.get("/checks?page=2")
    assert ("Page 2 of 2" in read(second), "51 to 61 of 61 pictures" in read(second)) == (True, True)
    address = unescape(re.findall(r'href="(/checks/chk_\w+[^"]*)"', second.text)[-1])
    assert address.endswith("?list=mine&page=2")
    assert 'href="/checks?page=2"' in office.get(address).text
    narrowed = office.get("/checks?show=approved&order=up").text
    address = unescape(re.findall(r'href="(/checks/chk_\w+[^"]*)"', narrowed)[0])
    page = office.get(address)
    assert 'href="/checks?show=approved&amp;order=up"' in page.text
    assert "Picture 1 of 3" in read(page)
    assert office.get(address.replace("approved", "nothing")).status_code == 200


def test_captions_are_searched(office: TestClient, school: School) -> None:
    """Without regard to accents, and within what the filters show; what was typed is in no address."""
    found = ask(office, school, AMIRA_HUE, caption="Zoë's café in 7A")
    ask(office, school, AMIRA_HUE, caption="Beans")
    answer = office.post("/checks/found", data={"words": "cafe 7a"})
    assert re.findall(r'href="(/checks/chk_\w+)', answer.text) == [found]
    assert "cafe" not in "".join(re.findall(r'(?:href|action)="([^"]+)"', answer.text))
    assert "No picture matches" in read(office.post("/checks/found", data={"words": "nothing like it"}))
    assert office.post("/checks/found", data={"show": "approved"}).headers["Location"] == "/checks?show=approved"


def test_staff_list_their_own_pictures_only(office: TestClient, new_person: NewPerson, school: School) -> None:
    """On the page, in a search and in the file; who sees every check may list everyone's."""
    address = ask(office, school, AMIRA_HUE, caption="Beans")
    other, head = new_person("other"), new_person("head", Role.APPROVER)
    for asked in ("/checks?whose=everyone", "/checks"):
        assert address not in other.get(asked).text
    assert address not in other.post("/checks/found?whose=everyone", data={"words": "beans"}).text
    assert "Beans" not in other.post("/checks/list.csv?whose=everyone").text
    assert address not in head.get("/checks").text
    assert address in head.get("/checks?whose=everyone").text
    assert "Beans" in head.post("/checks/list.csv?whose=everyone&show=approved").text
    steps = unescape(re.findall(f'href="({address}[^"]*)"', head.get("/checks?whose=everyone").text)[0])
    assert 'href="/checks?whose=everyone"' in head.get(steps).text


def test_more_pictures_take_no_more_queries(office: TestClient, school: School) -> None:
    """One picture and three, published and replaced, are read with as many queries."""

    def queries() -> int:
        """Return the fewest of three, since the queue asks the database at times as well."""
        return min(once() for _ in range(3))

    def once() -> int:
        asked: list[object] = []
        engine = school.services.store._engine
        event.listen(engine, "before_cursor_execute", note := lambda *_: asked.append(1))
        assert office.get("/checks").status_code == 200
        event.remove(engine, "before_cursor_execute", note)
        return len(asked)

    def replaced() -> None:
        address = ask(office, school, AMIRA_HUE)
        publish(school, address)
        resolve(office, address, action="reword", caption="Beans")

    replaced()
    one = queries()
    replaced()
    replaced()
    assert queries() == one
