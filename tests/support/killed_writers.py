"""Processes that write and are killed, and what must hold afterwards."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from consent_db.transaction import Transaction
from gatekeeper.consent.permission import Stance, Subject
from gatekeeper.types import PersonId
from tests.support.crash_worker import ROWS, work
from tests.support.register import NOW

PROCESSES = multiprocessing.get_context("forkserver")


PROCESSES.set_forkserver_preload(["tests.support.crash_worker"])


@dataclass
class Acknowledged:
    """What the processes had said was done before they were killed."""

    imported: set[PersonId] = field(default_factory=set)
    withdrawn: set[PersonId] = field(default_factory=set)

    def hear(self, kind: str, people: list[PersonId]) -> None:
        (self.imported if kind == "imported" else self.withdrawn).update(people)


def kill_a_writer(url: str, key_file: Path, number: int, heard: Acknowledged, within: float = 0.5) -> None:
    """Let a process write for a moment, kill it, and take down what it had said was done."""
    receiver, sender = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=work, args=(url, key_file, str(number), sender))
    process.start()
    sender.close()
    heard.hear(*receiver.recv())  # it is under way
    time.sleep(random.Random(number).uniform(0, within))
    process.kill()
    process.join()
    with suppress(EOFError):
        while True:
            heard.hear(*receiver.recv())
    receiver.close()
    process.close()


def faults(tx: Transaction, heard: Acknowledged) -> Iterator[str]:
    """Name everything that is lost, done in part, or approved though it may not be."""
    people = {record.id: record for record in tx.people.all()}
    stands = {face.person for check in tx.checks.recent(limit=10**6) if check.stands(NOW) and check.facts
              for face in check.facts.faces}  # fmt: skip
    imports: Counter[str] = Counter()
    for record in people.values():
        imports[str(record.profile.external_id).rpartition("-")[0]] += 1
        taken_back = {
            said.statement.subject
            for said in tx.consent.statements(record.id)
            if said.statement.stance is Stance.WITHDRAWN
        }
        granted = len(tx.consent.statements(record.id)) - len(taken_back)
        if granted != len(Subject):
            yield "a person without their statements"
        if Subject.BIOMETRICS in taken_back and record.template_engines:
            yield "a template that outlived its consent"
        if taken_back and record.id in stands:
            yield "an approval that outlived the withdrawal"
        if not taken_back and bool(record.template_engines) is not (record.id in stands):
            yield "half of a transaction: a template without its approval, or the other way round"
        if record.id in heard.withdrawn and not taken_back:
            yield "a withdrawal that was acknowledged and lost"
        if record.id in heard.imported and not (taken_back or record.template_engines):
            yield "an enrolment that was acknowledged and lost"
    if any(number != ROWS for number in imports.values()):
        yield "half of an import"
    if not heard.imported | heard.withdrawn <= people.keys():
        yield "a person who was acknowledged and lost"
    yield from tx.problems()
