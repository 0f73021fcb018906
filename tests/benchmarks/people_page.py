"""How long the list of people takes under each of its filters.

    python -m tests.benchmarks.people_page [--people 1200] [--entries 50000] [--runs 9]

Prints one JSON object: milliseconds from request to answer, the best and the middle of
several runs, and of the processor, through the whole application but the network. Everybody has eight
statements and a template; `expiring` is the case in which half of the consents end soon.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from httpx2 import Response
from starlette.testclient import TestClient

from api.app import create_app
from api.application.services import Services
from api.web.register.groups.events import group_id_of
from api.web.register.lists.people_table import State
from consent_db.people.records import PersonDraft
from consent_db.register.statements import Words
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import Kind, Role
from tests.benchmarks.pupils import pupils
from tests.support.school import Clock, founded

ORIGIN: Final = "http://127.0.0.1:8000"
EMAIL: Final = "admin@school.example"
PASSWORD: Final = "lantern badger omelette"
DIMENSION: Final = 8
PAGES: Final = {
    "help": "/help",
    "start": "/",
    "all": "/admin/people",
    **{one.value: f"/admin/people?show={one}" for one in State},
    "by_class": "/admin/people?sort=class",
    "last_page": "/admin/people?page=10000",
    "due": "/admin/due",
    "events": "/admin/events",
    "a_class": f"/admin/events/{group_id_of('7A')}",
    "class_list": f"/class-list?group={group_id_of('7A')}&channel=website",
    "checks": "/checks",
    "takedowns": "/admin/takedowns",
    "audit": "/admin/audit",
    "audit_by_kind": "/admin/audit?kind=people",
    "audit_by_a_common_kind": "/admin/audit?kind=school",
    "audit_last_month_by_kind": "/admin/audit?kind=school&when=month",
    "audit_oldest": "/admin/audit?order=up",
    "audit_far_down": "/admin/audit?at=5000",
    "imports": "/admin/imports",
}
CLASSES: Final = [f"{year}{form}" for year in range(7, 12) for form in "ABCDEFGH"]
_SCOPES: Final = (EVERYWHERE, "website", "publicity")


def main() -> None:
    """Build the school, ask for each filter, and print the numbers."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder, founded(Path(folder) / "data", Clock()) as school:
        services = school.services
        _fill(services, options.people)
        with services.store.transaction("benchmark", services.clock()) as tx:
            for number in range(options.entries):
                tx.audit.append("retention.run", f"run_{number}")
        app = create_app(services.settings, services)
        with TestClient(app, base_url=ORIGIN, headers={"Origin": ORIGIN}) as browser:
            browser.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
            found = {name: _summary(browser, path, options.runs) for name, path in PAGES.items()}
            found["search"] = _timed(lambda: browser.post("/admin/people", data={"words": "ar"}), options.runs)
            for name, words in (("audit_search", "run_77"), ("audit_search_for_nothing", "zebra")):
                found[name] = _timed(partial(browser.post, "/admin/audit", data={"words": words}), options.runs)
    sys.stdout.write(json.dumps({"people": options.people, **found}) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.people_page", description=__doc__)
    parser.add_argument("--people", type=int, default=1_200)
    parser.add_argument("--entries", type=int, default=0, help="entries of the audit besides those of the people")
    parser.add_argument("--runs", type=int, default=9)
    return parser.parse_args()


def _fill(services: Services, people: int) -> None:
    moment = services.clock()
    vectors = np.random.default_rng(1).normal(size=(people, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with services.store.transaction("benchmark", moment) as tx:
        tx.users.add(EMAIL, PASSWORD, Role.ADMIN)
        born = moment.date().replace(year=2017)
        drafts = [
            PersonDraft(Kind.PUPIL, first, last, None, str(at), born, groups=frozenset({CLASSES[at % len(CLASSES)]}))
            for at, (first, last) in enumerate(pupils(people))
        ]
        added = tx.people.add_all(drafts)
        tx.consent.record_many([Words(person, _said(services, at)) for at, person in enumerate(added)])
        for person, vector in zip(added, vectors, strict=True):
            tx.enrolment.enrol(person, services.tools.engine.name, vector, 2)


def _said(services: Services, at: int) -> tuple[Statement, ...]:
    """Return what both parents agree to; for every other pupil it ends within the month."""
    moment = services.clock()
    until = moment.date() + timedelta(days=20 if at % 2 else 300)
    wanted = [(Subject.BIOMETRICS, EVERYWHERE), *((Subject.PICTURE, scope) for scope in _SCOPES)]
    parties = (Party.PARENT, Party.SECOND_PARENT)
    return tuple(
        Statement(party, *what, Stance.GRANTED, moment, moment.date(), until) for what in wanted for party in parties
    )


def _summary(browser: TestClient, path: str, runs: int) -> dict[str, float]:
    return _timed(lambda: browser.get(path), runs)


def _timed(ask: Callable[[], Response], runs: int) -> dict[str, float]:
    walls, processors = [], []
    for _ in range(runs):
        wall, processor = time.perf_counter(), time.process_time()
        answer = ask()
        walls.append(1000 * (time.perf_counter() - wall))
        processors.append(1000 * (time.process_time() - processor))
        answer.raise_for_status()
    middle, busy = statistics.median(walls), statistics.median(processors)
    return {"best_ms": round(min(walls)), "middle_ms": round(middle), "middle_processor_ms": round(busy)}


if __name__ == "__main__":
    main()
