"""A real Chromium on a real server over the sample school, with the real face engine."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from api.app import create_app
from api.commands.demo import found_school
from api.samples import folder, samples
from api.services import open_services
from api.settings import Settings
from tests.serving import served

PASSWORD = "correct horse battery staple"
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
    """Where the sample school is served."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    policy, _ = samples(SAMPLES)
    url = f"http://127.0.0.1:{port}"
    data = tmp_path_factory.mktemp("school") / "data"
    settings = Settings(data=data, policy=policy, base_url=url, second_factor=frozenset())
    with open_services(settings) as services:
        found_school(services, SAMPLES, PASSWORD)
        with served(create_app(settings, services), port):
            yield url


@pytest.fixture
def new_page(chromium: Browser, address: str) -> Iterator[NewPage]:
    """Return a function that opens a page in a browser of its own, signed in.

    A page that breaks its own policy or throws anything fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(**options: Any) -> Page:
        context = chromium.new_context(base_url=address, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/")
        page.get_by_label("Email address").fill("office@sample.school")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Check pictures").wait_for()
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


def upload(page: Page, picture: str, caption: str = "") -> None:
    """Check a sample picture with everything confirmed, and wait for the answer."""
    page.goto("/")
    page.locator("#photo").set_input_files(SAMPLES / picture)
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
