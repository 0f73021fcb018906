"""How many clicks it takes to sort out forty mixed pictures of a sports day, and how long the server takes for it.

    python -m tests.benchmarks.clicks

A real Chromium on the real pages, on a phone and on a desktop, over an engine that sees coloured squares: what
is counted are clicks and the server's time, not recognition. Of the forty pictures 21 are blocked: eleven
with one unknown person who is to be named, two with two of them, four with a stranger who is to be
covered, four in which no person is found and each has to be looked at. Clicks count from the page of
the batch to the one on which nothing is left to sort out.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, FilePayload, Locator, Page, Request, expect, sync_playwright
from rich.console import Console

from api.app import create_app
from api.application.services import open_services
from api.cli.demo import LOGINS
from api.platform import logs
from api.platform.settings import Settings
from gatekeeper.types import Role
from tests.support.gate import FakeWords, fake_engine, upload_of
from tests.support.school import AMIRA_HUE, STRANGER_HUE, TOM_HUE, Clock, School, settle
from tests.support.serving import free_port, served
from tests.support.stage import EMAIL, PASSWORD
from tests.support.visits import sign_in

CONSOLE: Final = Console(highlight=False, soft_wrap=True)
LOOKS: Final[Mapping[str, Mapping[str, Any]]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "desktop": {"viewport": {"width": 1280, "height": 800}},
}
MIXED: Final = (
    *(("approved", (AMIRA_HUE, TOM_HUE)),) * 19,
    *(("name", (STRANGER_HUE,)),) * 11,
    *(("pair", (STRANGER_HUE, STRANGER_HUE + 60)),) * 2,
    *(("cover", (AMIRA_HUE, STRANGER_HUE)),) * 4,
    *(("nobody", ()),) * 4,
)
"""What is to be done about each picture, and the hues of the people in it."""


@dataclass
class Hand:
    """Who sorts the pictures out: every click is counted, and what the server took for the pages."""

    page: Page
    clicks: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("requestfinished", self._finished)

    def click(self, what: Locator) -> None:
        """Click once."""
        what.click(timeout=60_000)
        self.clicks += 1

    def _finished(self, request: Request) -> None:
        if request.resource_type == "document":
            self.milliseconds.append(request.timing["responseStart"] - request.timing["requestStart"])


def main() -> None:
    """Sort the pictures out on each kind of screen."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        message = "There is no Chromium on this machine."
        raise SystemExit(message)
    logs.configure("error")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for look, options in LOOKS.items():
            with school() as address:
                hand = sorted_out(browser, address, options)
            spent, pages = sum(hand.milliseconds) / 1000, len(hand.milliseconds)
            CONSOLE.print(f"{look}: {hand.clicks} clicks, {pages} pages, {spent:.1f} s of the server's time")


@contextmanager
def school() -> Iterator[str]:
    """Serve a small school with the office's accounts; give its address."""
    port = free_port()
    with tempfile.TemporaryDirectory() as data:
        settings = Settings(data=Path(data), base_url=f"http://127.0.0.1:{port}", second_factor=frozenset())
        clock = Clock(datetime.now(UTC))
        with open_services(settings, fake_engine(), clock, FakeWords()) as services:
            small = School(services, clock)
            settle(small)
            small.add("Cleo", "Marsh", None)
            with services.store.transaction("benchmark", clock()) as tx:
                for role, email in LOGINS:
                    tx.users.add(email, PASSWORD, role)
            with served(create_app(settings, services), port):
                yield settings.base_url


def sorted_out(browser: Browser, address: str, options: Mapping[str, Any]) -> Hand:
    """Send the pictures, and sort out what is blocked."""
    with browser.new_context(base_url=address, **options) as context:
        page = context.new_page()
        sign_in(page, EMAIL[Role.STAFF])
        send(page)
        hand = Hand(page)
        look_through(hand)
        hand.click(page.get_by_role("link", name=re.compile(r"^Sort out \d+, one after another")))
        while (name := page.locator(".steps .file").inner_text().partition("-")[0]) in WAYS:
            left = page.locator(".steps .left").inner_text()
            WAYS[name](hand)
            expect(page.locator(".steps .left")).not_to_have_text(left, timeout=60_000)
            if "Nothing left" in page.locator(".steps .left").inner_text():
                break
    return hand


def send(page: Page) -> None:
    """Send all pictures with everything confirmed, and wait for the answers."""
    page.locator("#photo").set_input_files(
        [
            FilePayload(name=f"{what}-{number:02}.jpg", mimeType="image/jpeg", buffer=upload_of(*hues))
            for number, (what, hues) in enumerate(MIXED)
        ]
    )
    for tick in page.locator("[name=attestations]").all():
        tick.check()
    page.get_by_role("button", name="Check", exact=True).click()
    page.wait_for_url(re.compile(r"/batches/bat_"), timeout=60_000)
    expect(page.get_by_text(f"{len(MIXED)} of {len(MIXED)} examined")).to_be_visible(timeout=120_000)


def look_through(hand: Hand) -> None:
    """Answer the question that four pictures have in common, looking at each."""
    hand.click(hand.page.get_by_role("link", name=re.compile("Look through 4")))
    for _ in range(4):
        hand.click(hand.page.get_by_role("button", name="Yes, true of this picture"))
    hand.click(hand.page.get_by_role("button", name="Confirm for these 4"))
    expect(hand.page.get_by_text(f"{len(MIXED)} of {len(MIXED)} examined")).to_be_visible(timeout=60_000)


def name_one(hand: Hand) -> None:
    """Say who it is; the next picture comes by itself."""
    hand.click(hand.page.get_by_role("button", name="Zoe Moss"))


def name_two(hand: Hand) -> None:
    """Choose who each is, and say so."""
    for face, who in (("1", "Zoe Moss"), ("2", "Cleo Marsh")):
        hand.click(hand.page.locator(f"#face-{face} .suggestion", has_text=who))
    hand.click(hand.page.get_by_role("button", name="Say who these are"))


def cover(hand: Hand) -> None:
    """Cover the stranger, look at what became of it, and go on."""
    hand.click(hand.page.get_by_role("button", name="Cover face 2"))
    expect(hand.page.get_by_role("status")).to_contain_text("The place is covered.", timeout=60_000)
    following = hand.page.get_by_role("status").get_by_role("link", name="Next to sort out")
    if following.count():
        hand.click(following)


WAYS: Final = {"name": name_one, "pair": name_two, "cover": cover}

if __name__ == "__main__":
    main()
