"""The lists of the pages: each is one table that is sorted, searched, and taken as a file."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from html import unescape

import pytest
from starlette.testclient import TestClient

from consent_db.publishing.records import PublicationDraft
from consent_db.webhooks.outbox import Event
from gatekeeper.types import Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.register import approve
from tests.support.school import School

LISTS = {
    "/admin/users": ("users", "café"),
    "/admin/clients": ("api-clients", "Éclair"),
    "/admin/webhooks": ("webhooks", "eclair"),
    "/admin/takedowns": ("take-downs", "fete"),
    "/admin/events": ("events-and-classes", "Féte"),
}
"""Each list with the name of its file, and words that find one row of the school below, accents aside."""


@pytest.fixture
def admin(new_person: NewPerson, school: School) -> TestClient:
    """An administrator of a school with one thing in each list that has an accent, and some without."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.users.add("cafe@school.example", None, Role.STAFF)
        for label in ("Éclair", "Other"):
            end = school.clock().replace(year=2027)
            client = tx.clients.add(label, ["publish"], ["website"], end)
            tx.webhooks.add(client.id, f"https://{label[1:].casefold()}.example/", [Event.APPROVAL_EXPIRED])
        for place in ("fête", "trip"):
            draft = PublicationDraft(approve(tx).id, school.clock(), f"https://blog.example/{place}")
            tx.publications.take_down(tx.publications.record(draft).id)
        for title in ("Fête 10", "Trip 9", "Trip 10"):
            tx.groups.add_event(title, title, date(2026, 3, 1), frozenset())
    return new_person("admin", Role.ADMIN)


def names(answer: str) -> list[str]:
    """Return what the first cells say, in order."""
    cells = re.findall(r'<th role="rowheader" scope="row">(.*?)</th>', answer, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", one)).split()) for one in cells]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_sorted_searched_and_taken_as_a_file(admin: TestClient, school: School, path: str) -> None:
    """By each of its columns both ways; found without accents; the file has what is found, and the audit says so."""
    page = admin.get(path)
    heads = [unescape(one) for one in re.findall(r'href="([^"]+)" class="sort"', page.text)]
    assert len(heads) > 1
    for head in heads:
        up, down = (
            names(admin.get(f"{head.split('?')[0]}?{head.partition('?')[2]}&order={way}").text)
            for way in ("up", "down")
        )
        assert sorted(up) == sorted(down) == sorted(names(page.text))
    file, words = LISTS[path]
    answer = admin.post(f"{path}/found", data={"words": words})
    assert len(names(answer.text)) == 1
    assert admin.post(f"{path}/found", data={"words": " "}).headers["Location"] == path
    assert "None of" in read(admin.post(f"{path}/found", data={"words": "zzzz"}))
    made = admin.post(f"{path}/list.csv", data={"words": words})
    rows = list(csv.reader(io.StringIO(made.content.decode("utf-8-sig"))))
    assert len(rows) == 2
    with school.services.store.reading("tests", school.clock()) as tx:
        entry = tx.audit.last("list.exported")
        assert entry is not None
        assert json.loads(entry.payload) == {"list": file, "rows": 1}
    school.clock.advance(minutes=20)
    assert admin.post(f"{path}/list.csv").status_code in {303, 403}


def test_natural_order_and_columns_hold_for_the_file(admin: TestClient) -> None:
    """Trip 9 comes before Trip 10, and a column that is not shown is not in the file."""
    asked = "/admin/events/list.csv?sort=name&kind=event&without=people"
    rows = list(csv.reader(io.StringIO(admin.post(asked).content.decode("utf-8-sig"))))
    assert rows == [
        ["Name", "What", "Day"],
        *([title, "Event", "1 March 2026"] for title in ("Fête 10", "Trip 9", "Trip 10")),
    ]
