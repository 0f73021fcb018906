"""How long it takes to read a large register: whole, unchanged, after one change, and one person of it.

    python -m tests.benchmarks.register [--people 15000] [--statements 60000] [--templates 5000]

Prints one JSON object: seconds on the clock and of the processor, the best and the
middle of several runs. The database is SQLite in a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import numpy as np

from consent_db import Keyring, Store
from consent_db.people.records import PersonDraft
from consent_db.register.statements import Words
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.register import permission_on
from gatekeeper.types import Channel, Kind, PersonId

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ENGINE, DIMENSION = "sface", 128
WEBSITE = Channel("website", frozenset({"publicity"}), approved=True)
_SCOPES = (EVERYWHERE, "publicity", "press", "prospectus")


def main() -> None:
    """Build the school, measure, and print the numbers."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        url, keys = f"sqlite:///{folder}/school.sqlite3", Path(folder) / "keys.json"
        store = Store.open(url, Keyring.create(keys))
        people = _fill(store, options.people, options.statements, options.templates)
        store.close()
        numbers: dict[str, object] = dict(vars(options))
        cold, warm = [], []
        for _ in range(options.runs):
            fresh = Store.open(url, Keyring.load(keys))  # as a process that has just started
            cold.append(_measured(partial(_load, fresh)))
            warm += [_measured(partial(_load, fresh)) for _ in range(5)]
            fresh.close()
        store = Store.open(url, Keyring.load(keys))
        numbers |= {"snapshot": _summary(cold), "unchanged": _summary(warm)}
        numbers["names"] = _summary([_measured(partial(_load_names, store))])
        changed = [_after_change(store, person) for person in people[: options.runs]]
        numbers["after_one_change"] = _summary([loaded for loaded, _ in changed])
        numbers["names_after_one_change"] = _summary([named for _, named in changed])
        numbers["one_person"] = _summary([_measured(partial(_read, store, one)) for one in people[-options.runs :]])
        numbers["page_of_100"] = _summary([_measured(partial(_page, store)) for _ in range(options.runs)])
        numbers["permissions"] = _summary([_measured(partial(_ask_all, store, people))])
        store.close()
    sys.stdout.write(json.dumps(numbers) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.register", description=__doc__)
    parser.add_argument("--people", type=int, default=15_000)
    parser.add_argument("--statements", type=int, default=60_000)
    parser.add_argument("--templates", type=int, default=5_000)
    parser.add_argument("--runs", type=int, default=5)
    return parser.parse_args()


def _fill(store: Store, people: int, statements: int, templates: int) -> list[PersonId]:
    random = np.random.default_rng(1)
    vectors = random.normal(size=(templates, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    each = statements // people
    with store.transaction("benchmark", NOW) as tx:
        added = tx.people.add_all(
            [PersonDraft(Kind.PUPIL, f"First{n}", f"Last{n}", None, str(n), date(2017, 1, 1)) for n in range(people)]
        )
        tx.consent.record_many([Words(person, _said(each)) for person in added])
        for person, vector in zip(added, vectors, strict=False):
            tx.enrolment.enrol(person, ENGINE, vector, 3)
    return added


def _said(count: int) -> tuple[Statement, ...]:
    """Return statements of both parents about everything, biometrics among them."""
    wanted = [(Subject.BIOMETRICS, EVERYWHERE), *((s, p) for p in _SCOPES for s in (Subject.PICTURE, Subject.NAME))]
    parties = (Party.PARENT, Party.SECOND_PARENT)
    every = [Statement(party, *what, Stance.GRANTED, NOW, NOW.date()) for what in wanted for party in parties]
    return tuple(every[:count])


def _load(store: Store) -> None:
    with store.reading("benchmark", NOW) as tx:
        tx.register(ENGINE, DIMENSION)


def _load_names(store: Store) -> None:
    """Load the register with the index of its names, as a check of a caption does."""
    with store.reading("benchmark", NOW) as tx:
        _ = tx.register(ENGINE, DIMENSION).names


def _after_change(store: Store, person: PersonId) -> tuple[tuple[float, float], tuple[float, float]]:
    """Rename one person; return how long the register takes after it, and then the index of names."""
    with store.transaction("benchmark", NOW) as tx:
        draft = tx.people.get(person).profile
        tx.people.change(person, replace(draft, first_name=draft.first_name + "a"))
    return _measured(partial(_load, store)), _measured(partial(_load_names, store))


def _read(store: Store, person: PersonId) -> None:
    """Read one person and what is permitted, as `GET /v1/roster/people/{id}` does."""
    with store.reading("benchmark", NOW) as tx:
        tx.people.get(person)
        standing = tx.consent.standings([person])[person]
        permission_on(WEBSITE, standing, Subject.PICTURE, tx.today, tx.terms().own_consent_age)


def _page(store: Store) -> None:
    with store.reading("benchmark", NOW) as tx:
        shown = tx.people.page(None, 100)
        tx.consent.standings([one.id for one in shown])


def _ask_all(store: Store, people: list[PersonId]) -> None:
    """Work out the picture permission of everybody on one channel."""
    with store.reading("benchmark", NOW) as tx:
        register = tx.register(ENGINE, DIMENSION)
    for person in people:
        register.permission(person, Subject.PICTURE, WEBSITE, NOW.date())


def _measured(work: Callable[[], object]) -> tuple[float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


def _summary(times: list[tuple[float, float]]) -> dict[str, float]:
    walls, processors = zip(*times, strict=True)
    return {
        "best_seconds": round(min(walls), 4),
        "middle_seconds": round(statistics.median(walls), 4),
        "best_processor_seconds": round(min(processors), 4),
    }


if __name__ == "__main__":
    main()
