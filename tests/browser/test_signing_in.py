from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from api.app import create_app
from api.application.services import Services, open_services
from api.platform.settings import Settings
from consent_db.accounts import totp
from consent_db.accounts.records import Purpose
from gatekeeper.types import Role
from tests.support.gate import fake_engine
from tests.support.provider import CLIENT, SECRET, Provider, running
from tests.support.serving import free_port, served

pytestmark = pytest.mark.browser

PASSWORD = "lantern badger omelette"
HEAD, COLLEAGUE = "head@school.example", "colleague@school.example"


@dataclass
class Installation:
    """A served installation, and browsers to visit it with."""

    services: Services
    chromium: Browser
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def link(self, purpose: Purpose) -> str:
        with self.services.store.transaction("command line", self.services.clock()) as tx:
            return tx.links.make(purpose)

    def page(self, **options: Any) -> Page:
        """Return a page in a browser of its own; whatever it complains about is kept."""
        context = self.chromium.new_context(base_url=self.services.settings.base_url, **options)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page


@pytest.fixture
def install(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Installation]]:
    """Return a function that serves an empty folder; a page that breaks its own policy fails the test."""
    port = free_port()
    made: list[Installation] = []
    with ExitStack() as stack:

        def make(**changes: Any) -> Installation:
            settings = Settings(data=tmp_path / "data", base_url=f"http://127.0.0.1:{port}", **changes)
            services = stack.enter_context(open_services(settings, fake_engine()))
            stack.enter_context(served(create_app(settings, services), port))
            made.append(Installation(services, chromium))
            return made[0]

        yield make
        for context in made[0].contexts:
            context.close()
    assert [text for text in made[0].complaints if "401" not in text] == []


def set_up(there: Installation, page: Page) -> tuple[bytes, list[str]]:
    """Go from the printed link to a signed-in administrator; return the app's secret and the recovery codes."""
    page.goto(f"/set-up/{there.link(Purpose.SET_UP)}")
    page.get_by_label("Your email address").fill(HEAD)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Make me the administrator").click()
    page.get_by_text("I cannot scan it").click()
    secret = base64.b32decode(page.locator(".key").inner_text().replace(" ", ""))
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    page.get_by_label("Type the six digits").fill(code(secret))
    page.get_by_role("button", name="Turn it on").click()
    codes = page.locator(".codes code").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    return secret, codes


def code(secret: bytes, later: int = 0) -> str:
    return totp.code_at(secret, int(time.time()) // totp.SECONDS + later)


def sign_in(page: Page, email: str = HEAD, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_from_an_empty_folder_to_colleagues_without_javascript(install: Callable[..., Installation]) -> None:
    """Set up, second factor, a colleague by a link, signing in again by code and by recovery code, a reset."""
    there = install()
    head, colleague = there.page(java_script_enabled=False), there.page(java_script_enabled=False)
    secret, codes = set_up(there, head)
    expect(head.get_by_role("heading", level=1)).to_have_text("Users and roles")
    head.get_by_label("Email address", exact=True).fill(COLLEAGUE)
    head.get_by_role("button", name="Add and make a link").click()
    colleague.goto(head.locator(".secret").inner_text())
    colleague.get_by_label("New password").fill("copper violin rhubarb")
    colleague.get_by_label("The same again").fill("copper violin rhubarb")
    colleague.get_by_role("button", name="Keep this password").click()
    sign_in(colleague, COLLEAGUE, "copper violin rhubarb")
    expect(colleague.get_by_role("heading", level=1)).to_have_text("Check pictures")
    expect(colleague.get_by_text("Manage")).to_have_count(0)

    head.get_by_role("button", name="Sign out").first.click()
    sign_in(head)
    head.get_by_label("Code", exact=True).fill(code(secret, later=1))
    head.get_by_role("button", name="Go on").click()
    expect(head.get_by_role("heading", level=1)).to_have_text("Start")
    head.get_by_role("button", name="Sign out").click()
    sign_in(head)
    head.get_by_text("I do not have my phone").click()
    head.get_by_label("Recovery code").fill(codes[0])
    head.get_by_role("button", name="Use this recovery code").click()
    head.goto("/admin/users")
    head.get_by_role("link", name=COLLEAGUE).click()
    head.get_by_role("button", name="Make a link").click()
    expect(head.locator(".secret")).to_have_text(re.compile("/choose-password/"))
    head.get_by_role("button", name="End the account").click()
    colleague.goto("/account")
    expect(colleague.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_session_left_open_elsewhere_is_ended(install: Callable[..., Installation]) -> None:
    """From the account page, which says which one is which."""
    there = install()
    with there.services.store.transaction("command line", there.services.clock()) as tx:
        tx.users.add(COLLEAGUE, PASSWORD, Role.STAFF)
    here, elsewhere = there.page(), there.page(user_agent="Mozilla/5.0 (iPad) Version/18.0 Safari/605.1")
    for page in (here, elsewhere):
        sign_in(page, COLLEAGUE)
        page.goto("/account")
    here.reload()
    here.get_by_role("button", name="Sign out Safari on an iPad").click()
    expect(here.get_by_text("Nowhere else.")).to_be_visible()
    elsewhere.reload()
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Sign in")


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running(int(time.time())) as provider:
        provider.claims = {"email": COLLEAGUE, "email_verified": True}
        yield provider


def test_the_schools_own_account_opens_the_door(install: Callable[..., Installation], provider: Provider) -> None:
    """One button, over to the service and back, with the page's policy in force."""
    named = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    there = install(**named)
    with there.services.store.transaction("command line", there.services.clock()) as tx:
        tx.users.add(COLLEAGUE, None, Role.STAFF)
    page = there.page()
    page.goto("/checks")
    page.get_by_role("link", name="Sign in with your school account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My pictures")
