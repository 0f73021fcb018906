"""How long somebody takes to name ten faces that the gate does not know.

    python -m tests.benchmarks.ten_faces [--out FILE]

A part of the public-domain group of 1927 with ten people, all of whom have agreed
and none of whom may be recognised: the way of a school without biometrics. A real
Chromium on the real pages, with a person's pauses: one to read what is said, one
before every click, and one to look at each face. Prints the seconds from the
blocked picture to the approved one, and the clicks.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, sync_playwright
from rich.console import Console

from api.app import create_app
from api.application.evaluation.samples import folder
from api.application.services import Services, open_services
from api.platform import logs
from api.platform.settings import Settings
from consent_db.people.records import PersonDraft
from consent_db.publishing.records import ChannelDraft
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import Kind, Role
from tests.support.serving import free_port, served
from tests.support.stage import EMAIL, PASSWORD
from tests.support.visits import sign_in

READING: Final = 3.0
"""Seconds to read the verdict, before and after."""
LOOKING: Final = 1.0
"""Seconds to look at one face and know who it is."""
AIMING: Final = 1.2
"""Seconds before each click."""
CONSOLE: Final = Console(highlight=False, soft_wrap=True)
PART: Final = 0.375
"""Of the width of the group, from its left edge: ten people."""
NAMES: Final = ("Ada", "Ben", "Cleo", "Dan", "Ella", "Finn", "Gwen", "Hugo", "Iris", "Jack", "Kit", "Lou", "Mia", "Ned")


@dataclass
class Person:
    """Somebody at the screen, who is neither fast nor hesitant."""

    page: Page
    clicks: int = field(default=0)

    def click(self, there: Locator) -> None:
        """Move to something, and click it."""
        time.sleep(AIMING)
        there.click()
        self.clicks += 1

    def choose(self, there: Locator, label: str) -> None:
        """Open a list and click somebody in it."""
        there.scroll_into_view_if_needed()
        time.sleep(LOOKING)
        self.click(there)
        self.page.keyboard.press("Escape")  # the list is the system's own window, which no script can click in
        time.sleep(AIMING)
        there.select_option(label=label)
        self.clicks += 1

    def read(self) -> None:
        """Read what the page says."""
        time.sleep(READING)


def main() -> None:
    """Do it once, and print how long it took."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.ten_faces", description=__doc__)
    parser.add_argument("--out", type=Path, help="file to write a picture of the page to, before it is sent")
    options = parser.parse_args()
    logs.configure("error")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with _school() as services, sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(base_url=services.settings.base_url, viewport={"width": 1280, "height": 800})
        sign_in(page, EMAIL[Role.STAFF])
        _upload(page)
        faces = page.locator(".naming").count()
        person, began = Person(page), time.monotonic()
        _resolve(person, options.out)
        seconds = time.monotonic() - began
        CONSOLE.print(f"{faces} faces named in {seconds:.1f} s with {person.clicks} clicks.")


def _resolve(person: Person, out: Path | None) -> None:
    person.read()
    for name, naming in zip(NAMES, person.page.locator(".naming").all(), strict=False):
        person.choose(naming, f"{name} Example")
    if out:
        person.page.screenshot(path=out, full_page=True)
    person.click(person.page.get_by_role("button", name="Say who these are"))
    person.page.locator(".verdict-approve").wait_for(timeout=60_000)
    person.read()


def _upload(page: Page) -> None:
    with Image.open(folder() / "06-group.jpg") as group:
        part = group.crop((0, 0, int(PART * group.width), group.height))
        data = BytesIO()
        part.save(data, "JPEG", quality=92)
    file = FilePayload(name="group.jpg", mimeType="image/jpeg", buffer=data.getvalue())
    page.locator("#photo").set_input_files(file)
    for tick in page.locator("[name=attestations]").all():
        tick.check()
    page.get_by_label("Who may be in it?").select_option("4B")
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator(".verdict-block").wait_for(timeout=60_000)


@contextmanager
def _school() -> Iterator[Services]:
    """Serve a school whose class agreed to be shown, and did not agree to be recognised."""
    port = free_port()
    with tempfile.TemporaryDirectory() as data:
        settings = Settings(data=Path(data), base_url=f"http://127.0.0.1:{port}", second_factor=frozenset())
        with open_services(settings) as services, served(create_app(settings, services), port):
            now = services.clock()
            with services.store.transaction("benchmark", now) as tx:
                tx.users.add(EMAIL[Role.STAFF], PASSWORD, Role.STAFF)
                tx.channels.add(ChannelDraft("website", "School website", staff=("office", "head")))
                tx.channels.approve("website", "head", Role.APPROVER)
                for name in NAMES:
                    person = tx.people.add(PersonDraft(Kind.STAFF, name, "Example", groups=frozenset({"4B"})))
                    said = Statement(Party.SELF, Subject.PICTURE, EVERYWHERE, Stance.GRANTED, now, now.date())
                    tx.consent.record(person, said, evidence="form")
            yield services


if __name__ == "__main__":
    main()
