"""What stands before the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from httpx2 import Response
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Scope

from api.app import create_app
from api.platform.throttle import Origin, Throttle
from api.security.requests.headers import PAGE_POLICY
from tests.support.http import ORIGIN, PASSWORD, NewPerson, Program
from tests.support.loops import run
from tests.support.school import AMIRA_HUE, Clock, School

ROUTES = (
    "/", "/checks", "/checks/chk_1", "/sign-in", "/static/gatekeeper.css", "/nothing", "/v1/checks/chk_1",
    "/v1/releases/" + "x" * 43, "/healthz", "/readyz", "/openapi.json", "/favicon.ico",
)  # fmt: skip


OPENING = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'


class Wire:
    """A raw ASGI connection that offers a large body and counts what is taken of it."""

    def __init__(self, path: str, headers: dict[str, str], chunks: int = 100) -> None:
        self.scope: Scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("192.0.2.7", 1),
            "server": ("127.0.0.1", 8000),
            "scheme": "http",
        }
        self.left = chunks
        self.taken = 0
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        self.left -= 1
        body = (b"x" if self.taken else OPENING).ljust(65_536, b"x")
        self.taken += len(body)
        return {"type": "http.request", "body": body, "more_body": self.left > 0}

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    async def _ask(self, app: ASGIApp) -> None:
        await app(self.scope, self.receive, self.send)

    def ask(self, http: TestClient) -> int:
        run(self._ask(http.app))
        return int(self.sent[0]["status"])


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/checks", {}, 401),
        ("/v1/checks", {"Authorization": "Bearer gk_aaaaaaaa_" + "b" * 43}, 401),
        ("/checks", {"Origin": ORIGIN, "Host": "127.0.0.1:8000"}, 303),
        ("/checks", {"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_nothing_is_read_from_somebody_unknown(
    http: TestClient, path: str, headers: dict[str, str], status: int
) -> None:
    """Not one byte of the body is taken before the key or the session is known."""
    wire = Wire(path, {"Content-Type": "multipart/form-data; boundary=x"} | headers)
    assert wire.ask(http) == status
    assert wire.taken == 0


def test_a_chunked_body_is_read_up_to_the_limit_only(scheduler: Program, school: School) -> None:
    """Without a declared length, reading stops at the limit."""
    limit = school.services.settings.max_body_bytes
    wire = Wire("/v1/checks", scheduler.headers | {"Content-Type": "multipart/form-data; boundary=x"}, chunks=2000)
    assert wire.ask(scheduler.http) == 413
    assert limit < wire.taken <= limit + 65_536


@pytest.mark.parametrize("who", ["nobody", "office", "scheduler"])
def test_every_answer_carries_the_security_headers(
    http: TestClient, scheduler: Program, new_person: NewPerson, who: str
) -> None:
    """Whoever asks for whatever: no sniffing, no framing, no sharing, and nothing private in a cache."""
    askers: dict[str, Callable[[str], Response]] = {
        "nobody": http.get,
        "office": new_person().get,
        "scheduler": scheduler.get,
    }
    for path in ROUTES:
        headers = askers[who](path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Content-Security-Policy"] == PAGE_POLICY
        kept = "public, max-age=31536000, immutable" if path.startswith("/static/") else "no-store"
        assert headers["Cache-Control"] == kept
        assert "server" not in headers


OWN = (
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    {"Origin": ORIGIN},
)
FOREIGN: tuple[dict[str, str], ...] = (
    {},
    {"Origin": "null"},
    {"Origin": "https://127.0.0.1:8000"},
    {"Origin": "http://evil.example"},
    {"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN},
    {"Sec-Fetch-Site": "same-site", "Origin": ORIGIN},
    {"Sec-Fetch-Site": "none", "Origin": ORIGIN},
)


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/checks", "/checks/chk_1/resolutions"])
def test_forms_are_taken_from_our_own_pages_only(http: TestClient, path: str) -> None:
    """Every unsafe page address refuses what another site made a browser send."""
    assert [http.post(path, headers=headers).status_code for headers in FOREIGN] == [403] * len(FOREIGN)
    assert 403 not in [http.post(path, headers=headers).status_code for headers in OWN]


def test_the_cookie_is_out_of_reach(school: School, http: TestClient, head: str) -> None:
    """HttpOnly and Lax always; over https also Secure and bound to the host by its name."""
    form = {"email": head, "password": PASSWORD}
    plain = http.post("/sign-in", data=form, headers={"Origin": ORIGIN}).headers["Set-Cookie"]
    assert plain.startswith("sid=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(plain.split("; "))
    tls = school.services.settings.model_copy(update={"base_url": "https://photos.school.example"})
    services = replace(school.services, settings=tls)
    with TestClient(create_app(tls, services), base_url="https://photos.school.example") as browser:
        headers = {"Sec-Fetch-Site": "same-origin"}
        answer = browser.post("/sign-in", data=form, headers=headers, follow_redirects=False)
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-sid=")
        assert {"HttpOnly", "SameSite=lax", "Path=/", "Secure"} <= set(cookie.split("; "))
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
        assert browser.get("/").status_code == 200


def test_a_session_ends_when_its_person_signs_out(office: TestClient) -> None:
    """A stolen cookie is no use afterwards, and the browser is told to forget."""
    stolen = dict(office.cookies)
    answer = office.post("/sign-out")
    assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (303, '"cache", "storage"')
    office.cookies.update(stolen)
    assert office.get("/").headers["Location"] == "/sign-in"


def test_a_session_ends_by_itself(office: TestClient, school: School) -> None:
    """After half an hour without a page the person has to sign in again, and comes back to where they were."""
    school.clock.advance(minutes=31)
    answer = office.get("/checks")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/checks")


def test_signing_in_leads_to_our_own_pages_only(http: TestClient, head: str) -> None:
    """An address of another site in `next` is ignored."""
    for wanted in ("//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", ""):
        form = {"email": head, "password": PASSWORD, "next": wanted}
        assert http.post("/sign-in", data=form, headers={"Origin": ORIGIN}).headers["Location"] == "/"
    form = {"email": head, "password": PASSWORD, "next": "/checks"}
    assert http.post("/sign-in", data=form, headers={"Origin": ORIGIN}).headers["Location"] == "/checks"


def test_guessing_passwords_is_slowed_down(http: TestClient, school: School, head: str) -> None:
    """Of a hundred wrong passwords at most ten are even looked at, and then the right one has to wait too."""

    def attempt(password: str) -> int:
        form = {"email": head, "password": password}
        return http.post("/sign-in", data=form, headers={"Origin": ORIGIN}).status_code

    answers = [attempt(f"wrong {number}") for number in range(100)]
    assert answers.count(401) == 5
    assert answers.count(429) == 95
    assert attempt(PASSWORD) == 429
    school.clock.advance(seconds=16)
    assert attempt(PASSWORD) == 303


def test_guessing_from_elsewhere_locks_nobody_out() -> None:
    """Wrong passwords from one network do not keep the owner of the account out on another."""
    throttle = Throttle(Clock())
    for _ in range(20):
        throttle.failed("head@school.example", Origin("198.51.100.9"))
    assert throttle.wait("HEAD@school.example ", Origin("198.51.100.77")) > 0
    assert throttle.wait("head@school.example", Origin("192.0.2.1")) == 0


def test_the_wait_grows_and_has_an_end() -> None:
    """From 15 seconds to five minutes, for the account and the network that the tries come from."""
    throttle, here = Throttle(Clock()), Origin("2001:db8::1")
    for _ in range(4):
        throttle.failed("a", here)
    assert throttle.wait("a", here) == 0
    waits = []
    for _ in range(7):
        throttle.failed("a", here)
        waits.append(throttle.wait("a", here))
    assert waits == [15, 30, 60, 120, 240, 300, 300]


def test_guessing_at_one_account_holds_up_no_other() -> None:
    """A thousand wrong tries from the school's own address keep no colleague waiting; each account has one try more."""
    throttle, school = Throttle(Clock()), Origin("203.0.113.5")
    for number in range(1_000):
        throttle.failed(f"user {number}", school)
    assert throttle.wait("a colleague", school) == 0
    throttle.failed("a colleague", school)
    assert throttle.wait("a colleague", school) == 15


def test_strangers_do_not_hold_up_a_known_browser() -> None:
    """It has tries of its own, which grow to a pause like any others."""
    throttle = Throttle(Clock())
    for _ in range(100):
        throttle.failed("head", Origin("203.0.113.5"))
    known = Origin("203.0.113.5", device="d")
    assert throttle.wait("head", known) == 0
    for _ in range(5):
        throttle.failed("head", known)
    assert throttle.wait("head", known) == 15


def test_what_strangers_try_is_remembered_within_bounds() -> None:
    """However many accounts and networks are made up, and the network that guesses stays among what is remembered."""
    throttle = Throttle(Clock())
    for number in range(60_000):
        throttle.failed(f"user {number}", Origin("203.0.113.5"))
    assert len(throttle._tries) <= 50_000
    throttle.failed("head", Origin("203.0.113.5"))
    assert throttle.wait("head", Origin("203.0.113.5")) > 0


def test_a_revoked_key_is_refused_at_once(scheduler: Program, school: School) -> None:
    """The next request after the revocation is 401."""
    assert scheduler.check(AMIRA_HUE).status_code == 201
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.clients.revoke(scheduler.id)
    assert scheduler.check(AMIRA_HUE).status_code == 401


def test_keys_open_no_pages_and_sessions_no_interface(scheduler: Program, office: TestClient) -> None:
    """A key is nothing to the pages, and a cookie is nothing to /v1."""
    assert scheduler.get("/checks").status_code == 303
    assert office.get("/v1/checks/chk_1").status_code == 401
