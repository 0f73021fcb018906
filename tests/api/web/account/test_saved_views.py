"""Saved filters on the pages: kept under a name, led to, removed; never what was typed to search."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as some

from api.web.tables.saved import LISTS, address_of, to_keep
from gatekeeper.types import Role
from tests.support.http import NewPerson
from tests.support.pages import read


def test_filters_are_kept_for_oneself(new_person: NewPerson) -> None:
    """With order and columns, without the page; a colleague does not see them and cannot remove them."""
    admin, other = new_person("admin", Role.ADMIN), new_person("other", Role.ADMIN)
    asked = "/admin/people?kind=pupil&sort=class&without=due"
    assert "Save these filters as" in read(admin.get(asked))
    saved = admin.post("/saved-filters", data={"address": f"{asked}&page=3", "name": "Pupils & classes"})
    assert (saved.status_code, saved.headers["Location"]) == (303, asked)
    shown = admin.get("/admin/people").text
    assert f'href="{asked.replace("&", "&amp;")}">Pupils &amp; classes</a>' in shown
    assert "Pupils &amp; classes" not in admin.get("/admin/events").text
    assert "Pupils &amp; classes" not in other.get("/admin/people").text
    remove = re.findall(r'action="(/saved-filters/svw_\w+/deletion)"', shown)[0]
    assert other.post(remove).status_code == 404
    assert admin.post(remove, data={"address": "//evil.example"}).headers["Location"] == "/"
    assert "Pupils &amp; classes" not in admin.get("/admin/people").text


def test_only_lists_that_one_may_see(new_person: NewPerson) -> None:
    """A member of staff keeps filters of their own pictures, and of no page of the office or elsewhere."""
    staff = new_person("office")
    saved = staff.post("/saved-filters", data={"address": "/checks?show=blocked", "name": "To sort out first"})
    assert saved.headers["Location"] == "/checks?show=blocked"
    assert "To sort out first" in read(staff.get("/checks?show=blocked"))
    for address in ("/admin/people?kind=pupil", "https://evil.example/checks?show=a", "/account", ""):
        assert staff.post("/saved-filters", data={"address": address, "name": "X"}).status_code == 422
    assert staff.post("/saved-filters", data={"address": "/checks", "name": " "}).status_code == 409
    refused = staff.post("/saved-filters", data={"address": "/checks?show=blocked", "name": "x" * 61})
    assert refused.status_code == 422
    page = re.sub(r"\s+", " ", refused.text)
    assert 'aria-describedby="name-wrong"' in page
    assert re.search(r'<details class="card saved-filters" open>', page)
    assert f'value="{"x" * 61}"' in page, "what was typed is kept beside the sentence"
    empty = staff.post("/saved-filters", data={"address": "/checks?show=blocked", "name": " "})
    assert (empty.status_code, "Give these filters a name of at most 60 letters." in read(empty)) == (409, True)
    assert 'id="name-wrong"' in empty.text


@settings(max_examples=50, deadline=None)
@given(some.sampled_from(sorted(LISTS)), some.dictionaries(some.text("abc"), some.text()), some.text())
def test_nothing_typed_is_kept(path: str, asked: dict[str, str], words: str) -> None:
    """Whatever an address holds: what is kept are short codes, and neither words nor whom the list is about."""
    found = to_keep(address_of(path, {**asked, "words": words, "about": "per_1", "page": "3"}))
    assert found is not None
    assert found[0] == path
    assert not {"words", "about", "page"} & found[1].keys()
    assert all(re.fullmatch(r"[\w.-]+", value) for value in found[1].values())
