"""Photograph the pages for the documentation: `python -m scripts.screenshots`.

Founds the sample school, serves it, and drives a Chromium that is on the machine.
"""

from __future__ import annotations

import secrets
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from api import logs
from api.app import create_app
from api.commands.demo import LOGINS, found_school
from api.samples import folder, samples
from api.services import open_services
from api.settings import Settings
from tests.serving import served

IMAGES: Final = Path(__file__).resolve().parent.parent / "docs" / "images"
WIDE: Final = {"viewport": {"width": 1200, "height": 900}}
PHONE: Final = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True}
DARK: Final = {**WIDE, "color_scheme": "dark"}


def main() -> int:
    """Make every picture anew; return the exit code."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("There is no Chromium on this machine.")
        return 1
    logs.configure("error")
    IMAGES.mkdir(parents=True, exist_ok=True)
    password, port = secrets.token_urlsafe(12), _free_port()
    policy, _ = samples(folder())
    with tempfile.TemporaryDirectory() as data:
        settings = Settings(data=Path(data), policy=policy, base_url=f"http://127.0.0.1:{port}")
        with open_services(settings) as services, served(create_app(settings, services), port), sync_playwright() as p:
            found_school(services, folder(), password)
            arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
            _photograph(p.chromium.launch(executable_path=chromium, args=arguments), settings.base_url, password)
    return 0


def _photograph(browser: Browser, address: str, password: str) -> None:
    page = _open(browser, address, WIDE)
    _save(page, "sign-in")
    _sign_in(page, password)
    _save(page, "upload")
    _check(page, "01-approved.jpg", "Albert Einstein and Barack at the science fair")
    _save(page, "approved")
    _check(page, "06-group.jpg", "")
    _save(page, "result")
    page.goto("/checks")
    _save(page, "checks")
    for name, options in (("result-phone", PHONE), ("result-dark", DARK)):
        page = _open(browser, address, options)
        _sign_in(page, password)
        _check(page, "05-unknown-face.jpg", "Barack at assembly")
        _save(page, name)


def _open(browser: Browser, address: str, options: dict[str, Any]) -> Page:
    page = browser.new_context(base_url=address, **options).new_page()
    page.goto("/")
    return page


def _sign_in(page: Page, password: str) -> None:
    page.get_by_label("Email address").fill(LOGINS[0][1])
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def _check(page: Page, picture: str, caption: str) -> None:
    page.goto("/")
    page.locator("#photo").set_input_files(folder() / picture)
    page.get_by_label("Caption").fill(caption)
    for box in page.locator("input[type=checkbox]").all()[:2]:
        box.check()
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator(".verdict-approve, .verdict-block").first.wait_for(timeout=60_000)


def _save(page: Page, name: str) -> None:
    page.screenshot(path=IMAGES / f"{name}.jpg", type="jpeg", quality=78)
    print(f"docs/images/{name}.jpg")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
