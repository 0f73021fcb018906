from __future__ import annotations

import base64
import io
import json
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool

from consent_db import Keyring, Store
from consent_db.approvals.records import CheckState
from consent_db.checks.records import Mark
from consent_db.core import migrate
from consent_db.core.engine import connect
from consent_db.data_rights.tombstones import Tombstones
from consent_db.errors import DatabaseProblem, NotPossible, PassphraseProblem
from consent_db.keys import passphrase
from consent_db.keys.crypto import DataKey
from consent_db.keys.passphrase import OpeningReader, SealingWriter
from consent_db.schema import Table
from consent_db.transaction import Transaction
from gatekeeper.types import PersonId, Role
from tests.support.register import ADMIN, DIMENSION, ENGINE, NOW, TODAY, add_channel, add_pupil, approve, said

WORDS = "five words chosen by dice"


def settle_school(tx: Transaction) -> PersonId:
    """Leave something in most tables, with checks that replaced one another."""
    add_channel(tx)
    person = add_pupil(tx)
    tx.groups.add_event("fair", "Summer fair", TODAY, frozenset({person}))
    tx.objections.add("fair", "a man in a red cap")
    first, second = approve(tx, person), approve(tx, person)
    tx.checks.supersede(first.id, second.id)
    tx.consent.hold(person, "court order")
    tx.consent.lift(person)
    approve(tx, person)
    tx.users.add("head@example.sch.uk", "correct horse battery", Role.APPROVER)
    tx.clients.add("scheduler", ["check"], ["website"], NOW + timedelta(days=9))
    return person


def contents(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table."""
    with store._engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
            for table in Table.metadata.sorted_tables
        }


@pytest.fixture
def elsewhere(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/elsewhere.sqlite3"


def test_a_dump_of_either_database_fills_the_other(store: Store, keyring: Keyring, elsewhere: str) -> None:
    """Every row of every table is the same, whichever kind it came from, and the audit is whole."""
    with store.transaction(ADMIN, NOW) as tx:
        settle_school(tx)
    Store.fill(elsewhere, store.dump())
    copy = Store.open(elsewhere, keyring)
    assert contents(copy) == contents(store)
    assert copy.verify_audit() == store.verify_audit()
    copy.close()


def test_a_filled_database_goes_on_counting(url: str, keyring: Keyring, tmp_path: Path) -> None:
    """New rows get new numbers, and changes work as in the original."""
    origin = Store.open(f"sqlite:///{tmp_path}/origin.sqlite3", keyring)
    with origin.transaction(ADMIN, NOW) as tx:
        person = settle_school(tx)
    counts = Store.fill(url, origin.dump())
    assert (counts["people"], counts["checks"]) == (1, 3)
    copy = Store.open(url, keyring)
    with copy.transaction(ADMIN, NOW) as tx:
        before = [record.id for record in tx.consent.statements(person)]
        tx.consent.record(person, said())
        assert tx.consent.statements(person)[-1].id == max(before) + 1
        tx.consent.list_person(person)
        assert len(tx.register(ENGINE, DIMENSION).gallery.people) == 1
    assert copy.verify_audit().ok
    copy.close()
    origin.close()


def test_nothing_is_filled_that_holds_something(store: Store, url: str) -> None:
    """A database is never overwritten."""
    with pytest.raises(NotPossible, match="already"):
        Store.fill(url, store.dump())
    assert Store.is_filled(url)


def test_an_older_releases_dump_is_brought_up_to_date(url: str, keyring: Keyring, tmp_path: Path) -> None:
    """The tables of its release are made, filled, and migrated like the original would have been."""
    engine = connect(f"sqlite:///{tmp_path}/old.sqlite3")
    migrate.upgrade(engine, "0001")
    wrapped = keyring.wrap(DataKey.new(), "school")
    with engine.begin() as connection:
        values = {"key": wrapped}
        connection.execute(text("INSERT INTO school VALUES (1, 7, 12, :key)"), values)
    with engine.connect() as connection:
        row = dict(connection.execute(text("SELECT * FROM school")).mappings().one())
    engine.dispose()
    packed = [1, 7, 12, {"b": base64.b64encode(row["wrapped_key"]).decode()}]
    part = {"table": "school", "columns": list(row), "rows": [packed]}
    Store.fill(url, [json.dumps({"revision": "0001"}), json.dumps(part)])
    copy = Store.open(url, keyring)
    with copy.reading(ADMIN, NOW) as tx:
        assert (tx.register_version(), tx.terms().own_consent_age) == (7, 12)
    copy.close()


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ([], "cannot be read"),
        (["[]"], "cannot be read"),
        (['{"revision": "9999"}'], "newer release"),
        (['{"revision": "0001"}', '{"table": "x"}'], "cannot be read"),
    ],
)
def test_what_is_no_dump_is_refused(elsewhere: str, lines: list[str], error: str) -> None:
    """In words, and nothing of it is left when the place was emptied."""
    with pytest.raises(DatabaseProblem, match=error):
        Store.fill(elsewhere, lines)
    Store.empty(elsewhere)
    assert not Store.is_filled(elsewhere)


def test_a_dump_is_of_one_moment(store: Store) -> None:
    """What is written while it is read is not in it, not even in tables that come later."""
    with store.transaction(ADMIN, NOW) as tx:
        add_pupil(tx)
    lines = store.dump()
    next(lines)
    before = store.verify_audit().length
    with store.transaction(ADMIN, NOW) as tx:
        tx.audit.append("demo.note", "later")
    rows = sum(len(part["rows"]) for part in map(json.loads, lines) if part["table"] == "audit")
    assert rows == before


def test_what_was_destroyed_does_not_come_alive(store: Store) -> None:
    """Erased people and deleted pictures are destroyed again; approvals, channels, keys and sign-ins end."""
    with store.transaction(ADMIN, NOW) as tx:
        person = settle_school(tx)
        user = tx.users.all()[0]
        tx.sessions.start(user.id)
        approval = tx.checks.recent()[0].id
    stones = Tombstones({person: False, PersonId("per_unknown"): True}, frozenset({Mark("f" * 64, 9)}))
    with store.transaction(ADMIN, NOW) as tx:
        version = tx.register_version()
        settled = tx.settle_after_restore(stones, NOW)
        assert (settled.erased, settled.approvals, settled.channels, settled.clients) == (1, 0, ("website",), 1)
        assert tx.register_version() > version
        assert tx.people.all() == []
        assert tx.sessions.of(user.id) == []
        assert not tx.channels.all()[0].open
        assert Mark("f" * 64, 9) in tx.deleted_pictures.marks()
        assert tx.checks.get(approval).state is not CheckState.DECIDED
    with store.transaction(ADMIN, NOW) as tx:
        assert tx.settle_after_restore(stones, NOW).erased == 0
    assert store.verify_audit().ok


def test_approvals_of_a_backup_do_not_stand(store: Store) -> None:
    """Consent may have been taken back since: each picture has to be checked again."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        check = approve(tx, add_pupil(tx))
        assert tx.settle_after_restore(Tombstones(), NOW).approvals == 1
        assert (tx.checks.get(check.id).stands(NOW), tx.checks.get(check.id).ended_why) == (False, "restored")


def test_nothing_is_wrong_with_a_whole_database(store: Store) -> None:
    """Every cell opens and every decision is in the audit."""
    with store.transaction(ADMIN, NOW) as tx:
        settle_school(tx)
    with store.reading(ADMIN, NOW) as tx:
        assert tx.problems() == []
        assert len(tx.pictures_needed()) == 3
        assert tx.keys_of_old() == 0


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE people SET profile = wrapped_key", "The names of per_"),
        ("UPDATE templates SET sealed = zeroblob(60)", "A cell of templates about per_"),
        ("UPDATE notes SET row_id = row_id + 100", "notes"),
        ("UPDATE checks SET request = facts WHERE facts IS NOT NULL", "Check chk_"),
        ("UPDATE checks SET facts = request WHERE facts IS NOT NULL", "Check chk_"),
        ("UPDATE channels SET staff = x'00'", "A channel"),
        ("UPDATE users SET email = x'00'", "A user"),
        ("UPDATE clients SET label = x'00'", "A client"),
        ("DELETE FROM people", "points at a row of people"),
        ("UPDATE people SET leaving_date = '2020-01-01'", "templates without permission"),
        ("DELETE FROM audit WHERE seq = 3", "The audit chain is broken"),
        ("UPDATE checks SET id = 'chk_other' WHERE id = (SELECT max(id) FROM checks)", "the audit knows nothing"),
    ],
)
def test_whatever_is_wrong_is_found(lite: Store, sqlite_url: str, damage: str, found: str) -> None:
    """And said in a sentence with ids, without names."""
    with lite.transaction(ADMIN, NOW) as tx:
        settle_school(tx)
    engine = create_engine(sqlite_url, poolclass=NullPool)
    with engine.begin() as connection:
        for trigger in ("audit_no_delete", "audit_no_update"):
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(text(damage))
    with lite.reading(ADMIN, NOW) as tx:
        said_of = " ".join(tx.problems())
    assert found in said_of
    assert "Amira" not in said_of


@given(st.lists(st.binary(max_size=3000), max_size=6), st.integers(1, 5000))
@settings(max_examples=10, deadline=None)
def test_what_is_sealed_with_a_passphrase_opens_with_it(parts: list[bytes], step: int) -> None:
    """Whatever was written, in whatever pieces."""
    file = io.BytesIO()
    with SealingWriter(file, WORDS) as writer:
        for part in parts:
            writer.write(part)
    file.seek(0)
    with OpeningReader(file, WORDS) as reader:
        read = b"".join(iter(lambda: reader.read(step) or b"", b""))
    assert read == b"".join(parts)


def test_each_guess_at_a_passphrase_costs_memory(real_passphrases: None) -> None:
    """A file says that its key takes scrypt with 128 MiB, and opens so."""
    file = io.BytesIO()
    with SealingWriter(file, WORDS) as writer:
        writer.write(b"x")
    header = json.loads(file.getvalue().partition(b"\n")[0])
    assert 128 * header["n"] * header["r"] >= 128 * 2**20
    file.seek(0)
    with OpeningReader(file, WORDS) as reader:
        assert reader.read(1) == b"x"


@pytest.mark.parametrize("typed", ["Café crème für Zoë", unicodedata.normalize("NFD", "Café crème für Zoë")])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_passphrase_opens_however_it_is_typed(typed: str, mark: str) -> None:
    """Composed or decomposed letters, as keyboards of different systems give them, and a byte order mark, are one."""
    file = io.BytesIO()
    with SealingWriter(file, "Café crème für Zoë") as writer:
        writer.write(b"everything")
    file.seek(0)
    with OpeningReader(file, mark + typed) as reader:
        assert reader.read(100) == b"everything"


def test_a_backup_of_an_earlier_release_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    """That release sealed with the decomposed letters that it was given."""
    decomposed = unicodedata.normalize("NFD", "Café crème für Zoë")
    file = io.BytesIO()
    with monkeypatch.context() as before:
        before.setattr(passphrase, "normalised", lambda words: words)
        with SealingWriter(file, decomposed) as writer:
            writer.write(b"everything")
    for words in (decomposed, "Café crème für Zoë"):
        file.seek(0)
        with OpeningReader(file, words) as reader:
            assert reader.read(100) == b"everything"


@pytest.fixture(scope="module")
def sealed() -> bytes:
    """Two and a half pieces."""
    file = io.BytesIO()
    with SealingWriter(file, WORDS) as writer:
        writer.write(bytes(5 * 2**19))
    return file.getvalue()


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def drain(file: io.BytesIO) -> None:
    with OpeningReader(file, WORDS) as reader:
        while reader.read(2**20):
            pass


PIECE = 2**20 + 16 + 4
HARM: dict[str, Callable[[bytes, int], bytes]] = {
    "cut in the middle of a piece": lambda data, _: data[:-10],
    "cut after a whole piece": lambda data, start: data[: start + 2 * PIECE],
    "something added": lambda data, _: data + b"x",
    "a bit of the first piece": lambda data, start: flipped(data, start + 40),
    "a bit of the last piece": lambda data, _: flipped(data, len(data) - 1),
    "a bit of the first line": lambda data, _: flipped(data, data.index(b'"salt": "') + 10),
    "pieces exchanged": lambda data, start: (
        data[:start] + data[start + PIECE : start + 2 * PIECE] + data[start : start + PIECE] + data[start + 2 * PIECE :]
    ),
    "a piece left out": lambda data, start: data[: start + PIECE] + data[start + 2 * PIECE :],
    "a length too long": lambda data, start: data[:start] + b"\xff\xff\xff\xff" + data[start + 4 :],
}


@pytest.mark.parametrize("harm", sorted(HARM))
def test_every_harm_to_a_sealed_stream_is_found(sealed: bytes, harm: str) -> None:
    """Nothing can be changed, moved, doubled, added or cut off."""
    file = io.BytesIO(HARM[harm](sealed, sealed.index(b"\n") + 1))
    with pytest.raises(PassphraseProblem):
        drain(file)


def test_another_passphrase_opens_nothing(sealed: bytes) -> None:
    """It is said so at once."""
    with pytest.raises(PassphraseProblem, match="not the one"), OpeningReader(io.BytesIO(sealed), "x" * 20) as reader:
        reader.read(1)


@pytest.mark.parametrize("line", [b"", b"PK", b"{}\n", b'{"format": "gatekeeper-backup/1", "salt": "", "n": 1e9}\n'])
def test_what_is_no_backup_is_said_to_be_none(line: bytes) -> None:
    """Neither another file nor one that asks for gigabytes of memory is tried."""
    with pytest.raises(PassphraseProblem, match="no backup"):
        OpeningReader(io.BytesIO(line), WORDS)


def test_a_passphrase_that_can_be_guessed_is_refused() -> None:
    """Before anything is written."""
    file = io.BytesIO()
    with pytest.raises(PassphraseProblem, match="dice"):
        SealingWriter(file, "x" * (passphrase.SHORTEST - 1))
    assert file.getvalue() == b""
