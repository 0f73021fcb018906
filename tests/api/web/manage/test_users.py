"""Users and roles, as an administrator looks after them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from gatekeeper.types import Role
from tests.support.pages import read
from tests.support.school import School
from tests.support.signing_in import PASSWORD, Somebody, add, installed

COLLEAGUE = "colleague@school.example"


@pytest.fixture
def admin(school: School) -> Iterator[Somebody]:
    """An administrator, completely signed in."""
    add(school)
    with installed(school) as browser:
        somebody = Somebody(browser, school)
        somebody.gives_password()
        somebody.sets_app_up()
        yield somebody


@pytest.fixture
def colleague(admin: Somebody) -> tuple[str, Somebody]:
    """A colleague of staff, signed in elsewhere, and the address of their page."""
    user = add(admin.school, COLLEAGUE, Role.STAFF)
    somebody = admin.elsewhere()
    somebody.email = COLLEAGUE
    somebody.gives_password()
    return f"/admin/users/{user}", somebody


def test_somebody_is_added_and_handed_a_link(admin: Somebody) -> None:
    """The link is shown once, and with it they choose their own password."""
    answer = admin.post("/admin/users", email=COLLEAGUE, role="approver")
    link = re.search(r'id="the-link">http://127\.0\.0\.1:8000(/choose-password/[\w-]{43})<', answer.text)
    assert answer.status_code == 201
    assert link is not None
    assert "the-link" not in admin.get("/admin/users").text
    new = admin.elsewhere()
    new.email = COLLEAGUE
    new.post(link[1], password=PASSWORD, again=PASSWORD)
    new.gives_password()
    new.sets_app_up()
    assert "Approver." in read(new.get("/account"))


def test_an_address_that_is_taken_or_none_is_refused(admin: Somebody) -> None:
    """With a sentence, and nothing has to be typed again."""
    for email, why in ((admin.email, "a user of this e-mail address already"), ("nobody", "not an e-mail address")):
        answer = admin.post("/admin/users", email=email, role="staff")
        assert (answer.status_code, why in read(answer)) == (422, True)
        assert f'value="{email}"' in answer.text


def test_a_role_holds_at_once(admin: Somebody, colleague: tuple[str, Somebody]) -> None:
    """The colleague is signed out, and what opens next time is what the new role opens."""
    page, somebody = colleague
    assert admin.post(f"{page}/role", role="admin").headers["Location"] == page
    assert somebody.get("/").headers["Location"] == "/sign-in"
    assert somebody.gives_password().headers["Location"] == "/account/second-factor"
    somebody.sets_app_up()
    assert somebody.get("/admin/users").status_code == 200
    assert admin.post(f"{page}/role", role="headmaster").status_code == 422


def test_a_forgotten_password_is_replaced_by_its_owner(admin: Somebody, colleague: tuple[str, Somebody]) -> None:
    """The administrator never learns it; making a link alone changes nothing."""
    page, somebody = colleague
    link = re.search(r"/choose-password/[\w-]{43}", admin.post(f"{page}/link").text)
    assert link is not None
    assert somebody.get("/").status_code == 200
    somebody.post(link[0], password="copper violin rhubarb", again="copper violin rhubarb")
    assert somebody.get("/").headers["Location"] == "/sign-in"
    assert [somebody.gives_password(p).status_code for p in (PASSWORD, "copper violin rhubarb")] == [401, 303]


def test_a_lost_phone_is_forgotten(admin: Somebody, colleague: tuple[str, Somebody]) -> None:
    """The colleague is signed out everywhere, needs the password alone next time, and is told; it is on record."""
    page, somebody = colleague
    somebody.sets_app_up()
    assert "Reset the second factor" in read(admin.get(page))
    admin.post(f"{page}/second-factor")
    assert somebody.get("/").headers["Location"] == "/sign-in"
    assert somebody.gives_password().headers["Location"] == "/account/news"
    with admin.school.services.store.reading("x", admin.school.clock()) as tx:
        users = {user.email: user.id for user in tx.users.all()}
        removed = [(e.actor, e.object_id) for e in tx.audit.entries() if e.action == "second_factor.removed"]
    assert removed == [(users[admin.email], users[COLLEAGUE])]
    assert admin.post(f"{page}/second-factor").status_code == 409


def test_somebody_who_left_cannot_sign_in(admin: Somebody, colleague: tuple[str, Somebody]) -> None:
    """At once, and again only after they were let in; no link is made for them meanwhile."""
    page, somebody = colleague
    admin.post(f"{page}/disable")
    assert somebody.get("/").headers["Location"] == "/sign-in"
    assert somebody.gives_password().status_code == 401
    assert "cannot sign in since 10 March 2026" in read(admin.get("/admin/users"))
    assert admin.post(f"{page}/link").status_code == 409
    admin.post(f"{page}/enable")
    assert somebody.gives_password().status_code == 303


def test_somebody_is_signed_out_everywhere(admin: Somebody, colleague: tuple[str, Somebody]) -> None:
    """Without any other change to the account."""
    page, somebody = colleague
    assert "Signed in in one place." in read(admin.get(page))
    admin.post(f"{page}/sessions")
    assert somebody.get("/").headers["Location"] == "/sign-in"
    assert somebody.gives_password().status_code == 303


def test_nobody_changes_their_own_role_or_account(admin: Somebody) -> None:
    """The page says so instead of offering it, and the request is refused with the reason."""
    own = re.search(r"/admin/users/usr_\w+", admin.get("/admin/users").text)
    assert own is not None
    page = read(admin.get(own[0]))
    assert "This is you." in page
    assert "Change the role" not in page
    for path, fields in ((f"{own[0]}/role", {"role": "staff"}), (f"{own[0]}/disable", {})):
        answer = admin.post(path, **fields)
        assert (answer.status_code, "ask another administrator" in read(answer)) == (409, True)
    assert admin.get("/admin/users").status_code == 200


def test_whoever_is_not_there_has_no_page(admin: Somebody) -> None:
    """404 for every step, without a trace of an error."""
    page = "/admin/users/usr_" + "0" * 32
    assert admin.get(page).status_code == 404
    steps = ("role", "link", "second-factor", "sessions", "disable", "enable")
    assert {admin.post(f"{page}/{step}", role="staff").status_code for step in steps} == {404}
