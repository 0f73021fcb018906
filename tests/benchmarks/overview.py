"""How long the overview takes with a large school: 1,200 people and 5,000 checks in twelve weeks.

    python -m tests.benchmarks.overview [--people 1200] [--checks 5000] [--data FOLDER]

Prints one JSON object: seconds on the clock and of the processor for the page as a
process shows it first, after one person's consent has changed, and when nothing has. With `--data` the school is kept
there, and found there the next time.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Final

from starlette.testclient import TestClient

from api.app import create_app
from api.application.services import Services, open_services
from api.platform.logs import configure
from api.platform.settings import Settings
from consent_db.approvals.records import CheckDraft
from consent_db.people.records import PersonDraft
from consent_db.publishing.records import ChannelDraft
from consent_db.register.statements import Words
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import Decision, Facts, Finding, FindingCode, Kind, PersonId, Role
from tests.support.gate import FakeWords, embedding_of, fake_engine

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
ORIGIN: Final = "http://127.0.0.1:8000"
EMAIL, PASSWORD = "lead@school.example", "correct horse battery staple"
WEEKS: Final = 12
TIMES: Final = 15
CHANNELS: Final = {"website": "publicity", "newsletter": "publicity", "instagram": "social", "press": "press"}
CLASSES: Final = tuple(f"{year}{letter}" for year in range(7) for letter in "ABCDEF")


def main() -> None:
    """Build the school, ask for the page, and print the numbers."""
    options = _options()
    configure("error")
    with tempfile.TemporaryDirectory() as nowhere, opened(options.data or Path(nowhere) / "data", options) as services:
        app = create_app(services.settings, services)
        with TestClient(app, base_url=ORIGIN, headers={"Origin": ORIGIN}, follow_redirects=False) as browser:
            browser.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
            numbers = {"first": _timed(browser)}
            numbers["nothing_changed"] = _middle([_timed(browser) for _ in range(TIMES)])
            numbers["after_a_change"] = _middle([_after_a_change(services, browser) for _ in range(TIMES)])
    sys.stdout.write(json.dumps({"people": options.people, "checks": options.checks, **numbers}) + "\n")


@contextmanager
def opened(data: Path, options: argparse.Namespace) -> Iterator[Services]:
    """Open the school in a folder, after building it there if there is none."""
    settings = Settings(data=data, second_factor=frozenset())
    new = not data.exists()
    with open_services(settings, fake_engine(), lambda: NOW, FakeWords()) as services:
        if new:
            _found(services)
            _enlist(services, options.people)
            _check(services, options.checks)
        yield services


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.overview", description=__doc__)
    parser.add_argument("--people", type=int, default=1200)
    parser.add_argument("--checks", type=int, default=5000)
    parser.add_argument("--data", type=Path, help="where the school is kept; a temporary folder if not given")
    return parser.parse_args()


def _timed(browser: TestClient) -> dict[str, float]:
    begin, processor = time.perf_counter(), time.process_time()
    answer = browser.get("/admin")
    seconds = {"clock": time.perf_counter() - begin, "processor": time.process_time() - processor}
    if answer.status_code != HTTPStatus.OK:
        message = f"the overview answered {answer.status_code}"
        raise RuntimeError(message)
    return {of: round(value, 4) for of, value in seconds.items()}


def _middle(runs: list[dict[str, float]]) -> dict[str, float]:
    return {of: statistics.median(run[of] for run in runs) for of in runs[0]}


def _after_a_change(services: Services, browser: TestClient) -> dict[str, float]:
    with services.store.transaction("benchmark", NOW) as tx:
        person = tx.people.all()[0].id
        said = Statement(Party.PARENT, Subject.PICTURE, "press", Stance.REFUSED, NOW, NOW.date())
        tx.consent.record(person, said, "a letter")
    return _timed(browser)


def _found(services: Services) -> None:
    with services.store.transaction("benchmark", NOW - timedelta(weeks=40)) as tx:
        tx.users.add(EMAIL, PASSWORD, Role.SAFEGUARDING_LEAD)
        for name, purpose in CHANNELS.items():
            tx.channels.add(ChannelDraft(name, name.title(), purposes=frozenset({purpose}), staff=("a", "b")))
            tx.channels.approve(name, "head", Role.APPROVER)


def _enlist(services: Services, count: int) -> None:
    dice, engine = random.Random(1), services.tools.engine.name
    drafts = [
        PersonDraft(
            Kind.PUPIL,
            f"First{number}",
            f"Last{number}",
            None,
            str(number),
            date(2015 + number % 7, 1 + number % 12, 1 + number % 28),
            leaving_date=date(2026, 12, 18) if number % 60 == 0 else None,
            groups=frozenset({CLASSES[number % len(CLASSES)]}),
        )
        for number in range(count)
    ]
    moment = NOW - timedelta(weeks=40)
    with services.store.transaction("benchmark", moment) as tx:
        added = tx.people.add_all(drafts)
        tx.consent.record_many([Words(person, _said(dice, moment)) for person in added])
    for weeks, some in ((49, added[: count // 20]), (20, added[count // 20 : count * 3 // 4])):
        with services.store.transaction("benchmark", NOW - timedelta(weeks=weeks)) as tx:
            for number, person in enumerate(some):
                if tx.enrolment.permitted(person):
                    tx.enrolment.enrol(person, engine, embedding_of(float(number % 360)), 1 + number % 4)


def _said(dice: random.Random, moment: datetime) -> tuple[Statement, ...]:
    """Return what parents say: most agree to everything, some to something, a few to nothing."""
    until = NOW.date() + timedelta(days=dice.choice([20, 45, 80, 250, 300, 400]))
    subjects = {Subject.PICTURE: 0.95, Subject.NAME: 0.8, Subject.BIOMETRICS: 0.75}
    said = []
    for subject, share in subjects.items():
        if dice.random() < share:
            whole = subject is Subject.BIOMETRICS or dice.random() < share
            scopes = [EVERYWHERE] if whole else ["publicity", "press"][: dice.randint(1, 2)]
            said += [
                Statement(party, subject, scope, Stance.GRANTED, moment, moment.date(), until)
                for scope in scopes
                for party in (Party.PARENT, Party.SECOND_PARENT)
            ]
    return tuple(said)


def _check(services: Services, count: int) -> None:
    """Record what the gate said of so many pictures, spread over the weeks."""
    dice = random.Random(2)
    with services.store.reading("benchmark", NOW) as tx:
        people = [person.id for person in tx.people.all()[:50]]
    each = max(1, count // WEEKS)
    for week in range(WEEKS):
        moment = NOW - timedelta(weeks=WEEKS - 1 - week)
        with services.store.transaction("usr_office", moment) as tx:
            made = 0
            while made < each:
                made += _picture(tx, dice, people, moment)


def _picture(tx: Transaction, dice: random.Random, people: list[PersonId], moment: datetime) -> int:
    """Record one picture, with a second look at some of those that were blocked; return how many checks that is."""
    if dice.random() < 0.6:
        _record(tx, dice.choice(people), (), moment)
        return 1
    codes = dice.sample(list(FindingCode)[:18], dice.choice([1, 1, 2]))
    old = _record(tx, dice.choice(people), codes, moment)
    if dice.random() < 0.6:
        _record(tx, dice.choice(people), (), moment, old)
        return 2
    return 1


def _record(
    tx: Transaction, person: PersonId, codes: list[FindingCode] | tuple[()], moment: datetime, old: str | None = None
) -> str:
    check = tx.checks.receive(CheckDraft(_channel(person), supersedes=old))
    findings = tuple(Finding(code, "A sentence.") for code in codes)
    facts = replace(
        _EMPTY, decision=Decision(findings, {}, ("a_rule",), "ab" * 32), register_version=tx.register_version()
    )
    ends = None if codes else moment + timedelta(days=1)
    token = None if codes else check.id
    tx.checks.record(check.id, facts, examined_key=None, release_token_sha256=token, expires_at=ends)
    return check.id


def _channel(person: PersonId) -> str:
    """Return a channel, the same for a person each time."""
    return list(CHANNELS)[int(person[-1], 16) % len(CHANNELS)]


_EMPTY: Final = Facts(
    decision=Decision(),
    faces=(),
    caption=None,
    alt_text=None,
    credit=None,
    photo=None,
    release=None,
    policy="primary@1",
    engine="fake",
    register_version=1,
    valid_until=None,
)


if __name__ == "__main__":
    main()
