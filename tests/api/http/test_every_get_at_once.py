"""Every address that can be looked at, by sixty at the same moment: answered, in time, on one connection each."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Final

import httpx2
import pytest

from api.app import create_app
from api.application.services import open_services
from api.cli.demo import LOGINS
from api.platform.settings import Settings
from api.security.access import Asker
from api.security.scopes import Scope
from api.web.assets import asset_url
from consent_db.accounts.records import Purpose
from gatekeeper.types import Role
from tests.support.access import RULES
from tests.support.connections import Watch, Watching
from tests.support.gate import FakeWords, fake_engine
from tests.support.school import ATTESTED, Clock, School, settle
from tests.support.serving import free_port, served
from tests.support.stage import EMAIL, FORGETFUL, OPENING, PASSWORD, Stage, squares, staged
from tests.support.visits import FIRST, VISITS

AT_ONCE: Final = 60
LONGEST: Final = 30.0
"""Seconds for sixty requests of one address, on a machine that does other things too."""

HOOK: Final = {"url": "https://scheduler.example/two", "events": ["approval.revoked"]}
PROGRAM, STRANGER, OWES_CODE = "a program", "a stranger", "half signed in"

FILES: Final[Mapping[str, tuple[str, Role | str]]] = {
    "GET /static/{path:path}": ("{static}", STRANGER),
    "GET /sign-in/code": ("/sign-in/code", OWES_CODE),
    "GET /set-up/{token}": ("/set-up/{set_up}", STRANGER),
    "GET /account/second-factor": ("/account/second-factor", Role.STAFF),
    "GET /account/second-factor/soon": ("/account/second-factor/soon", Role.APPROVER),
    "GET /report.csv": ("/report.csv", Role.APPROVER),
    "GET /report.pdf": ("/report.pdf", Role.APPROVER),
    "GET /checks/{check_id}/picture": ("/checks/{approved}/picture?small=true", Role.STAFF),
    "GET /checks/{check_id}/release": ("/checks/{approved}/release", Role.STAFF),
    "GET /checks/{check_id}/faces/{number}/reference": ("/checks/{blocked}/faces/1/reference", Role.STAFF),
    "GET /admin/people/{person_id}/photos/{photo_id}": (f"/admin/people/{{person}}/photos/ref_{'0' * 32}", Role.ADMIN),
    "GET /admin/imports/waiting": ("/admin/imports/waiting", Role.ADMIN),
    "GET /admin/imports/waiting/rows": ("/admin/imports/waiting/rows", Role.ADMIN),
    "GET /admin/imports/made/{number}": ("/admin/imports/made/{import}", Role.ADMIN),
    "GET /admin/photographs/{upload_id}": ("/admin/photographs/{photographs}", Role.ADMIN),
    "GET /batches/{batch_id}/approved.zip": ("/batches/{batch}/approved.zip", Role.STAFF),
    "GET /v1/checks/{check_id}": ("/v1/checks/{own}", PROGRAM),
    "GET /v1/webhooks/{webhook_id}/deliveries": ("/v1/webhooks/{hook}/deliveries", PROGRAM),
    "GET /v1/roster/people/{person_id}": ("/v1/roster/people/{person}", PROGRAM),
    "GET /v1/releases/{name}": ("{release}", STRANGER),
}
"""The routes with ids in their address, or with a state to be in, that have no page to visit as it is."""
ASKERS: Final = {Asker.PUBLIC: STRANGER, Asker.PROGRAM: PROGRAM}

PAGES: Final = {
    visit.line: (visit.path, visit.who or STRANGER) for visit in reversed((FIRST, *VISITS)) if visit.act is None
}
LINES: Final = sorted(line for line in RULES if line.startswith("GET "))


def address_of(line: str) -> tuple[str, Role | str]:
    """Return the address to ask for, ids still to be filled in, and who asks; an address without ids is itself."""
    return FILES.get(line) or PAGES.get(line) or (line.split()[1], ASKERS[RULES[line].asker])


class Served:
    """A school with something on every page, on a real socket, and those who look."""

    def __init__(self, url: str, stage: Stage) -> None:
        self.url = url
        self.ids = dict(stage.ids)
        self.askers: dict[Role | str, httpx2.Client] = {STRANGER: self._client()}
        for role, email in EMAIL.items():
            self.askers[role] = self._signed_in(email)
        self.askers[OWES_CODE] = self._signed_in(FORGETFUL)

    def close(self) -> None:
        """Hang up."""
        for client in self.askers.values():
            client.close()

    def _client(self, **headers: str) -> httpx2.Client:
        limits = httpx2.Limits(max_connections=AT_ONCE, keepalive_expiry=2)  # before the server hangs up after five
        return httpx2.Client(base_url=self.url, headers={"Origin": self.url, **headers}, limits=limits, timeout=LONGEST)

    def _signed_in(self, email: str) -> httpx2.Client:
        client = self._client()
        assert client.post("/sign-in", data={"email": email, "password": PASSWORD}).status_code == 303
        return client

    def add_program(self, key: str, photo: bytes) -> None:
        """Let a program ask, with a check and a webhook of its own."""
        program = self.askers[PROGRAM] = self._client(Authorization=f"Bearer {key}")
        form = {"channel": "website", "attestations": ",".join(sorted(ATTESTED)), "attested_by": EMAIL[Role.STAFF]}
        check = program.post("/v1/checks", data=form, files={"photo": photo}).json()
        hook = program.post("/v1/webhooks", json=HOOK, headers={"Idempotency-Key": "hook"})
        self.ids |= {"own": check["id"], "release": check["release"]["url"], "hook": hook.json()["id"]}

    def burst(self, line: str) -> tuple[Counter[int], float]:
        """Ask for a line's address sixty times at once; return the statuses, and the seconds until the last."""
        path, who = address_of(line)
        address, client = path.format(**self.ids), self.askers[who]
        started = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as together:
            found = Counter(together.map(lambda _: client.get(address).status_code, range(AT_ONCE)))
        return found, time.monotonic() - started


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch()


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, watch: Watch) -> Iterator[Served]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    data: Path = tmp_path_factory.mktemp("crowded") / "data"
    settings = Settings(data=data, base_url=url, second_factor=frozenset(), reads_per_minute=100_000)
    clock = Clock(OPENING)
    with open_services(settings, fake_engine(), clock, FakeWords()) as services:
        app = create_app(settings, services)
        watch.engine(services.store._engine)
        app.add_middleware(Watching, watch=watch)
        founded = School(services, clock)
        with services.store.transaction("tests", services.clock()) as tx:
            set_up = tx.links.make(Purpose.SET_UP)
        settle(founded)
        with services.store.transaction("tests", services.clock()) as tx:
            for role, email in LOGINS:
                tx.users.add(email, PASSWORD, role)
        stage = staged(services, founded.clock, squares(founded))
        stage.ids.update(set_up=set_up, static=asset_url("mark.svg"))
        with services.store.transaction("tests", services.clock()) as tx:
            made = tx.clients.add("A program", set(Scope), {"website"}, services.clock() + timedelta(days=30))
        with served(app, port), closing(Served(url, stage)) as crowd:
            crowd.add_program(made.key, stage.cast.approved)
            yield crowd


def test_every_route_is_asked_for() -> None:
    """A new one with ids in its address gets a visit in tests/support/visits.py, or a line above if it is no page."""
    assert {line for line in LINES if "{" in line and line not in FILES and line not in PAGES} == set()
    assert set(FILES) <= set(LINES)


@pytest.mark.parametrize("line", LINES)
def test_sixty_at_once_are_answered(school: Served, watch: Watch, line: str) -> None:
    """As one is: no error and nobody sent away, within bounded time, and never two connections for a request."""
    path, who = address_of(line)
    alone = school.askers[who].get(path.format(**school.ids)).status_code
    assert alone < 500
    statuses, seconds = school.burst(line)
    assert statuses == {alone: AT_ONCE}
    assert seconds < LONGEST
    assert max(watch.most.values()) <= 1, {name for name, most in watch.most.items() if most > 1}
