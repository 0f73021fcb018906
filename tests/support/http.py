"""The application over a small school, asked as browsers and programs ask it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

import pytest
import structlog
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from api.app import create_app
from api.application.publishing.deliveries import Deliveries
from api.platform.logs import configure
from api.security import access
from gatekeeper.types import Role
from tests.support.connections import Watch, Watching
from tests.support.gate import upload_of
from tests.support.receiver import Receiver, receiving
from tests.support.school import ATTESTED, School, clock, school

__all__ = ["clock", "school"]

ORIGIN = "http://127.0.0.1:8000"
PASSWORD = "correct horse battery staple"
LOOKED = "looked@school.example"
"""The account that programs name as having looked at what they send."""

NewClient = Callable[..., "Program"]
NewPerson = Callable[..., TestClient]
AddRoute = Callable[[str, Callable[..., Any]], None]


@dataclass(frozen=True, slots=True)
class Program:
    """A program with an API key."""

    http: TestClient
    id: str
    key: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def check(self, *hues: float, headers: Mapping[str, str] | None = None, **fields: Any) -> Response:
        """Ask for a check of a picture with these people."""
        form = {"channel": "website", "attestations": ",".join(sorted(ATTESTED)), "attested_by": LOOKED, **fields}
        return self.http.post(
            "/v1/checks",
            headers=self.headers | dict(headers or {}),
            data=form,
            files={"photo": ("Amira Khan 4B.png", upload_of(*hues), "image/png")},
        )

    def get(self, path: str) -> Response:
        return self.http.get(path, headers=self.headers)


@pytest.fixture
def log_lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Log as in service; return a function that gives everything written since it was last asked."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure("debug")
    yield lambda: "".join(capsys.readouterr())
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture
def http(school: School) -> Iterator[TestClient]:
    app = create_app(school.services.settings, school.services)
    watch = Watch()
    watch.engine(school.services.store._engine)
    app.add_middleware(Watching, watch=watch)
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client
    several = {name for name, most in watch.most.items() if most > 1}
    assert not several, f"a request may hold one connection at a time: {several}"


@pytest.fixture
def add_route(http: TestClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[AddRoute]:
    """Return a function that gives the application one more route for programs, with its line in the table."""

    def add(path: str, endpoint: Callable[..., Any]) -> None:
        monkeypatch.setitem(access.RULES, f"GET {path}", access.PROGRAM)
        access._patterns.cache_clear()
        cast("FastAPI", http.app).add_api_route(path, endpoint)

    yield add
    access._patterns.cache_clear()


@pytest.fixture
def new_client(school: School, http: TestClient) -> NewClient:
    def make(*scopes: str, channels: tuple[str, ...] = ("website",)) -> Program:
        now = school.clock()
        with school.services.store.transaction("user:admin", now) as tx:
            if tx.users.find(LOOKED) is None:
                tx.users.add(LOOKED, None, Role.STAFF)
            made = tx.clients.add("A program", scopes or ("check",), channels, now + timedelta(days=30))
        return Program(http, made.id, made.key)

    return make


@pytest.fixture
def scheduler(new_client: NewClient) -> Program:
    return new_client("check")


@pytest.fixture
def staff_program(new_client: NewClient) -> Program:
    return new_client("check", "resolve")


@pytest.fixture
def new_person(school: School, http: TestClient) -> NewPerson:
    """Return a function that adds somebody and signs them in, each with their own browser."""

    def make(name: str = "office", role: Role = Role.STAFF) -> TestClient:
        email = f"{name}@school.example"
        with school.services.store.transaction("user:admin", school.clock()) as tx:
            tx.users.add(email, PASSWORD, role)
        browser = TestClient(http.app, base_url=ORIGIN, headers={"Origin": ORIGIN}, follow_redirects=False)
        answer = browser.post("/sign-in", data={"email": email, "password": PASSWORD})
        assert answer.status_code == 303
        return browser

    return make


@pytest.fixture
def head(school: School) -> str:
    """The address of somebody who may sign in."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        return tx.users.add("head@school.example", PASSWORD, Role.APPROVER).email


@pytest.fixture
def office(new_person: NewPerson) -> TestClient:
    return new_person("office")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody's server that is told what happens."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def deliveries(school: School) -> Deliveries:
    """The school's deliveries, which may lead to this machine for once."""
    return replace(school.services.deliveries, unsafe_to_loopback=True)
