"""Write without end until killed: people, consents, templates, approvals, withdrawals. Run by `test_crash`."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from consent_db import Keyring, Store
from gatekeeper.permission import EVERYWHERE, Stance, Subject
from tests.consent_db.school import ADMIN, NOW, PUPIL, add_pupil, approve, said


def work(url: str, key_file: Path, name: str, done: Connection) -> None:
    """Say on `done` which person both transactions have been committed for."""
    store = Store.open(url, Keyring.load(key_file))
    for number in count():
        with store.transaction(ADMIN, NOW) as tx:
            person = add_pupil(tx, replace(PUPIL, external_id=f"{name}-{number}"))
            approve(tx, person)
        with store.transaction(ADMIN, NOW) as tx:
            tx.consent.record(person, said(Subject.BIOMETRICS, EVERYWHERE, Stance.WITHDRAWN))
        done.send(person)
