"""Write without end until killed: imports, approvals, withdrawals. Run by `test_crash` and the benchmark of it."""

from __future__ import annotations

from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from consent_db import Keyring, Store, roster_import
from gatekeeper.consent.permission import EVERYWHERE, Stance, Subject
from tests.support.register import ADMIN, ENGINE, NOW, approve, said, template

ROWS = 6
"""People in one import."""
_SYLLABLES = ("bal", "dem", "fin", "gol", "lur", "mab", "nes", "rik", "sod", "tuv")

_HEADER = "external_id,first_name,last_name,kind,group,biometric_consent,consent_all,name_consent,evidence"


def roster(name: str) -> bytes:
    """Return a file with `ROWS` people whose numbers begin with `name`."""
    rows = (f"{name}-{row},Amira,{_surname(f'{name}{row}')},staff,Oak,yes,yes,yes,form {row}" for row in range(ROWS))
    return "\n".join([_HEADER, *rows, ""]).encode()


def work(url: str, key_file: Path, name: str, done: Connection) -> None:
    """Say on `done` which people an import brought that is committed, and who took their consent back after it.

    Each round is: one import in one transaction; templates and one approval for
    everybody in a second; a withdrawal by the first of them in a third.
    """
    store = Store.open(url, Keyring.load(key_file))
    for number in count():
        with store.transaction(ADMIN, NOW) as tx:
            roster_import.apply(roster_import.plan(roster(f"{name}.{number}"), tx), tx)
        numbers = [f"{name}.{number}-{row}" for row in range(ROWS)]
        with store.transaction(ADMIN, NOW) as tx:
            people = [record.id for n in numbers if (record := tx.people.by_external_id(n)) is not None]
            for seed, person in enumerate(people):
                tx.enrolment.enrol(person, ENGINE, template(seed), 3)
                approve(tx, person)
        done.send(("imported", people))
        with store.transaction(ADMIN, NOW) as tx:
            tx.consent.record(people[0], said(Subject.BIOMETRICS, EVERYWHERE, Stance.WITHDRAWN))
            tx.consent.record(people[1], said(Subject.PICTURE, EVERYWHERE, Stance.WITHDRAWN))
        done.send(("withdrawn", people[:2]))


def _surname(number: str) -> str:
    """Return a surname of letters alone for a number: two that are nearly alike would be asked about."""
    return "Quill" + "".join(_SYLLABLES[int(char)] if char.isdigit() else "" for char in number)
