"""The same chains over the wire: every account and key in its own browser or program, on a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.app import create_app
from api.application.checks.resolve.resolution import Action, Resolution
from api.application.services import Services, open_services
from api.platform.settings import Settings
from consent_db.approvals.records import CheckRecord, CheckState
from consent_db.people.records import PersonDraft
from consent_db.publishing.records import ChannelDraft
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.policy.model import PROFILES
from gatekeeper.types import Author, Box, Kind, PersonId, Pixels, Role
from tests.support.chain_oracle import Head, School, Truth, upload, witnessed
from tests.support.chain_steps import (
    ACTORS,
    AGREED,
    CONFIRMED_NOBODY,
    EVENTS,
    HEADS,
    LADDER,
    LEADER,
    LISTED,
    REFUSING,
    SECOND_LOOK,
    TEMPLATES,
    TOM,
    ZOE,
    Finished,
    Moved,
    Scope,
    Step,
    actors,
    kinds,
    steps,
    the_rest_named,
)
from tests.support.gate import CONFIRMED, FakeWords, embedding_of, fake_engine
from tests.support.http import ORIGIN, PASSWORD
from tests.support.school import Clock

REFUSED = {403, 404, 409, 422}
SCOPES = ("audit", "check", "publish", "resolve", "roster")
EVENT = "fair"


@dataclass
class Asker:
    """An account in a browser, or a program with a key: what they send, and what comes back."""

    author: Author
    http: TestClient

    def send(self, picture: bytes, event: str | None) -> Response:
        form = {"channel": "website", "attestations": sorted(CONFIRMED)} | ({"event": event} if event else {})
        files = {"photo": ("a.png", picture, "image/png")}
        if not self.author.program:
            return self.http.post("/checks", data=form, files=files)
        looked = {"attestations": ",".join(sorted(CONFIRMED)), "attested_by": "usr_staff@school.example"}
        return self.http.post("/v1/checks", data=form | looked, files=files)

    def resolve(self, check: str, resolution: Resolution) -> Response:
        if self.author.program:
            return self.http.post(f"/v1/checks/{check}/resolutions", json=_json(resolution))
        if resolution.action is Action.APPROVE and self.author.role is not Role.ADMIN:
            return self.http.post(f"/checks/{check}/opinion", data={"action": "approve"})
        return self.http.post(f"/checks/{check}/resolutions", data=_form(resolution))


def _form(resolution: Resolution) -> dict[str, Any]:
    box = resolution.box or Box(0, 0, 0, 0)
    edges = {"left": box.x, "top": box.y, "right": box.x + box.width, "bottom": box.y + box.height}
    return {
        "action": resolution.action.value,
        "face": resolution.face or "",
        "person": resolution.person or "",
        "who": [f"{number} {person}" for number, person in resolution.named.items()],
        "attestations": sorted(resolution.attestations),
    } | ({name: f"{100 * edge:.6f}" for name, edge in edges.items()} if resolution.box else {})


def _json(resolution: Resolution) -> dict[str, Any]:
    number, person = resolution.face, resolution.person
    if resolution.named:  # programs name one face at a time
        number, person = next(iter(resolution.named.items()))
    box = resolution.box
    place = {"x": box.x, "y": box.y, "width": box.width, "height": box.height} if box else None
    named = {"face": number, "person": person, "box": place}
    return {
        "action": resolution.action.value,
        "attestations": sorted(resolution.attestations),
        "attested_by": "usr_staff@school.example",
    } | {name: value for name, value in named.items() if value is not None}


@dataclass
class Place:
    """A school under one of the policies, with an account of every role and keys of every scope."""

    profile: str
    services: Services
    clock: Clock
    people: dict[PersonId, PersonId] = field(default_factory=dict)
    askers: dict[str, Asker] = field(default_factory=dict)
    pictures: Iterator[int] = field(default_factory=count)

    def settle(self, app: TestClient) -> None:
        with self.services.store.transaction("user:admin", self.clock()) as tx:
            tx.channels.add(ChannelDraft("website", "Website", purposes=frozenset({"publicity"}), staff=("a", "b")))
            tx.channels.approve("website", "user:head", Role.APPROVER)
        for name, hue in TEMPLATES.items():
            self._add(name, hue)
        with self.services.store.transaction("user:admin", self.clock()) as tx:
            tx.groups.add_event(EVENT, "Fair", self.clock().date(), frozenset({self.people[TOM], self.people[ZOE]}))
            for person in LISTED:
                tx.consent.list_person(self.people[person])
        accounts = {author.actor: self._account(app, author) for author in ACTORS if not author.program}
        for author in ACTORS:
            if author.program:
                self._key(app, author, accounts.get(author.holder or ""), SCOPES)
        self._key(app, Author("cli_weak", program=True), None, ("check",))

    def _add(self, name: PersonId, hue: float | None) -> None:
        now = self.clock()
        with self.services.store.transaction("user:admin", now) as tx:
            person = tx.people.add(PersonDraft(Kind.VOLUNTEER, name, f"{name}son"))
            self.people[name] = person
            said = [Subject.BIOMETRICS] if name in REFUSING else list(Subject)
            words = [Statement(Party.SELF, one, EVERYWHERE, Stance.GRANTED, now, now.date()) for one in said]
            tx.consent.record_all(person, words)
            if hue is not None:
                tx.enrolment.enrol(person, self.services.tools.engine.name, embedding_of(hue), 1)

    def _account(self, app: TestClient, author: Author) -> str:
        email = f"{author.actor}@school.example"
        with self.services.store.transaction("user:admin", self.clock()) as tx:
            user = tx.users.add(email, PASSWORD, author.role)
        browser = TestClient(app.app, base_url=ORIGIN, headers={"Origin": ORIGIN}, follow_redirects=False)
        assert browser.post("/sign-in", data={"email": email, "password": PASSWORD}).status_code == 303
        self.askers[author.actor] = Asker(author, browser)
        return user.id

    def _key(self, app: TestClient, author: Author, holder: str | None, scopes: tuple[str, ...]) -> None:
        until = self.clock() + timedelta(days=300)
        with self.services.store.transaction("user:admin", self.clock()) as tx:
            made = tx.clients.add(author.actor, scopes, ("website",), until, holder)
        program = TestClient(app.app, base_url=ORIGIN, headers={"Authorization": f"Bearer {made.key}"})
        self.askers[author.actor] = Asker(author, program)

    def at_the_fair(self, people: frozenset[PersonId]) -> None:
        """Change who was at the event: whoever looks after it may do so while a picture waits."""
        with self.services.store.transaction("user:admin", self.clock()) as tx:
            for name, person in self.people.items():
                if name not in people:
                    tx.groups.remove_person(EVENT, person)
            tx.groups.add_people(EVENT, frozenset(self.people[name] for name in people))

    def record(self, check: str) -> CheckRecord:
        with self.services.store.reading("user:admin", self.clock()) as tx:
            return tx.checks.get(check)


@pytest.fixture(scope="module")
def place_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Place]]:
    """A school a profile, opened when the first example wants it."""
    with ExitStack() as stack:
        yield cache(lambda profile: stack.enter_context(_opened(profile, tmp_path_factory.mktemp(profile))))


@contextmanager
def _opened(profile: str, folder: Path) -> Iterator[Place]:
    clock = Clock()
    settings = Settings(
        data=folder / "data",
        policy=profile,
        second_factor=frozenset(),
        checks_per_minute=10_000,
        reads_per_minute=100_000,
    )
    with (
        open_services(settings, fake_engine(), clock, FakeWords()) as services,
        TestClient(create_app(settings, services), base_url=ORIGIN) as app,
    ):
        place = Place(profile, services, clock)
        place.settle(app)
        yield place


class Chain:
    """One picture on its way through the routes, with the witness beside it."""

    def __init__(self, place: Place, kinds: tuple[str, str], uploader: Author, event: str | None) -> None:
        self.place = place
        self.truth = Truth(
            tuple(Head(square, *HEADS[kind]) for square, kind in enumerate(kinds)),
            School(set(LISTED), set(TEMPLATES) - LISTED - REFUSING),
            SECOND_LOOK[place.profile],
            {uploader.actor, uploader.holder or uploader.actor},
        )
        hues = [head.hue for head in self.truth.heads]
        answer = place.askers[uploader.actor].send(upload(*hues, number=next(place.pictures)), event)
        assert answer.status_code in {201, 303}, answer.text
        self.record = place.record(_address(answer))
        if self.record.state is CheckState.RECEIVED:
            self.record = place.services.screener.run(self.record.id)
        self.look()

    def step(self, actor: Author, resolution: Resolution) -> None:
        """Send one more fact; what is refused changes nothing."""
        self.place.clock.advance(seconds=20)
        person = self.place.people.get(resolution.person or PersonId(""))
        named = {number: self.place.people[one] for number, one in resolution.named.items()}
        sent = Resolution(
            resolution.action, resolution.face, person, resolution.attestations, resolution.box, named=named
        )
        answer = self.place.askers[actor.actor].resolve(self.record.id, sent)
        if answer.status_code in REFUSED:
            assert self.place.record(self.record.id) == self.record
            return
        assert answer.status_code in {201, 303}, (answer.status_code, answer.text)
        before, self.record = self.record, self.place.record(_address(answer))
        assert before.facts is not None
        if actor.program and resolution.named:
            number, one = next(iter(resolution.named.items()))
            resolution = Resolution(resolution.action, number, one)
        witnessed(self.truth, actor, resolution, before.facts.faces, self.record.draft.request.edit)
        self.look()

    def finish(self, namer: Author) -> None:
        """Call everybody who is open a friend, say that there is nobody else, and ask all for their agreement."""
        assert self.record.facts is not None
        known = {person: name for name, person in self.place.people.items()}
        faces = [replace(face, person=known.get(face.person or PersonId(""))) for face in self.record.facts.faces]
        self.step(namer, the_rest_named(faces))
        self.step(namer, CONFIRMED_NOBODY)
        for actor in LADDER:
            self.step(actor, AGREED)

    def look(self) -> None:
        """Take the picture as a colleague would, and hold it against what is true of it."""
        answer = self.place.askers[LEADER.actor].http.get(f"/checks/{self.record.id}/release")
        assert (answer.status_code == 200) is self.record.approved
        if answer.status_code == 200:
            wrongs = self.truth.wrongs(_pixels(answer.content))
            assert not wrongs, wrongs


def _address(answer: Response) -> str:
    address = answer.headers["Location"].partition("?")[0]
    return str(answer.json()["id"] if answer.status_code == 201 else address.rpartition("/")[2])


def _pixels(data: bytes) -> Pixels:
    found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert found is not None
    return np.asarray(cv2.cvtColor(found, cv2.COLOR_BGR2RGB), np.uint8)


@settings(
    max_examples=max(12, settings().max_examples // 10),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    profile=st.sampled_from(["secondary", *PROFILES]),
    kinds=kinds,
    uploader=actors,
    scope=st.sampled_from(EVENTS),
    steps=st.lists(steps, min_size=1, max_size=3),
)
def test_a_protected_head_never_leaves_by_any_route(
    place_of: Callable[[str], Place],
    profile: str,
    kinds: tuple[str, str],
    uploader: Author,
    scope: Scope,
    steps: list[Step],
) -> None:
    """Whatever accounts and keys send, in any order: what a colleague can take is what the table lets go."""
    place = place_of(profile)
    place.at_the_fair(scope or frozenset())
    chain = Chain(place, kinds, uploader, EVENT if scope is not None else None)
    for step in steps:
        if isinstance(step, Moved):
            place.at_the_fair(step.scope or frozenset())
        elif isinstance(step, Finished):
            chain.finish(step.namer)
        else:
            chain.step(step.actor, step.resolution)
    chain.finish(uploader)
