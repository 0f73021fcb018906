"""What a one-time link opens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.application.services import open_services
from api.cli.serve import offer_set_up, reached_at
from api.platform.settings import Settings
from consent_db.accounts.records import Purpose
from gatekeeper.types import Role
from tests.support.gate import fake_engine
from tests.support.http import ORIGIN
from tests.support.pages import read
from tests.support.school import Clock, School
from tests.support.signing_in import PASSWORD, Somebody, add, installed

FORM = {"email": "head@school.example", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def empty(tmp_path: Path, clock: Clock) -> Iterator[School]:
    """An installation in which nobody can sign in yet."""
    with open_services(Settings(data=tmp_path / "empty"), fake_engine(), clock) as services:
        yield School(services, clock)


def link_of(school: School, purpose: Purpose, user: str | None = None) -> str:
    with school.services.store.transaction("command line", school.clock()) as tx:
        return tx.links.make(purpose, user)


def test_an_empty_installation_is_set_up_by_a_link(empty: School) -> None:
    """The first administrator is made, signed in as far as the second factor, and the link is gone."""
    path = f"/set-up/{link_of(empty, Purpose.SET_UP)}"
    with installed(empty) as browser:
        first = Somebody(browser, empty)
        assert "This installation is empty." in read(first.get(path))
        assert first.post(path, **FORM).headers["Location"] == "/account/second-factor?next=/admin/users"
        first.sets_app_up()
        assert "Administrator" in read(first.get("/admin/users"))
        assert first.get(path).status_code == first.post(path, **FORM).status_code == 404


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"again": "another one"}, "The two passwords differ"),
        ({"email": "nobody"}, "not an e-mail address"),
        ({"password": "short", "again": "short"}, "12 to 128"),
    ],
)
def test_a_mistake_does_not_use_the_link_up(empty: School, changes: dict[str, str], why: str) -> None:
    """The form comes back with a sentence and the address, and can be sent again."""
    path = f"/set-up/{link_of(empty, Purpose.SET_UP)}"
    with installed(empty) as browser:
        first = Somebody(browser, empty)
        answer = first.post(path, **(FORM | changes))
        assert (answer.status_code, why in read(answer)) == (422, True)
        assert (FORM | changes)["email"] in answer.text
        assert first.post(path, **FORM).status_code == 303


def test_a_set_up_link_is_worth_nothing_once_somebody_is_there(empty: School) -> None:
    """Even if it was never used: an administrator from the command line closes the door."""
    path = f"/set-up/{link_of(empty, Purpose.SET_UP)}"
    add(empty)
    with installed(empty) as browser:
        assert browser.get(path).status_code == 404
        assert browser.post(path, data=FORM, headers={"Origin": ORIGIN}).status_code == 404


def test_a_set_up_link_ends_after_half_an_hour(empty: School) -> None:
    """Starting again gives another."""
    path = f"/set-up/{link_of(empty, Purpose.SET_UP)}"
    empty.clock.advance(minutes=30)
    with installed(empty) as browser:
        assert browser.get(path).status_code == 404


def test_starting_prints_the_link_until_there_is_somebody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each start ends the link of the one before, and with a user there is none."""
    settings = reached_at(Settings(data=tmp_path / "data"), "0.0.0.0", 9000)  # noqa: S104
    links = []
    for _ in range(2):
        offer_set_up(settings)
        links.append(capsys.readouterr().out.rpartition("http://127.0.0.1:9000")[2].strip())
    assert all(link.startswith("/set-up/") for link in links)
    with open_services(settings, fake_engine()) as services:
        with TestClient(create_app(settings, services), base_url=ORIGIN) as browser:
            assert [browser.get(link).status_code for link in links] == [404, 200]
        with services.store.transaction("command line", services.clock()) as tx:
            tx.users.add("head@school.example", PASSWORD, Role.ADMIN)
    capsys.readouterr()
    offer_set_up(settings)
    assert capsys.readouterr().out == ""


def test_links_name_the_address_that_people_use(tmp_path: Path) -> None:
    """The one of the settings; without one, where the program listens."""
    assert reached_at(Settings(data=tmp_path), "10.0.0.7", 81).base_url == "http://10.0.0.7:81"
    set_on_purpose = Settings(data=tmp_path, base_url="https://photos.school.example")
    assert reached_at(set_on_purpose, "10.0.0.7", 81).base_url == "https://photos.school.example"


def test_a_link_lets_somebody_choose_their_password(school: School) -> None:
    """It names the account, works once, and leads to the sign-in with the new password."""
    user = add(school, role=Role.STAFF, password=None)
    path = f"/choose-password/{link_of(school, Purpose.PASSWORD, user)}"
    with installed(school) as browser:
        new = Somebody(browser, school)
        assert "For the account head@school.example." in read(new.get(path))
        wrong = new.post(path, password=PASSWORD, again="x")
        assert (wrong.status_code, "differ" in read(wrong)) == (422, True)
        assert new.post(path, password=PASSWORD, again=PASSWORD).headers["Location"] == "/sign-in"
        assert new.gives_password().headers["Location"] == "/"
        assert [new.get(path).status_code, new.post(path, password="x", again="x").status_code] == [404, 404]


def test_a_link_of_one_kind_opens_nothing_of_the_other(empty: School) -> None:
    """Neither do guesses."""
    set_up = link_of(empty, Purpose.SET_UP)
    with installed(empty) as browser:
        for path in (f"/choose-password/{set_up}", "/set-up/" + "x" * 43, "/set-up/short", "/choose-password/x"):
            assert browser.get(path).status_code == 404
