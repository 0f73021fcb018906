"""A small school on a real SQLite, with the engine that sees coloured squares."""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from api.application.checks.resolve.resolution import Action, Resolution
from api.application.checks.screening import Screener
from api.application.checks.submission import build_draft
from api.application.installation import adopt
from api.application.opening import marked_at, open_store
from api.application.services import Services, open_services
from api.platform.settings import Settings
from consent_db.approvals.records import CheckRecord
from consent_db.people.records import PersonDraft
from consent_db.publishing.records import ChannelDraft
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.media.open import Opener
from gatekeeper.types import Kind, PersonId, Role
from gatekeeper.vision.engine import Engine
from tests.support.gate import FakeWords, embedding_of, fake_engine, upload_of

MORNING = datetime(2026, 3, 10, 9, tzinfo=UTC)
ATTESTED = frozenset({"appropriately_dressed", "not_compromising"})
OFFICE = "user:office"

AMIRA_HUE, TOM_HUE, STRANGER_HUE = 0.0, 120.0, 240.0


@dataclass
class Clock:
    """The time, which tests move on."""

    moment: datetime = MORNING

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass
class School:
    """The services of one installation and the people that tests speak of."""

    services: Services
    clock: Clock
    people: dict[str, PersonId] = field(default_factory=dict)

    @property
    def screener(self) -> Screener:
        return self.services.screener

    def check(self, *hues: float, caption: str | None = None, event: str | None = None) -> CheckRecord:
        submission = build_draft("website", caption=caption, event=event, attestations=ATTESTED)
        return self.screener.check(upload_of(*hues), submission, OFFICE)

    def say(self, who: str, stance: Stance, subject: Subject = Subject.PICTURE) -> None:
        statement = Statement(Party.SELF, subject, EVERYWHERE, stance, self.clock(), self.clock().date())
        with self.services.store.transaction("user:admin", self.clock()) as tx:
            tx.consent.record(self.people[who], statement, evidence="form")

    def believe_the_clock(self) -> None:
        """Have an administrator confirm it, where a test has moved it on by more than a day."""
        with self.services.store.transaction("user:admin", self.clock()) as tx:
            if tx.clock.doubt is not None:
                tx.clock.confirm()

    def add(self, first: str, last: str, hue: float | None) -> None:
        draft = PersonDraft(Kind.STAFF, first, last, groups=frozenset({"choir"}))
        with self.services.store.transaction("user:admin", self.clock()) as tx:
            self.people[first] = tx.people.add(draft)
        for subject in Subject:
            self.say(first, Stance.GRANTED, subject)
        if hue is None:
            return
        with self.services.store.transaction("user:admin", self.clock()) as tx:
            tx.enrolment.enrol(self.people[first], self.services.tools.engine.name, embedding_of(hue), 1)

    def agree(self, record: CheckRecord, role: Role = Role.APPROVER, actor: str = "user:head") -> CheckRecord:
        """Have a second person agree to all that they may."""
        return self.screener.resolve(record.id, Resolution(Action.APPROVE), actor, role)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def school(tmp_path: Path, clock: Clock) -> Iterator[School]:
    with founded(tmp_path / "data", clock) as school:
        yield school


@contextmanager
def founded(
    data: Path,
    clock: Clock,
    engine: Engine | None = None,
    words: FakeWords | None = None,
    database_url: str | None = None,
    pictures: str = "",
) -> Iterator[School]:
    """Set a school up in an empty folder and open it; without an engine or a reader, with the plainest."""
    settings = Settings(data=data, second_factor=frozenset(), database_url=database_url, pictures=pictures)
    engine, words = engine or fake_engine(), words or FakeWords()
    if database_url is None:
        shutil.copytree(_template(clock.moment, engine.name), data, dirs_exist_ok=True)
        if pictures:  # the template's lie in its folder
            with open_store(settings, bound=False) as store:
                adopt(marked_at(settings, store.keyring), store, OFFICE, clock(), "moved")
    with open_services(settings, engine, clock, words, airlock()) as services:
        school = School(services, clock)
        if database_url is None:
            school.people |= _people(school)
        else:
            settle(school)
        yield school


@cache
def airlock() -> Opener:
    """Return one airlock for all tests of this process; it starts again by itself when it was killed."""
    opener = Opener()
    atexit.register(opener.close)
    return opener


@cache
def _template(moment: datetime, engine: str) -> Path:
    """Set up a school as it is at a moment, of which each test gets a copy: a database takes its time to make."""
    folder = Path(mkdtemp(prefix="school-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings = Settings(data=folder / "data", second_factor=frozenset(), database_url=None)
    clock = Clock(moment)
    with open_services(settings, fake_engine(engine), clock, FakeWords(), airlock()) as services:
        settle(School(services, clock))
    return settings.data


def _people(school: School) -> dict[str, PersonId]:
    with school.services.store.reading("user:admin", school.clock()) as tx:
        return {person.profile.first_name: person.id for person in tx.people.all()}


def settle(school: School) -> None:
    """Add the channel, and the two whom tests speak of."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.channels.add(ChannelDraft("website", "Website", purposes=frozenset({"publicity"}), staff=("a", "b")))
        tx.channels.approve("website", "user:head", Role.APPROVER)
    school.add("Amira", "Khan", AMIRA_HUE)
    school.add("Tom", "Jones", TOM_HUE)
    school.add("Zoe", "Moss", None)
