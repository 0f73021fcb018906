"""Those who keep the register, in a real browser: what a withdrawal ends, and nothing that does not fit a phone."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from api.app import create_app
from consent_db.publication_records import PublicationDraft
from gatekeeper.permission import Stance
from gatekeeper.types import Role
from tests.browser.conftest import PASSWORD
from tests.screening.conftest import AMIRA_HUE, Clock, School, founded
from tests.serving import served

pytestmark = pytest.mark.browser

ADMIN = "admin@school.example"
PAGES = ("people", "do-not-publish", "takedowns", "channels", "events", "imports", "audit", "policy", "due")


@pytest.fixture
def there(tmp_path: Path) -> Iterator[tuple[School, str]]:
    """A served school in which Amira was published, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with founded(tmp_path / "data", Clock(datetime.now(UTC))) as school:
        settings = school.services.settings.model_copy(update={"base_url": url})
        services = replace(school.services, settings=settings)
        with services.store.transaction("user:admin", school.clock()) as tx:
            tx.users.add(ADMIN, PASSWORD, Role.ADMIN)
        check = school.check(AMIRA_HUE)
        with services.store.transaction("user:office", school.clock()) as tx:
            tx.publications.record(PublicationDraft(check.id, school.clock(), "https://school.example/news/1"))
        with served(create_app(settings, services), port):
            yield school, url


@contextmanager
def signed_in(chromium: Browser, address: str, **options: Any) -> Iterator[Page]:
    """Open the administrator's browser, as narrow as it gets, in the dark."""
    narrow: ViewportSize = {"width": 320, "height": 640}
    context = chromium.new_context(base_url=address, viewport=narrow, color_scheme="dark", **options)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(ADMIN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    yield page
    context.close()


def test_a_withdrawal_ends_an_approval_and_starts_the_clock(chromium: Browser, there: tuple[School, str]) -> None:
    """By keyboard, without JavaScript: find her, take it back, read what that ends, do it, and stop the clock."""
    with signed_in(chromium, there[1], java_script_enabled=False) as page:
        page.goto("/admin/people")
        page.get_by_label("Name or number").fill("amira")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Amira Khan").press("Enter")
        page.get_by_role("button", name="Take back: They themselves agreed: showing them").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Take this consent back?")
        expect(page.get_by_text("1 approval ends.")).to_be_visible()
        expect(page.get_by_text("1 post has to come down.")).to_be_visible()
        page.get_by_role("button", name="Take it back").press("Enter")
        expect(page.get_by_text("Website: Showing them is not permitted").first).to_be_visible()
        page.get_by_role("link", name="See the take-downs").press("Enter")
        expect(page.get_by_text("left by")).to_be_visible()
        page.get_by_label("What did you see when you looked again?").fill("The page answers 404")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Nothing has to come down.")).to_be_visible()
        expect(page.get_by_text("Proof: The page answers 404")).to_be_visible()


def test_every_page_of_the_keepers_fits_a_small_phone(chromium: Browser, there: tuple[School, str]) -> None:
    """Nothing has to be moved sideways to be read."""
    school, address = there
    school.say("Amira", Stance.REFUSED)
    with signed_in(chromium, address) as page:
        for name in (*PAGES, f"people/{school.people['Amira']}"):
            page.goto(f"/admin/{name}")
            assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, name
