"""Disks that are full or broken: nothing is half done, and it works again afterwards."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from consent_db import Keyring, Store
from consent_db.data_rights import tombstones
from consent_db.data_rights.tombstones import Tombstones
from gatekeeper.consent.permission import Stance, Subject
from gatekeeper.types import PersonId
from tests.support.register import ADMIN, NOW, PUPIL, add_channel, add_pupil, approve, said


@contextmanager
def full_after(store: Store, pages: int) -> Iterator[None]:
    """Let SQLite's file grow by so many pages only, as on a disk that is nearly full."""

    def limit(connection: object, _record: object, _proxy: object) -> None:
        used = connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
        connection.execute(f"PRAGMA max_page_count = {used + pages}")  # type: ignore[attr-defined]

    event.listen(store._engine, "checkout", limit)
    try:
        yield
    finally:
        event.remove(store._engine, "checkout", limit)
        store._engine.dispose()


def test_a_full_disk_leaves_nothing_half_done(lite: Store) -> None:
    """At whatever page it happens the whole transaction is undone, and with room again it works."""
    with lite.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        first = add_pupil(tx)
        check = approve(tx, first)
    before, failed = lite.verify_audit(), 0
    for pages in range(0, 60, 5):
        try:
            with full_after(lite, pages), lite.transaction(ADMIN, NOW) as tx:
                for number in range(20):
                    add_pupil(tx, replace(PUPIL, external_id=f"{pages}-{number}"))
                tx.consent.record(first, said(Subject.PICTURE, stance=Stance.WITHDRAWN))
        except OperationalError:
            failed += 1
            assert lite.verify_audit() == before
            with lite.reading(ADMIN, NOW) as tx:
                assert len(tx.people.all()) == 1
                assert tx.checks.get(check.id).stands(NOW)
        else:
            break
    assert failed > 1
    with lite.reading(ADMIN, NOW) as tx:
        assert len(tx.people.all()) == 21
        assert not tx.checks.get(check.id).stands(NOW)
        assert tx.problems() == []


@contextmanager
def fails(call: str, code: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have a call to the system fail, as a broken or full disk has it."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        patched.setattr(os, call, refuse)
        yield


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
@pytest.mark.parametrize("what", ["rotation", "tombstones"])
def test_a_file_of_keys_is_whole_or_as_it_was(
    tmp_path: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch, call: str, code: int, what: str
) -> None:
    """A write that fails changes nothing and leaves nothing beside the file."""
    path, stones = tmp_path / "keys.json", tmp_path / "keys.json.tombstones"
    tombstones.add(stones, Tombstones({PersonId("per_1"): False}))
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    works: dict[str, Callable[[], None]] = {
        "rotation": Keyring.load(path).add_key,
        "tombstones": lambda: tombstones.add(stones, Tombstones({PersonId("per_2"): False})),
    }
    with fails(call, code, monkeypatch), pytest.raises(OSError, match=os.strerror(code)):
        works[what]()
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    works[what]()
    assert {file.name for file in tmp_path.iterdir()} == before.keys()
