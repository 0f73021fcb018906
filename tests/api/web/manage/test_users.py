"""Users and roles, as an administrator looks after them."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from html import unescape

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


def test_many_are_added_from_a_list_with_links_for_a_week(admin: Somebody) -> None:
    """The preview saves nothing and has refusals beside rows; the links are shown once and hold for seven days."""
    text = f"email,name,role\n{COLLEAGUE},Anna Weir,staff\n{admin.email},Jo,admin\nnone,No,staff\n"
    preview = admin.post("/admin/user-list", typed=text, role="column")
    assert "1 of 3 rows can be added" in read(preview)
    assert "a user of this e-mail address already" in read(preview)
    assert COLLEAGUE not in admin.get("/admin/users").text
    agreed = re.search(r'name="agreed" value="([^"]+)"', preview.text)
    assert agreed is not None
    handed = admin.post("/admin/user-list/accounts", agreed=unescape(agreed[1]))
    assert (handed.status_code, handed.headers["cache-control"]) == (201, "no-store")
    link = re.search(r"/choose-password/[\w-]{43}", handed.text)
    assert link is not None
    table = re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', handed.text)
    assert table is not None
    assert f"{COLLEAGUE},Anna Weir,Staff,http://127.0.0.1:8000{link[0]}," in b64decode(table[1]).decode()
    assert "Anna Weir" in read(admin.get("/admin/users"))
    assert "/choose-password/" not in admin.get("/admin/users").text
    twice = admin.post("/admin/user-list/accounts", agreed=unescape(agreed[1]))
    assert "0 users were added" in read(twice)
    admin.school.clock.advance(days=6, hours=23)
    new = admin.elsewhere()
    assert new.get(link[0]).status_code == 200
    admin.school.clock.advance(hours=1)
    assert new.get(link[0]).status_code == 404


def test_a_list_that_cannot_be_read_is_kept_in_the_form(admin: Somebody) -> None:
    """With what to do, and what was typed."""
    answer = admin.post("/admin/user-list", typed="name\nAnna", role="staff")
    assert (answer.status_code, "headed “email”" in read(answer), "name\nAnna" in answer.text) == (422, True, True)


def test_users_have_names(admin: Somebody, colleague: tuple[str, Somebody]) -> None:
    """Shown in the list, on their page, at the head of their pages and in the audit, which finds them by it."""
    page, somebody = colleague
    assert admin.post(f"{page}/name", name=" Anna   Weir ").headers["Location"] == page
    assert "Anna Weir" in read(admin.get("/admin/users"))
    assert "Anna Weir" in read(somebody.get("/help"))
    with admin.school.services.store.transaction(page.rpartition("/")[2], admin.school.clock()) as tx:
        tx.audit.append("tests.noted", "something")
    assert "Anna Weir" in read(admin.post("/admin/audit", words="anna w"))
    too_long = admin.post(f"{page}/name", name="x" * 101)
    assert (too_long.status_code, "at most 100 letters" in read(too_long)) == (422, True)


def test_an_address_that_is_taken_or_none_is_refused(admin: Somebody) -> None:
    """With a sentence, and nothing has to be typed again."""
    for email, why in ((admin.email, "a user of this e-mail address already"), ("nobody", "not an e-mail address")):
        answer = admin.post("/admin/users", email=email, role="staff")
        assert (answer.status_code, why in read(answer)) == (422, True)
        assert f'value="{email}"' in answer.text
        assert 'id="email-wrong"' in answer.text
    named = admin.post("/admin/users", email="new@school.example", name="Anna\u202e Weir", role="staff")
    assert (named.status_code, 'id="name-wrong"' in named.text) == (422, True)


def test_a_role_holds_at_once(admin: Somebody, colleague: tuple[str, Somebody]) -> None:
    """The colleague is signed out, and what opens next time is what the new role opens."""
    page, somebody = colleague
    assert admin.post(f"{page}/role", role="admin").headers["Location"].startswith(f"{page}?done=")
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
    assert "Cannot sign in since 10 March 2026" in read(admin.get("/admin/users"))
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
