"""A real Chromium on a real server: over the sample school with the real face engine, or over a quick one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, FilePayload, Page, sync_playwright

from api.app import create_app
from api.application.evaluation.samples import folder, samples
from api.application.services import open_services
from api.cli.demo import LOGINS, found_school
from api.platform.settings import Settings
from gatekeeper.types import Role
from tests.support.gate import FakeWords, fake_engine, upload_of
from tests.support.remembered import remembering, shared_folder
from tests.support.school import Clock, School, settle
from tests.support.serving import free_port, served
from tests.support.stage import EMAIL, PASSWORD
from tests.support.visits import sign_in

SAMPLES = folder()

NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        message = "NOT RUN: there is no Chromium on this machine, so no page was tried in a browser."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the sample school is served, with the real face engine."""
    port = free_port()
    policy, _ = samples(SAMPLES)
    url = f"http://127.0.0.1:{port}"
    data = tmp_path_factory.mktemp("school") / "data"
    settings = Settings(data=data, policy=policy, base_url=url, second_factor=frozenset())
    with open_services(settings) as services:
        with remembering(shared_folder(tmp_path_factory)):
            found_school(services, SAMPLES, PASSWORD)
        with served(create_app(settings, services), port):
            yield url


@pytest.fixture(scope="session")
def small_school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    """A served school that sees coloured squares, for whatever is about pages and not about pictures."""
    port = free_port()
    data = tmp_path_factory.mktemp("squares") / "data"
    settings = Settings(data=data, base_url=f"http://127.0.0.1:{port}", second_factor=frozenset())
    with open_services(settings, fake_engine(), clock := Clock(datetime.now(UTC)), FakeWords()) as services:
        school = School(services, clock)
        settle(school)
        with services.store.transaction("tests", clock()) as tx:
            for role, email in LOGINS:
                tx.users.add(email, PASSWORD, role)
        with served(create_app(settings, services), port):
            yield school


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page in a browser of its own, signed in with a role.

    A page that breaks its own policy or throws anything fails the test; that it was
    itself answered with an error, such as a form that is shown again, does not.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(address: str, role: Role = Role.STAFF, **options: Any) -> Page:
        context = chromium.new_context(base_url=address, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.extend(_complaint(page, message)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        sign_in(page, EMAIL[role])
        page.get_by_role("heading", name="Check pictures").wait_for()
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


def _complaint(page: Page, message: ConsoleMessage) -> Iterator[str]:
    if message.type == "error" and message.location["url"] != page.url:
        yield message.text


@pytest.fixture
def new_page(opened: Callable[..., Page], address: str) -> NewPage:
    """Return a function that opens a page of the sample school."""
    return lambda **options: opened(address, **options)


@pytest.fixture
def quick_page(opened: Callable[..., Page], small_school: School) -> NewPage:
    """Return a function that opens a page of the school that sees coloured squares."""
    return lambda role=Role.STAFF, **options: opened(small_school.services.settings.base_url, role, **options)


def of_squares(*hues: float) -> FilePayload:
    """Return a picture of coloured squares as a browser takes it."""
    return FilePayload(name="photo.jpg", mimeType="image/jpeg", buffer=upload_of(*hues))


def upload(page: Page, picture: str | FilePayload, caption: str = "") -> None:
    """Check a sample picture, or another, with everything confirmed, and wait for the answer."""
    page.goto("/")
    page.locator("#photo").set_input_files(SAMPLES / picture if isinstance(picture, str) else picture)
    page.get_by_label("Caption").fill(caption)
    for tick in page.locator("[name=attestations]").all():
        tick.check()
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator(".verdict:not(.verdict-wait)").wait_for(timeout=60_000)


def saved(page: Page, folder: Path) -> Path:
    """Download the picture of an approved check."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the picture").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path
