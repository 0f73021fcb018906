"""My pictures: each once, by what became of it, with what happened since."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from api.web.checks.lists import check_list
from consent_db.publishing.records import PublicationDraft
from gatekeeper.consent.permission import Stance
from tests.support.pages import ask, read, resolve
from tests.support.school import AMIRA_HUE, STRANGER_HUE, TOM_HUE, School

SHOWN = ("approved", "blocked", "ended", "nothing")


def publish(school: School, address: str) -> None:
    """Report a picture as published now."""
    with school.services.store.transaction("user:office", school.clock()) as tx:
        tx.publications.record(PublicationDraft(address.rpartition("/")[2], school.clock(), post_id="1"))


def test_each_state_can_be_shown_alone(office: TestClient, school: School) -> None:
    """The filters count what there is; one that does not exist shows everything."""
    ended, blocked, approved = (ask(office, school, hue) for hue in (TOM_HUE, STRANGER_HUE, AMIRA_HUE))
    school.say("Tom", Stance.WITHDRAWN)
    assert "All 3 Approved 1 Blocked 1 Ended 1" in read(office.get("/checks"))
    shown = {name: re.findall(r'href="(/checks/chk_\w+)', office.get(f"/checks?show={name}").text) for name in SHOWN}
    assert {name: set(found) for name, found in shown.items()} == {
        "approved": {approved},
        "blocked": {blocked},
        "ended": {ended},
        "nothing": {ended, blocked, approved},
    }


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


def test_there_are_pages(office: TestClient, school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links lead from one to the next within what is shown; behind the last page is the last page."""
    monkeypatch.setattr(check_list, "ON_A_PAGE", 2)
    for _ in range(3):
        ask(office, school, AMIRA_HUE)
    ask(office, school, STRANGER_HUE)
    first, second = office.get("/checks?show=approved"), office.get("/checks?show=approved&page=2")
    assert 'href="/checks?show=approved&amp;page=2"' in first.text
    assert "Page 2 of 2" in read(second)
    assert 'href="/checks?show=approved">Newer' in second.text
    shown = [re.findall(r'href="/checks/chk_\w+', answer.text) for answer in (first, second)]
    assert [len(found) for found in shown] == [2, 1]
    assert read(office.get("/checks?show=approved&page=9")) == read(second)


def test_more_pictures_take_no_more_queries(office: TestClient, school: School) -> None:
    """One picture and three, published and replaced, are read with as many queries."""

    def queries() -> int:
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
