from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from consent_db import Keyring, Store
from consent_db.transaction import Transaction
from gatekeeper.permission import Subject
from gatekeeper.types import PersonId
from tests.consent_db.crash_worker import work
from tests.consent_db.school import ADMIN, ENGINE, NOW, add_channel

ROUNDS = 10
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.consent_db.crash_worker"])


def kill_a_writer(url: str, key_file: Path, number: int) -> list[PersonId]:
    """Let a process write for a moment, kill it, and return what it had said was done."""
    receiver, sender = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=work, args=(url, key_file, str(number), sender))
    process.start()
    sender.close()
    done = [receiver.recv()]  # it is under way
    time.sleep(random.Random(number).uniform(0, 0.05))
    process.kill()
    process.join()
    with suppress(EOFError):
        while True:
            done.append(receiver.recv())
    receiver.close()
    process.close()
    return done


def half_done(tx: Transaction) -> Iterator[str]:
    """Name everything that one transaction should have done and did only in part."""
    versions = 0
    for record in tx.people.all():
        said = [entry.statement for entry in tx.consent.statements(record.id)]
        withdrawn = len(said) == len(Subject) + 1
        versions += 1 + withdrawn
        if len(said) != len(Subject) + withdrawn:
            yield "a person without their statements"
        if bool(record.template_engines) == withdrawn:
            yield "a template that outlived its consent, or was lost"
    for check in tx.checks.recent(limit=100_000):
        person = check.facts.faces[0].person if check.facts else None
        if person is None or check.stands(NOW) != bool(tx.people.get(person).template_engines):
            yield "an approval without its answer, or one that outlived the withdrawal"
    if tx.register_version() != versions + 2:  # a new school is at 1; the channel's approval moved it once
        yield "a version that does not count the changes"


def test_a_killed_process_leaves_nothing_half_done(url: str, keyring: Keyring, tmp_path: Path) -> None:
    """After kill -9 at any moment the chain is whole, what was acknowledged is there, and no change is in part."""
    store = Store.open(url, keyring)
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
    acknowledged: list[PersonId] = []
    for number in range(ROUNDS):
        acknowledged += kill_a_writer(url, tmp_path / "keys.json", number)
        report = store.verify_audit()
        assert report.ok, report.problem
    with store.reading(ADMIN, NOW) as tx:
        assert list(half_done(tx)) == []
        known = {record.id: record for record in tx.people.all()}
        assert all(person in known and not known[person].template_engines for person in acknowledged)
        assert tx.enrolment.count(ENGINE) <= ROUNDS
    store.close()
