"""How long an import of a whole school takes, on SQLite, without photographs.

    python -m tests.benchmarks.roster_import [--people 5000]

A first import, the same file again, one that changes everybody, and taking that back.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from consent_db import Keyring, Store, roster_import

CONSOLE = Console()
HEADER = (
    "external_id,first_name,last_name,known_as,kind,group,date_of_birth,leaving_date,do_not_publish,"
    "biometric_consent,consent_website,consent_all,name_consent,consent_expires,evidence"
)


def main() -> None:
    """Import, and print what each step took."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.roster_import", description=__doc__)
    parser.add_argument("--people", type=int, default=5_000)
    people: int = parser.parse_args().people
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/school.sqlite3", Keyring.create(Path(folder) / "keys.json"))
        _time("first import", store, _file(people, "31/08/2027"))
        _time("same file again", store, _file(people, "31/08/2027"))
        _time("everybody changed", store, _file(people, "31/08/2028"))
        begun, used = time.perf_counter(), time.process_time()
        with store.transaction("benchmark", datetime.now(UTC)) as tx:
            tx.imports.undo(2)
        _say("taking that back", begun, used)
        store.close()


def _file(people: int, until: str) -> str:
    return "\n".join([HEADER, *(_row(number, until) for number in range(people))])


def _row(number: int, until: str) -> str:
    listed, everywhere = "yes" if number % 50 == 0 else "no", "no" if number % 9 == 0 else ""
    born = f"{1 + number % 28:02}/03/2015"
    start = f"P-{number:05},First{number},Last{number},,pupil,Class {number % 200},{born},,{listed}"
    return f"{start},yes,yes,{everywhere},yes,{until},form {number}"


def _time(what: str, store: Store, file: str) -> None:
    begun, used = time.perf_counter(), time.process_time()
    with store.transaction("benchmark", datetime.now(UTC)) as tx:
        plan = roster_import.plan(file, tx)
        roster_import.apply(plan, tx)
    counts = f"{len(plan.additions)} new, {len(plan.changes)} changed, {len(plan.unchanged)} as before"
    _say(f"{what} ({counts})", begun, used)


def _say(what: str, begun: float, used: float) -> None:
    wall, processor = time.perf_counter() - begun, time.process_time() - used
    CONSOLE.print(f"{what}: {wall:.1f} s, {processor:.1f} s of the processor", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
