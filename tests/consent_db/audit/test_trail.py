from __future__ import annotations

import json
import random
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_db import Store
from consent_db.audit.checkpoints import GENESIS, Checkpoint, Signer, signed_by
from consent_db.audit.trail import check, line_of, read_lines
from consent_db.errors import NotPossible
from tests.benchmarks.tampering import WAYS, chain, found
from tests.support.register import ADMIN, NOW, add_channel, add_pupil, approve


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
    line = store.audit_checkpoint(NOW)
    with store.transaction(ADMIN, NOW) as tx:
        tx.audit.append("demo.note", "x")
    assert store.verify_audit(line).ok


def test_a_checkpoint_shows_a_chain_that_was_cut_short(lite: Store, tmp_path: Path) -> None:
    """Without it a cut at the end looks whole; with it the cut is found, and so is a new chain."""
    with lite.transaction(ADMIN, NOW) as tx:
        for number in range(4):
            tx.audit.append("demo.note", str(number))
    line = lite.audit_checkpoint(NOW)
    assert lite.verify_audit(line + "\n").ok
    tamper(tmp_path, "DELETE FROM audit WHERE seq > 2")
    assert lite.verify_audit().ok
    report = lite.verify_audit(line)
    assert (report.ok, report.first_broken) == (False, 3)
    with lite.transaction(ADMIN, NOW) as tx:
        for number in range(4):
            tx.audit.append("demo.note", f"other {number}")
    assert not lite.verify_audit(line).ok


@pytest.mark.parametrize(
    "note", ["", "gatekeeper-audit/1 x y", "gatekeeper-audit/2 1 " + "0" * 64, f"gatekeeper-audit/1 0 {GENESIS}\n\nme"]
)
def test_a_text_that_is_no_checkpoint_proves_nothing(lite: Store, note: str) -> None:
    """It is said so, instead of comparing with nothing."""
    with pytest.raises(NotPossible, match="no checkpoint"):
        lite.verify_audit(note)


def test_a_checkpoint_is_a_note_whose_first_line_is_enough(lite: Store) -> None:
    """The whole text is taken, and the line alone, which can be dictated over the telephone."""
    note = lite.audit_checkpoint(NOW)
    assert lite.verify_audit(note).ok
    assert lite.verify_audit(note.splitlines()[0]).ok
    assert signed_by(Checkpoint.parse(note), lite.audit_key())


def test_a_checkpoint_of_another_installation_is_refused(lite: Store) -> None:
    """Its signature is not ours, so it proves nothing here."""
    stranger = Signer(bytes(32))
    with pytest.raises(NotPossible, match="not signed by this installation"):
        lite.verify_audit(stranger.sign(0, GENESIS, NOW))


@given(st.integers(0, 200), st.integers(0, 255))
def test_a_signature_is_about_every_letter(position: int, letter: int) -> None:
    """No letter of a signed checkpoint can be exchanged."""
    signer = Signer(b"k" * 32)
    note = signer.sign(77, "ab" * 32, NOW)
    text = note.split("\n\n")[0] + "\n"
    at = position % len(text)
    kept = Checkpoint.parse(note)
    forged = Checkpoint(kept.length, kept.head, text[:at] + chr(letter) + text[at + 1 :], kept.signature)
    assert signed_by(forged, signer.public) == (forged.text == text)


@pytest.mark.parametrize("key", ["", "x", "gatekeeper-audit+00000000+AAAA", "other+00+AQ=="])
def test_what_is_no_key_is_said_to_be_none(key: str) -> None:
    """Nothing is called signed or unsigned by something else than a key."""
    with pytest.raises(NotPossible, match="no key"):
        signed_by(Checkpoint(0, GENESIS), key)


def test_a_key_with_a_letter_wrong_is_refused() -> None:
    """Its hash does not belong to it."""
    name, known_by, encoded = Signer(b"k" * 32).public.split("+", 2)
    letter = "B" if encoded[20] == "A" else "A"
    with pytest.raises(NotPossible, match="damaged"):
        signed_by(Checkpoint(0, GENESIS), f"{name}+{known_by}+{encoded[:20]}{letter}{encoded[21:]}")


def test_an_export_is_verified_without_the_database(lite: Store) -> None:
    """Line by line it is the same chain, and what is wrong with it is found."""
    with lite.transaction(ADMIN, NOW) as tx:
        add_pupil(tx)
    lines = list(lite.export_audit())
    kept = Checkpoint.parse(lite.audit_checkpoint(NOW))
    assert check(read_lines([*lines, ""]), kept) == lite.verify_audit()
    assert check(read_lines(lines[:-1]), kept).first_broken == len(lines)
    assert check(read_lines([*lines[:2], lines[2].replace("2026", "2025"), *lines[3:]]), kept).first_broken == 3


@pytest.mark.parametrize("line", ["{}", "[]", "not json", '{"seq": 1}'])
def test_a_line_that_is_no_entry_is_an_error_in_words(line: str) -> None:
    """It names the line and the command that writes such files."""
    good = line_of(chain(1)[0])
    with pytest.raises(NotPossible, match="Line 2"):
        list(read_lines([good, line]))


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
        lite.audit_checkpoint(NOW)


@pytest.mark.parametrize("way", sorted(WAYS))
def test_any_tampering_anywhere_breaks_the_chain(way: str) -> None:
    """Every way at every place of a chain; what shows only at the end shows against the checkpoint."""
    links, chance = chain(20), random.Random(1)
    kept = Checkpoint(20, links[-1].hash)
    assert check(links, kept).ok
    assert found(links, kept, list(range(20)), WAYS[way], chance) == 20


def test_ten_thousand_entries_are_verified_quickly() -> None:
    """And one altered among them is found, at its number."""
    links = chain(10_000)
    assert check(links).ok
    links[7_776] = links[7_776]._replace(actor="user:other")
    assert check(links).first_broken == 7_777
