"""Entries of the audit that are looked for: the same as by reading all of them, in stretches of any length."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consent_db.audit.records import AuditEntry, AuditSearch
from consent_db.store import Store
from consent_db.transaction import Transaction
from tests.support.register import NOW

ACTIONS = ("person.added", "person.changed", "template.stored", "user.added", "zebra.seen")


def walked(tx: Transaction, search: AuditSearch, limit: int, *, oldest_first: bool) -> list[AuditEntry]:
    found: list[AuditEntry] = []
    start: int | None = None
    while True:
        part = tx.audit.stretch(search, limit, start, oldest_first=oldest_first)
        assert len(part.entries) <= limit
        found += part.entries
        if part.following is None:
            return found
        start = part.following


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with entries of five days, forty a day."""
    for day in range(5):
        with store.transaction("tests", NOW + timedelta(days=day)) as tx:
            for number in range(40):
                tx.audit.append(ACTIONS[number * number % 5], f"obj_{day}_{number % 7}")
    return store


@pytest.mark.parametrize("oldest_first", [False, True])
@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_stretches_are_everything_that_matches(filled: Store, limit: int, *, oldest_first: bool) -> None:
    """Each entry once and in order: by kind, by words, about one thing, since a moment, and all at once."""
    with filled.reading("tests", NOW + timedelta(days=9)) as tx:
        every = tx.audit.entries()
        since = NOW + timedelta(days=3)
        searches = {
            AuditSearch(): every,
            AuditSearch(kinds=("person.", "template")): [
                one for one in every if one.action.startswith(("person.", "template"))
            ],
            AuditSearch(kinds=("nothing.",)): [],
            AuditSearch(words="J_3_2", most=11): [one for one in every if "j_3_2" in one.object_id],
            AuditSearch(words="user: ADD", most=60): [one for one in every if one.action == "user.added"],
            AuditSearch(about="obj_1_3"): [one for one in every if one.object_id == "obj_1_3"],
            AuditSearch(since=since): [one for one in every if one.at >= since],
            AuditSearch(about="obj_4_2", words="obj", kinds=("person.",), since=since): [
                one
                for one in every
                if one.object_id == "obj_4_2" and one.action.startswith("person.") and one.at >= since
            ],
        }
        for search, expected in searches.items():
            found = walked(tx, search, limit, oldest_first=oldest_first)
            assert found == (expected if oldest_first else expected[::-1]), search


def test_a_search_for_words_stops_and_says_where_to_go_on(filled: Store) -> None:
    """After as many entries as it may look through, whether it found anything or not."""
    with filled.reading("tests", NOW + timedelta(days=9)) as tx:
        part = tx.audit.stretch(AuditSearch(words="obj_0_", most=25), 50)
        assert (part.entries, part.following) == ((), tx.audit.count() - 25)
