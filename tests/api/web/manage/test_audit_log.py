"""The audit on the pages: what it shows, and what proves it."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from sqlalchemy import create_engine, text
from starlette.testclient import TestClient

from gatekeeper.types import Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import School


@pytest.fixture
def head(new_person: NewPerson) -> TestClient:
    """Somebody of the leadership who has just signed in."""
    return new_person("head", Role.APPROVER)


def checkpoint_of(browser: TestClient) -> str:
    found = re.search(r'id="checkpoint">([^<]+)<', browser.post("/admin/audit/checkpoint").text)
    assert found is not None
    return found[1].replace("&#34;", '"').replace("&#39;", "'")


def test_the_newest_entries_come_first_without_any_name(head: TestClient, school: School) -> None:
    """By whom they were done is told as colleagues know each other."""
    page = head.get("/admin/audit")
    words = read(page)
    assert "user: signed in" in words
    assert "user:admin" in words
    assert words.index("user: signed in") < words.index("channel: added")
    assert "Khan" not in page.text
    assert school.people["Amira"] in page.text


def test_entries_are_turned_over(head: TestClient, school: School) -> None:
    """Page by page, down to the first; none is missing or shown twice."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        for number in range(130):
            tx.audit.append("retention.run", f"run_{number}")
    path: str | None = "/admin/audit"
    seen: list[int] = []
    while path is not None:
        page = head.get(path).text
        seen += [int(one.replace(",", "")) for one in re.findall(r'scope="row">([\d,]+) <', page)]
        following = re.search(r'href="([^"]+)" class="button" rel="next"', page)
        path = following[1].replace("&amp;", "&") if following else None
    with school.services.store.reading("user:admin", school.clock()) as tx:
        assert seen == list(range(tx.audit.newest().seq, 0, -1))


def test_what_was_done_about_one_thing(head: TestClient, school: School) -> None:
    """Is found by its id, by what was done, by its kind, and by a part of the account's address."""
    shown = read(head.get("/admin/audit?about=website"))
    assert ("channel: added" in shown, "person: added" in shown) == (True, False)
    assert "Nothing is written about it." in read(head.get("/admin/audit?about=per_nobody"))
    kind = read(head.get("/admin/audit?kind=people"))
    assert ("channel: added" in kind, "person: added" in kind) == (False, True)
    words = read(head.post("/admin/audit", data={"words": "Channel: ADD"}))
    assert ("channel: added" in words, "person: added" in words) == (True, False)
    with school.services.store.reading("tests", school.clock()) as tx:
        email = next(user.email for user in tx.users.all() if user.role is Role.APPROVER)
    assert "user: signed in" in read(head.post("/admin/audit", data={"words": email[1:6].upper()}))


def test_a_wildcard_is_a_letter(head: TestClient) -> None:
    """What means "anything" to a database means itself to a search."""
    assert "Nothing is written about it." in read(head.post("/admin/audit", data={"words": "100%"}))
    assert head.get("/admin/audit?kind=unknown").status_code == 422


def test_a_search_looks_through_a_month(new_person: NewPerson, school: School) -> None:
    """Unless a longer time is chosen; the page says so, and an older entry is found by choosing."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.audit.append("retention.run", "run_long_ago")
    school.clock.advance(days=40)
    head = new_person("head", Role.APPROVER)
    page = read(head.post("/admin/audit", data={"words": "run_long"}))
    assert ("run_long_ago" in page, "the last 30 days unless you choose" in page) == (False, True)
    assert "run_long_ago" in read(head.post("/admin/audit", data={"words": "run_long", "when": "ever"}))


def test_pages_are_turned_back(head: TestClient, school: School) -> None:
    """To the page that was left, and from the last to the first."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        for number in range(120):
            tx.audit.append("retention.run", f"run_{number}")
    pages = [head.get("/admin/audit?kind=school").text]
    for rel in ("next", "next", "prev", "prev"):
        way = re.search(f'href="([^"]+)" class="button" rel="{rel}"', pages[-1])
        assert way is not None
        pages.append(head.get(way[1].replace("&amp;", "&")).text)
    numbers = [re.findall(r'scope="row">([\d,]+) <', page) for page in pages]
    assert (numbers[0], numbers[1]) == (numbers[4], numbers[3])
    assert not set(numbers[0]) & set(numbers[1])


def test_the_chain_is_whole(head: TestClient) -> None:
    """Alone, and against a checkpoint that was made before."""
    checkpoint = checkpoint_of(head)
    assert checkpoint.startswith("gatekeeper-audit/1 ")
    assert "Whole: " in read(head.post("/admin/audit/verification"))
    answer = head.post("/admin/audit/verification", data={"checkpoint": checkpoint.replace("\n", "\r\n")})
    assert "and the checkpoint is among them" in read(answer)


def test_what_is_no_checkpoint(head: TestClient) -> None:
    """Is answered with a sentence."""
    answer = head.post("/admin/audit/verification", data={"checkpoint": "nothing of the kind"})
    assert (answer.status_code, "Whole" in read(answer)) == (422, False)


def test_a_changed_entry_is_found(head: TestClient, school: School) -> None:
    """By its number; somebody with the database in their hands cannot hide what they did."""
    with create_engine(school.services.settings.database).begin() as connection:
        for trigger in (
            connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        ):
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(text("UPDATE audit SET actor = 'user:nobody' WHERE seq = 2"))
    assert "Broken at entry 2" in read(head.post("/admin/audit/verification"))
    assert head.post("/admin/audit/checkpoint").status_code == 409


def test_the_export_is_lines_of_json(head: TestClient) -> None:
    """Each an entry with its hash, for whoever verifies it elsewhere."""
    answer = head.post("/admin/audit/export")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit.jsonl"'
    entries = [json.loads(line) for line in answer.text.splitlines()]
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    assert all(one["hash"] == two["previous"] for one, two in pairwise(entries))
