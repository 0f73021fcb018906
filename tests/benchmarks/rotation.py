"""Rotate keys while people are added, and kill it: `python -m tests.benchmarks.rotation --kills 50`.

Prints one line of JSON for each kind of database. Afterwards everybody must be
readable, nobody's key may lie under an old key, and the key file as it was at the
start must open nothing.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import shutil
import tempfile
import threading
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from consent_db import Keyring, Store
from consent_db.errors import KeyringProblem
from tests.benchmarks.databases import databases
from tests.support.register import ADMIN, DIMENSION, ENGINE, NOW, PUPIL, add_pupil

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.support.register"])


def rotate_forever(url: str, key_file: Path, ready: Connection) -> None:
    """Rotate again and again, until killed."""
    store = Store.open(url, Keyring.load(key_file))
    ready.send(True)
    while True:
        store.rotate_keys(ADMIN, NOW)


def measure(url: str, folder: Path, people: int, kills: int) -> dict[str, object]:
    """Kill rotations at random moments and say what is left."""
    folder.mkdir(parents=True)
    key_file = folder / "keys.json"
    store = Store.open(url, Keyring.create(key_file))
    shutil.copy(key_file, folder / "old.json")
    with store.transaction(ADMIN, NOW) as tx:
        tx.people.add_all([replace(PUPIL, external_id=str(number)) for number in range(people - 20)])
        for number in range(20):
            add_pupil(tx, replace(PUPIL, external_id=f"enrolled-{number}"))
    started = time.perf_counter()
    store.rotate_keys(ADMIN, NOW)
    seconds = time.perf_counter() - started
    stop, added = threading.Event(), [0]
    writer = threading.Thread(target=_add, args=(store, stop, added))
    writer.start()
    unfinished = 0
    for number in range(kills):
        _kill_one(url, key_file, random.Random(number).uniform(0, 1.5 * seconds))
        unfinished += Keyring.load(key_file).changing
    stop.set()
    writer.join()
    final = Store.open(url, Keyring.load(key_file))
    final.rotate_keys(ADMIN, NOW)
    found = _left(final, url, folder)
    final.close()
    store.close()
    return {
        "people": people + added[0],
        "seconds for one": round(seconds, 2),
        "kills": kills,
        "cut off in the middle": unfinished,
        **found,
    }


def _add(store: Store, stop: threading.Event, added: list[int]) -> None:
    while not stop.is_set():
        with store.transaction(ADMIN, NOW) as tx:
            add_pupil(tx, replace(PUPIL, external_id=f"new-{added[0]}"), enrolled=False)
        added[0] += 1
        time.sleep(0.02)


def _kill_one(url: str, key_file: Path, seconds: float) -> None:
    receiver, sender = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=rotate_forever, args=(url, key_file, sender))
    process.start()
    receiver.recv()
    time.sleep(seconds)
    process.kill()
    process.join()


def _left(store: Store, url: str, folder: Path) -> dict[str, object]:
    with store.reading(ADMIN, NOW) as tx:
        readable, old = len(tx.people.all()), tx.keys_of_old()
        templates = len(tx.register(ENGINE, DIMENSION).gallery.people)
    try:
        Store.open(url, Keyring.load(folder / "old.json")).close()
        opens = True
    except KeyringProblem:
        opens = False
    keys = len(json.loads((folder / "keys.json").read_text())["keys"])
    chain = store.verify_audit().ok
    return {"readable": readable, "templates": templates, "under an old key": old, "old file opens": opens,
            "keys in the file": keys, "audit whole": chain}  # fmt: skip


def main() -> None:
    """Print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=50)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for kind, url in databases(Path(name)):
            found = measure(url, Path(name) / f"{kind}-keys", given.people, given.kills)
            print(json.dumps({"database": kind, **found}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
