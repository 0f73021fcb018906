"""One's own account."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from api.security.devices import describe
from gatekeeper.types import Role
from tests.support.pages import read
from tests.support.school import School
from tests.support.signing_in import PASSWORD, Somebody, add, installed

NEW = "copper violin rhubarb"


@pytest.fixture
def staff(school: School) -> Iterator[Somebody]:
    """A colleague, signed in."""
    add(school, role=Role.STAFF)
    with installed(school) as browser:
        somebody = Somebody(browser, school)
        somebody.gives_password()
        yield somebody


def test_sessions_are_listed_and_ended_one_by_one(staff: Somebody) -> None:
    """Each with what it runs on and since when; the one that is looked at is marked."""
    other = staff.elsewhere()
    other.browser.headers["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0; rv:150.0) Gecko/20100101 Firefox/150.0"
    other.gives_password()
    page = staff.get("/account")
    assert "Firefox on Windows Since 10 March 2026, 09:00" in read(page)
    assert read(page).count(" here ") == 1
    session = re.search(r"/account/sessions/(ses_\w+)/end", page.text)
    assert session is not None
    assert staff.post(f"/account/sessions/{session[1]}/end").headers["Location"] == "/account"
    assert other.get("/account").headers["Location"].startswith("/sign-in")
    assert staff.get("/account").status_code == 200


def test_everywhere_else_is_one_button(staff: Somebody) -> None:
    """This browser stays signed in."""
    others = [staff.elsewhere() for _ in range(3)]
    for other in others:
        other.gives_password()
    staff.post("/account/sessions/end-others")
    assert {other.get("/account").status_code for other in others} == {303}
    assert "Nowhere else." in read(staff.get("/account"))


def test_somebody_elses_session_is_out_of_reach(staff: Somebody, school: School) -> None:
    """Its id is not enough to end it."""
    add(school, "other@school.example", Role.STAFF)
    other = staff.elsewhere()
    other.email = "other@school.example"
    other.gives_password()
    with school.services.store.reading("user:admin", school.clock()) as tx:
        token = other.browser.cookies["sid"]
        session = tx.sessions.find(token)
    assert session is not None
    staff.post(f"/account/sessions/{session.id}/end")
    assert other.get("/account").status_code == 200


def test_a_password_is_changed_by_whoever_knows_it(staff: Somebody) -> None:
    """The session gets a new token, every other session ends, and only the new password signs in."""
    other, token = staff.elsewhere(), staff.browser.cookies["sid"]
    other.gives_password()
    answer = staff.post("/account/password", current=PASSWORD, password=NEW, again=NEW)
    assert answer.headers["Location"] == "/account?changed=true"
    assert "Your password is changed." in read(staff.get("/account?changed=true"))
    assert staff.browser.cookies["sid"] != token
    assert other.get("/account").headers["Location"].startswith("/sign-in")
    assert [staff.elsewhere().gives_password(password).status_code for password in (PASSWORD, NEW)] == [401, 303]


@pytest.mark.parametrize(
    ("current", "password", "again", "why"),
    [
        ("wrong", NEW, NEW, "Your present password is not right."),
        (PASSWORD, NEW, NEW + "!", "The two new passwords differ"),
        (PASSWORD, "short", "short", "12 to 128 letters"),
        (PASSWORD, "password1234", "password1234", "soon be guessed"),
    ],
)
def test_a_password_that_cannot_be_is_refused(
    staff: Somebody, current: str, password: str, again: str, why: str
) -> None:
    """With a sentence; nothing changes and nobody is signed out."""
    answer = staff.post("/account/password", current=current, password=password, again=again)
    assert (answer.status_code, why in read(answer)) == (422, True)
    assert staff.get("/account").status_code == 200
    assert staff.elsewhere().gives_password().status_code == 303


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605 Version/18.0 Safari/605", "Safari on a Mac"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/140 Safari/604", "Chrome on an iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) SamsungBrowser/28.0 Chrome/130 Safari/537", "Samsung Internet on Android"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/140.0 Safari/537.36", "Chrome on a Chromebook"),
        ("curl/8.0", "A browser"),
        ("", "A browser"),
    ],
)
def test_devices_are_told_apart_in_words(agent: str, words: str) -> None:
    """Browser and system, and nothing finer."""
    assert describe(agent) == words
