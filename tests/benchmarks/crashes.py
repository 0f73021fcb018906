"""Kill -9 at random moments of imports and withdrawals: `python -m tests.benchmarks.crashes --kills 200`.

Prints one line of JSON for each kind of database; `faults` names everything that
was lost, half-applied or approved wrongly, and has to be empty.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from pathlib import Path

from consent_db import Keyring, Store
from tests.benchmarks.databases import databases
from tests.support.killed_writers import Acknowledged, faults, kill_a_writer
from tests.support.register import ADMIN, NOW, add_channel


def measure(url: str, folder: Path, kills: int) -> dict[str, object]:
    """Kill one process after the other and look at what they left."""
    folder.mkdir(parents=True)
    keyring = Keyring.create(folder / "keys.json")
    store = Store.open(url, keyring)
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
    heard, slowest = Acknowledged(), 0.0
    for number in range(kills):
        kill_a_writer(url, folder / "keys.json", number, heard)
        started = time.perf_counter()
        with store.transaction(ADMIN, NOW) as tx:  # who comes after a kill can read and write at once
            tx.audit.append("demo.note", str(number))
        slowest = max(slowest, time.perf_counter() - started)
    with store.reading(ADMIN, NOW) as tx:
        found = Counter(faults(tx, heard))
        people = len(tx.people.all())
    entries = store.verify_audit().length
    store.close()
    return {"kills": kills, "people": people, "imports acknowledged": len(heard.imported), "entries": entries,
            "withdrawals acknowledged": len(heard.withdrawn), "slowest to write again": round(slowest, 3),
            "faults": dict(found)}  # fmt: skip


def main() -> None:
    """Print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for kind, url in databases(Path(name)):
            found = measure(url, Path(name) / f"{kind}-keys", given.kills)
            print(json.dumps({"database": kind, **found}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
