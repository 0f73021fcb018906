"""Whoever takes an account over is seen by the others when they sign in next."""

from __future__ import annotations

from httpx2 import Response
from starlette.testclient import TestClient

from consent_db.accounts import totp
from consent_db.accounts.records import Purpose
from gatekeeper.types import Role
from tests.support.http import PASSWORD, NewPerson
from tests.support.pages import read
from tests.support.school import School


def again(browser: TestClient, email: str) -> Response:
    """Sign in anew; return the answer."""
    browser.post("/sign-out")
    return browser.post("/sign-in", data={"email": email, "password": PASSWORD, "next": "/account"})


def taken_over(school: School, by: str, email: str) -> None:
    """Do to somebody's account what whoever has an administrator's would do to become them."""
    with school.services.store.transaction(by, school.clock()) as tx:
        user = tx.users.find(email)
        assert user is not None
        secret, step = tx.second_factors.begin(user.id), totp.step_of(school.clock())
        assert tx.second_factors.confirm(user.id, totp.code_at(secret, step))
        tx.links.make(Purpose.PASSWORD, user.id)
        tx.second_factors.remove(user.id)


def test_the_other_keepers_are_told_when_they_sign_in(new_person: NewPerson, school: School) -> None:
    """Before anything else, once: who did what to whose account; the one who did it is told nothing."""
    lead, other = new_person("lead", Role.SAFEGUARDING_LEAD), new_person("other", Role.ADMIN)
    admin = new_person("admin", Role.ADMIN)
    with school.services.store.reading("user:admin", school.clock()) as tx:
        thief = tx.users.find("admin@school.example")
    assert thief is not None
    taken_over(school, thief.id, "lead@school.example")
    assert again(admin, thief.email).headers["Location"] == "/account"
    for browser, email in ((other, "other@school.example"), (lead, "lead@school.example")):
        assert again(browser, email).headers["Location"] == "/account/news?next=/account"
        page = browser.get("/account/news?next=/account")
        said = read(page)
        assert "admin@school.example removed the second factor of lead@school.example." in said
        assert "admin@school.example made a link to choose a new password for lead@" in said
        seen = page.text.partition('name="seen" value="')[2].partition('"')[0]
        assert browser.post("/account/news", data={"seen": seen, "next": "/account"}).headers["Location"] == "/account"
        assert again(browser, email).headers["Location"] == "/account"


def test_staff_are_told_of_their_own_account_only(new_person: NewPerson, school: School) -> None:
    """And keepers are not told of every password that a colleague forgot."""
    office, clerk, admin = new_person("office"), new_person("clerk"), new_person("admin", Role.ADMIN)
    taken_over(school, "user:head", "office@school.example")
    assert again(office, "office@school.example").headers["Location"] == "/account/news?next=/account"
    assert again(clerk, "clerk@school.example").headers["Location"] == "/account"
    assert again(admin, "admin@school.example").headers["Location"] == "/account"


def test_new_keys_and_new_power_are_told(new_person: NewPerson, school: School) -> None:
    """A program's key, somebody made a safeguarding lead, an account with power let in again."""
    admin = new_person("admin", Role.ADMIN)
    with school.services.store.transaction("user:head", school.clock()) as tx:
        made = tx.users.add("eve@school.example", PASSWORD, Role.STAFF)
        tx.users.set_role(made.id, Role.SAFEGUARDING_LEAD)
        tx.clients.add("a robot", ("roster",), (), school.clock().replace(year=2026, month=12))
    assert again(admin, "admin@school.example").headers["Location"] == "/account/news?next=/account"
    said = read(admin.get("/account/news"))
    assert "gave eve@school.example another role: safeguarding lead." in said
    assert "made a key for the program a robot." in said
    assert "eve@school.example sign in, as staff" not in said
