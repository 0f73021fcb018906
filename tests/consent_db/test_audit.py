from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_db import Store
from consent_db.audit import GENESIS, Link, check
from consent_db.errors import NotPossible
from tests.consent_db.school import ADMIN, NOW, add_channel, add_pupil, approve


def chain(length: int) -> list[Link]:
    links: list[Link] = []
    for seq in range(1, length + 1):
        previous = links[-1].hash if links else GENESIS
        bare = Link(seq, NOW.isoformat(), ADMIN, "person.changed", f"per_{seq}", "{}", previous)
        links.append(bare._replace(hash=bare.digest()))
    return links


def test_every_change_writes_its_entry(store: Store) -> None:
    """Who, when, what and to what, in order, each carrying the hash of the one before."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        check_id = approve(tx, person).id
        tx.audit.append("demo.note", person, {"n": 1})
        entries = tx.audit.entries()
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert {(entry.actor, entry.at) for entry in entries} == {(ADMIN, NOW)}
    assert [entry.previous for entry in entries] == [GENESIS, *(entry.hash for entry in entries[:-1])]
    wanted = {"channel.added", "person.added", "consent.recorded", "template.stored", "check.decided", "demo.note"}
    assert wanted <= {entry.action for entry in entries}
    decided = next(json.loads(entry.payload) for entry in entries if entry.action == "check.decided")
    assert (decided["people"], decided["outcome"], decided["policy"]) == ([person], "approve", "primary@1")
    assert check_id in {entry.object_id for entry in entries}
    assert store.verify_audit().length == len(entries)


def test_entries_are_given_in_pages(lite: Store) -> None:
    """A long chain is read piece by piece."""
    with lite.transaction(ADMIN, NOW) as tx:
        for number in range(5):
            tx.audit.append("demo.note", str(number))
        assert [entry.seq for entry in tx.audit.entries(after=2, limit=2)] == [3, 4]


def test_an_empty_chain_is_whole(store: Store) -> None:
    """It has a checkpoint too, which every later chain contains."""
    report = store.verify_audit()
    assert (report.ok, report.length, report.head) == (True, 0, GENESIS)
    line = store.export_checkpoint()
    with store.transaction(ADMIN, NOW) as tx:
        tx.audit.append("demo.note", "x")
    assert store.verify_audit(line).ok


def test_a_checkpoint_shows_a_chain_that_was_cut_short(lite: Store, tmp_path: Path) -> None:
    """Without it a cut at the end looks whole; with it the cut is found, and so is a new chain."""
    with lite.transaction(ADMIN, NOW) as tx:
        for number in range(4):
            tx.audit.append("demo.note", str(number))
    line = lite.export_checkpoint()
    assert lite.verify_audit(line + "\n").ok
    tamper(tmp_path, "DELETE FROM audit WHERE seq > 2")
    assert lite.verify_audit().ok
    report = lite.verify_audit(line)
    assert (report.ok, report.first_broken) == (False, 3)
    with lite.transaction(ADMIN, NOW) as tx:
        for number in range(4):
            tx.audit.append("demo.note", f"other {number}")
    assert not lite.verify_audit(line).ok


@pytest.mark.parametrize("line", ["", "gatekeeper-audit/1 x y", "gatekeeper-audit/2 1 " + "0" * 64])
def test_a_line_that_is_no_checkpoint_proves_nothing(lite: Store, line: str) -> None:
    """It is said so, instead of comparing with nothing."""
    report = lite.verify_audit(line)
    assert not report.ok
    assert "not a line of ours" in str(report.problem)


def tamper(tmp_path: Path, *statements: str) -> None:
    """Change the database as somebody with the file and without this package would."""
    with sqlite3.connect(tmp_path / "data" / "school.sqlite3") as connection:
        for trigger in ("audit_no_update", "audit_no_delete"):
            connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE audit SET payload = '{\"n\":9}' WHERE seq = 2",
        "UPDATE audit SET at = '2020-01-01T00:00:00+00:00' WHERE seq = 2",
        "UPDATE audit SET at = 'yesterday' WHERE seq = 2",
        "UPDATE audit SET actor = 'user:other' WHERE seq = 2",
        "UPDATE audit SET action = x'ff' WHERE seq = 2",
        "UPDATE audit SET object_id = 'z' WHERE seq = 2",
        "UPDATE audit SET hash = previous WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 2",
        "UPDATE audit SET seq = 99 WHERE seq = 2",
        "INSERT INTO audit SELECT seq + 10, at, actor, action, object_id, payload, hash, hash FROM audit WHERE seq = 2",
    ],
)
def test_every_kind_of_tampering_with_the_file_is_found(lite: Store, tmp_path: Path, attack: str) -> None:
    """The verification names the first entry that is not as it was written, and no checkpoint is given out."""
    with lite.transaction(ADMIN, NOW) as tx:
        for number in range(4):
            tx.audit.append("demo.note", str(number), {"n": number})
    tamper(tmp_path, attack)
    report = lite.verify_audit()
    assert not report.ok
    assert report.first_broken in {2, 5}
    assert report.problem
    with pytest.raises(NotPossible, match="broken"):
        lite.export_checkpoint()


ATTACKS: dict[str, Callable[[list[Link], int, int], list[Link]]] = {
    "delete": lambda links, at, _: links[:at] + links[at + 1 :],
    "insert": lambda links, at, other: [*links[:at], links[other], *links[at:]],
    "swap": lambda links, at, other: [
        links[other] if n == at else links[at] if n == other else link for n, link in enumerate(links)
    ],
    "edit": lambda links, at, _: [*links[:at], links[at]._replace(payload='{"x":1}'), *links[at + 1 :]],
    "edit and hash anew": lambda links, at, _: [*links[:at], rehashed(links[at]), *links[at + 1 :]],
}


def rehashed(link: Link) -> Link:
    changed = link._replace(object_id="per_x")
    return changed._replace(hash=changed.digest())


@given(st.integers(2, 40), st.integers(0, 39), st.integers(0, 39), st.sampled_from(sorted(ATTACKS)))
def test_any_edit_deletion_insertion_or_reordering_breaks_the_chain(
    length: int, at: int, other: int, attack: str
) -> None:
    """Anywhere, of any entry; what shows only at the end shows against the checkpoint."""
    links = chain(length)
    changed = ATTACKS[attack](links, at % length, other % length)
    checkpoint = (length, links[-1].hash)
    assert check(links, checkpoint).ok
    assert check(changed, checkpoint).ok == (changed == links)


def test_ten_thousand_entries_are_verified_quickly() -> None:
    """And one altered among them is found, at its number."""
    links = chain(10_000)
    assert check(links).ok
    links[7_776] = links[7_776]._replace(actor="user:other")
    assert check(links).first_broken == 7_777
