from __future__ import annotations

from pathlib import Path

from consent_db import Keyring, Store
from tests.support.killed_writers import Acknowledged, faults, kill_a_writer
from tests.support.register import ADMIN, NOW, add_channel

ROUNDS = 5


def test_a_killed_process_leaves_nothing_half_done(url: str, keyring: Keyring, tmp_path: Path) -> None:
    """After kill -9 at any moment the chain is whole, what was acknowledged is there, and no change is in part."""
    store = Store.open(url, keyring)
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
    heard = Acknowledged()
    for number in range(ROUNDS):
        kill_a_writer(url, tmp_path / "keys.json", number, heard)
        report = store.verify_audit()
        assert report.ok, report.problem
    with store.reading(ADMIN, NOW) as tx:
        assert list(faults(tx, heard)) == []
    assert heard.withdrawn
    store.close()
