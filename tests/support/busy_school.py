"""A school whose scheduler never rests, served by a process that may be killed at any moment."""

from __future__ import annotations

import multiprocessing
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import create_engine, text

from api.application.opening import now
from api.application.publishing.deliveries import Deliveries
from api.platform.settings import Settings
from consent_db import Keyring, Store
from consent_db.webhooks.outbox import Event
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import PersonId, Role
from tests.support.crash_server import serve
from tests.support.gate import upload_of
from tests.support.http import LOOKED
from tests.support.receiver import Receiver
from tests.support.school import AMIRA_HUE, ATTESTED, Clock, founded

AT_ONCE = 50


def asked_at_once(school: BusySchool, key: str) -> Counter[int]:
    """Send the same request fifty times at once; return how often each status came."""
    limits = httpx2.Limits(max_connections=AT_ONCE)
    with httpx2.Client(timeout=60, limits=limits) as http, ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: school.check(http, key), range(AT_ONCE)))
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    return Counter(answer.status_code for answer in answers)


PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.support.crash_server"])
PICTURE = upload_of(AMIRA_HUE)


@dataclass
class Acknowledged:
    """What the server had said was done."""

    checks: dict[str, str] = field(default_factory=dict)
    """The id of the check that each idempotency key made."""
    posts: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    twice: Counter[str] = field(default_factory=Counter)


@dataclass
class BusySchool:
    """One installation, its scheduler's key, and what that was told."""

    settings: Settings
    key: str
    client: str
    amira: PersonId
    port: int
    store: Store
    heard: Acknowledged = field(default_factory=Acknowledged)
    under_way: threading.Event = field(default_factory=threading.Event)
    """Whether the server that runs has answered something."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def server(self) -> Iterator[Any]:
        """Serve in another process until the block is left; give the process."""
        receiver, sender = PROCESSES.Pipe(duplex=False)
        process = PROCESSES.Process(target=serve, args=(self.settings, self.port, sender))
        process.start()
        sender.close()
        try:
            receiver.recv()
            yield process
        finally:
            process.kill()
            process.join()
            process.close()
            receiver.close()

    def say(self, stance: Stance) -> None:
        """Write down, from this process, what Amira says of her pictures now."""
        moment = datetime.now(UTC)
        said = Statement(Party.SELF, Subject.PICTURE, EVERYWHERE, stance, moment, moment.date())
        with self.store.transaction("user:admin", moment) as tx:
            tx.consent.record(self.amira, said)

    def ask(self, http: httpx2.Client, path: str, key: str | None = None, **body: Any) -> httpx2.Response:
        """Send one request as the scheduler; a body with a `photo` is a form, any other JSON."""
        headers = {"Authorization": f"Bearer {self.key}"} | ({"Idempotency-Key": key} if key else {})
        if "photo" in body:
            files = {"photo": ("p.jpg", body.pop("photo"), "image/jpeg")}
            return http.post(self.address + path, headers=headers, data=body, files=files)
        return http.post(self.address + path, headers=headers, json=body)

    def check(self, http: httpx2.Client, key: str) -> httpx2.Response:
        attestations = ",".join(sorted(ATTESTED))
        said = {"channel": "website", "attestations": attestations, "attested_by": LOOKED}
        return self.ask(http, "/v1/checks", key, photo=PICTURE, **said)

    def work(self, name: str, stop: threading.Event) -> None:
        """Check, report and take down until told to stop, or until the server is gone."""
        with suppress(httpx2.TransportError), httpx2.Client(timeout=30) as http:
            for key in sorted(set(self.heard.checks) - set(self.heard.posts))[-2:]:  # those in doubt, again
                self._round(http, key)
            number = 0
            while not stop.is_set():
                self._round(http, f"{name}.{number}")
                number += 1

    def _round(self, http: httpx2.Client, key: str) -> None:
        heard = self.heard
        heard.checks.setdefault(key, "")
        answer = self.check(http, key)
        self.under_way.set()
        if answer.status_code != 201:
            return
        check = answer.json()["id"]
        if heard.checks[key] not in {"", check}:
            heard.twice[key] += 1
        heard.checks[key] = check
        post = self.ask(http, "/v1/publications", f"{key}.post", check=check, post_id=key, published_at=str(now()))
        if post.status_code in {200, 201}:
            heard.posts.add(key)
        headers = {"Authorization": f"Bearer {self.key}"}
        for takedown in http.get(f"{self.address}/v1/takedowns", headers=headers).json()["takedowns"][:3]:
            if self.ask(http, f"/v1/takedowns/{takedown['id']}/done", proof="seen").status_code == 200:
                heard.done.add(takedown["id"])

    def kill_at_work(self, number: int, within: float = 0.6) -> None:
        """Let two schedulers work and consent change, and kill the server somewhere in it."""
        chance, stop = random.Random(number), threading.Event()
        self.under_way.clear()
        with self.server() as process:
            threads = [threading.Thread(target=self.work, args=(f"{number}.{one}", stop)) for one in range(2)]
            for thread in threads:
                thread.start()
            self.under_way.wait(timeout=30)
            time.sleep(chance.uniform(0, within))
            for stance in (Stance.WITHDRAWN, Stance.GRANTED) if number % 2 else ():
                self.say(stance)
            time.sleep(chance.uniform(0, within))
            process.kill()
            stop.set()
            for thread in threads:
                thread.join()

    def deliver(self) -> None:
        """Send what is left, also what a killed process had taken up."""
        later = lambda: now() + timedelta(minutes=10)  # noqa: E731
        Deliveries(self.store, later, unsafe_to_loopback=True).run_waiting()

    def rows(self, query: str) -> list[Any]:
        """Ask the database itself."""
        engine = create_engine(self.settings.database)
        with engine.connect() as connection:
            found = list(connection.execute(text(query)))
        engine.dispose()
        return found

    def faults(self, receiver: Receiver) -> Iterator[str]:
        """Name everything that was lost, done in part or done twice."""
        heard, known = self.heard, {row.id: row for row in self.rows("SELECT id, state, approved FROM checks")}
        if heard.twice:
            yield "a key that made two checks"
        made = self.rows("SELECT key, check_id FROM idempotency WHERE check_id IS NOT NULL")
        if len(known) != len(made):
            yield f"{len(known)} checks for {len(made)} keys"
        if any(row.state == "received" for row in known.values()):
            yield "a check that was never finished"
        if not {check for check in heard.checks.values() if check} <= known.keys():
            yield "a check that was acknowledged and lost"
        posts = self.rows("SELECT id, check_id FROM publications")
        if len(posts) != len({row.check_id for row in posts}) or len(posts) < len(heard.posts):
            yield "a post that was lost, or is in the ledger twice"
        takedowns = {row.id: row for row in self.rows("SELECT id, done_at FROM takedowns")}
        if any(takedown not in takedowns or takedowns[takedown].done_at is None for takedown in heard.done):
            yield "a take-down that was acknowledged and lost"
        yield from self._untold(receiver, takedowns, known)
        if not self.store.verify_audit().ok:
            yield "a broken audit"
        with self.store.reading("system", now()) as tx:
            yield from tx.problems()

    def _untold(self, receiver: Receiver, takedowns: dict[str, Any], known: dict[str, Any]) -> Iterator[str]:
        told = Counter(row.kind for row in self.rows("SELECT kind FROM webhook_events"))
        wanted = {
            Event.CHECK_COMPLETED: len(known),
            Event.APPROVAL_REVOKED: sum(row.state == "revoked" for row in known.values()),
            Event.TAKEDOWN_OPENED: len(takedowns),
            Event.TAKEDOWN_CLOSED: sum(row.done_at is not None for row in takedowns.values()),
        }
        for event, count in wanted.items():
            if told[event.value] != count:
                yield f"{event}: {count} happened and {told[event.value]} were written down"
        arrived = {one.headers["webhook-id"] for one in receiver.received}
        events = {row.id for row in self.rows("SELECT id FROM webhook_events")}
        if arrived != events:
            yield f"{len(events - arrived)} events that never arrived, {len(arrived - events)} of nothing"


@contextmanager
def busy_school(folder: Path, receiver: Receiver, database_url: str | None = None) -> Iterator[BusySchool]:
    """Set a school up with one scheduler, which is told at `receiver`."""
    clock = Clock(datetime.now(UTC))
    folder.mkdir(mode=0o700)
    Keyring.create(folder / "keys.json")
    with founded(folder, clock, database_url=database_url) as school:
        services = school.services
        with services.store.transaction("user:admin", clock()) as tx:
            tx.users.add(LOOKED, None, Role.STAFF)
            made = tx.clients.add("scheduler", ("check", "publish"), ("website",), clock() + timedelta(days=1))
            tx.webhooks.add(made.id, receiver.url, list(Event))
        settings, amira = services.settings, school.people["Amira"]
    changes = {"unsafe_webhooks_to_loopback": True, "checks_per_minute": 10_000, "workers": 2}
    settings = settings.model_copy(update=changes)
    store = Store.open(settings.database, Keyring.load(settings.keys))
    try:
        yield BusySchool(settings, made.key, made.id, amira, _free_port(), store)
    finally:
        store.close()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
