"""An installation as it comes, in which a second factor is asked for, and somebody with a phone."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from api.app import create_app
from api.platform.oidc import SignInService
from api.platform.settings import Settings
from consent_db.accounts import totp
from gatekeeper.types import Role
from tests.support.http import ORIGIN
from tests.support.school import School

PASSWORD = "lantern badger omelette"
HEAD = "head@school.example"


@contextmanager
def installed(school: School, **changes: Any) -> Iterator[TestClient]:
    """Serve a school with some settings as they come, or changed; the browser has no session."""
    shipped = {"second_factor": Settings.model_fields["second_factor"].default}
    settings = school.services.settings.model_copy(update=shipped | changes)
    services = replace(school.services, settings=settings, sign_in=SignInService(settings))
    app = create_app(settings, services)
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False, follow_redirects=False) as browser:
        yield browser


@dataclass
class Somebody:
    """A person with a browser and an authenticator app."""

    browser: TestClient
    school: School
    email: str = HEAD
    secret: bytes = field(default=b"", repr=False)
    codes: list[str] = field(default_factory=list, repr=False)

    def post(self, path: str, **fields: str) -> Response:
        return self.browser.post(path, data=fields, headers={"Origin": ORIGIN})

    def get(self, path: str) -> Response:
        return self.browser.get(path)

    def gives_password(self, password: str = PASSWORD, wanted: str = "/") -> Response:
        return self.post("/sign-in", email=self.email, password=password, next=wanted)

    @property
    def code(self) -> str:
        """What the app shows now."""
        return totp.code_at(self.secret, totp.step_of(self.school.clock()))

    def sets_app_up(self) -> Response:
        """Scan the key, type the code, and write the recovery codes down."""
        key = re.search(r'class="key">([A-Z2-7 ]+)<', self.get("/account/second-factor").text)
        assert key is not None
        self.secret = base64.b32decode(key[1].replace(" ", ""))
        answer = self.post("/account/second-factor", code=self.code)
        self.codes = re.findall(r"<code>([a-z2-7-]{29})</code>", answer.text)
        return answer

    def signs_in(self) -> None:
        """Give the password and, half a minute after the last one, the code."""
        self.gives_password()
        self.school.clock.advance(seconds=60)
        assert self.post("/sign-in/code", code=self.code).status_code == 303

    def elsewhere(self) -> Somebody:
        """Return the same person at another browser."""
        browser = TestClient(self.browser.app, base_url=ORIGIN, follow_redirects=False)
        return replace(self, browser=browser)


def add(school: School, email: str = HEAD, role: Role = Role.ADMIN, password: str | None = PASSWORD) -> str:
    """Put a user on record; return the id."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        return tx.users.add(email, password, role).id
