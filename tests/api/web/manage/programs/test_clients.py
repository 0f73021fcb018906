"""API clients, as an administrator looks after them."""

from __future__ import annotations

import re

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from api.application.last_uses import write_last_uses
from gatekeeper.types import Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import School

FORM = {"label": "The scheduler", "scopes": ["check"], "channels": ["website"], "days": "90"}


@pytest.fixture
def admin(new_person: NewPerson) -> TestClient:
    """An administrator who has just signed in."""
    return new_person("admin", Role.ADMIN)


def key_in(answer: Response) -> str:
    found = re.search(r'id="the-key">(gk_[0-9a-f]{8}_[\w-]{43})<', answer.text)
    assert found is not None
    return found[1]


def page_in(answer: Response) -> str:
    found = re.search(r"/admin/clients/cli_[0-9a-f]{32}", answer.text)
    assert found is not None
    return found[0]


def asks(http: TestClient, key: str) -> int:
    """Return what a program with this key is told of a check that is not there."""
    return http.get("/v1/checks/chk_1", headers={"Authorization": f"Bearer {key}"}).status_code


def test_a_key_is_made_and_shown_once(admin: TestClient, http: TestClient, school: School) -> None:
    """It works, it is on no page afterwards, and the list tells when it was used."""
    answer = admin.post("/admin/clients", data=FORM)
    key, page = key_in(answer), page_in(answer)
    assert answer.status_code == 201
    assert "never Good until 8 June 2026" in read(admin.get("/admin/clients"))
    assert asks(http, key) == 404
    write_last_uses(school.services)
    for path in ("/admin/clients", page):
        shown = admin.get(path)
        assert key not in shown.text
        assert "10 March 2026, 09:00" in read(shown)
    assert "Good until 8 June 2026" in read(admin.get(page))


@pytest.mark.parametrize(
    "wrong", [{"label": " "}, {"scopes": []}, {"channels": []}, {"channels": ["website", "elsewhere"]}]
)
def test_an_incomplete_client_is_refused(admin: TestClient, wrong: dict[str, object]) -> None:
    """With a sentence; what was chosen stays chosen, and no key is made."""
    answer = admin.post("/admin/clients", data=FORM | wrong)
    assert (answer.status_code, "choose at least one channel" in read(answer)) == (422, True)
    assert "There is none yet." in read(admin.get("/admin/clients"))


@pytest.mark.parametrize("wrong", [{"days": "366"}, {"days": "0"}, {"scopes": ["everything"]}])
def test_what_no_form_of_ours_sends_is_refused(admin: TestClient, wrong: dict[str, object]) -> None:
    """A life of more than a year, or a scope that there is not."""
    assert admin.post("/admin/clients", data=FORM | wrong).status_code == 422


def test_a_key_is_changed_with_an_overlap(admin: TestClient, http: TestClient, school: School) -> None:
    """Both are good for a week, the page shows which ends when, and then the old one is refused."""
    made = admin.post("/admin/clients", data=FORM)
    old, page = key_in(made), page_in(made)
    new = key_in(admin.post(f"{page}/keys", data={"days": "365", "overlap": "7"}))
    assert [asks(http, key) for key in (old, new)] == [404, 404]
    assert "good until 17 March 2026, 09:00" in read(admin.get(page))
    school.clock.advance(days=7)
    assert [asks(http, key) for key in (old, new)] == [401, 404]


def test_a_revoked_client_is_refused_at_once(admin: TestClient, http: TestClient) -> None:
    """With both of its keys, for good, and without asking for the password first."""
    made = admin.post("/admin/clients", data=FORM)
    page = page_in(made)
    keys = [key_in(made), key_in(admin.post(f"{page}/keys", data={"days": "30", "overlap": "30"}))]
    assert admin.post(f"{page}/revoke").headers["Location"] == page
    assert [asks(http, key) for key in keys] == [401, 401]
    words = read(admin.get(page))
    assert "Revoked 10 March 2026" in words
    assert "Make another key" not in words
    for step in ("keys", "revoke"):
        assert admin.post(f"{page}/{step}", data={}).status_code == 409


def test_a_client_that_is_not_there_has_no_page(admin: TestClient) -> None:
    """404 for reading and for every step."""
    page = "/admin/clients/cli_" + "0" * 32
    assert admin.get(page).status_code == 404
    assert {admin.post(f"{page}/{step}", data={}).status_code for step in ("keys", "revoke")} == {404}


def test_a_name_is_shown_and_never_run(admin: TestClient) -> None:
    """Markup in a client's name is text."""
    admin.post("/admin/clients", data=FORM | {"label": "<script>alert(1)</script>"})
    page = admin.get("/admin/clients")
    assert "<script>alert(1)</script>" in read(page)
