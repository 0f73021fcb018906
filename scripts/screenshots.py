"""Photograph every page for the documentation: `python -m scripts.screenshots [NAME...]`.

Founds the sample school, lets five weeks pass in it, serves it, and drives a
Chromium that is on the machine through every visit of tests/support/visits.py. Writes
docs/images/*.webp and docs/screenshots.md; with names, only those pictures.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from api.app import create_app
from api.application.evaluation.samples import folder, samples
from api.application.services import Services, open_services
from api.cli.demo import found_school
from api.platform import logs
from api.platform.labels import ROLE_NAME
from api.platform.settings import Settings
from consent_db.accounts.records import Purpose
from gatekeeper.types import Role
from tests.support.school import Clock
from tests.support.serving import free_port, served
from tests.support.stage import EMAIL, OPENING, PASSWORD, sample, staged
from tests.support.visits import FIRST, VISITS, Visit, sign_in

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
TALLEST: Final = 1000
"""How much of a long page is shown, in CSS pixels."""
LOOKS: Final[Mapping[str, Mapping[str, Any]]] = {
    "": {"viewport": {"width": 1200, "height": 800}},
    "-dark": {"viewport": {"width": 1200, "height": 800}, "color_scheme": "dark"},
    "-phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
MAIN: Final = frozenset({"upload", "blocked", "overview", "person"})
"""The pages that are shown in the dark and on a phone too."""

Titles = dict[str, str]


def main() -> int:
    """Make every picture anew; return the exit code."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("There is no Chromium on this machine.")
        return 1
    logs.configure("error")
    wanted = frozenset(sys.argv[1:]) or frozenset(visit.name for visit in (FIRST, *VISITS))
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        titles = _photograph(browser, wanted)
    if len(sys.argv) == 1:
        (DOCS / "screenshots.md").write_text(_document(titles), "utf-8")
    return 0


def _photograph(browser: Browser, wanted: frozenset[str]) -> Titles:
    """Take every picture, of the empty installation first; return the titles of the pages."""
    clock, titles = Clock(OPENING), Titles()
    with _installation(clock) as services:
        address = services.settings.base_url
        with services.store.transaction("screenshots", clock()) as tx:
            ids = {"set_up": tx.links.make(Purpose.SET_UP)}
        titles |= _as(browser, address, None, (FIRST,), ids)
        found_school(services, folder(), PASSWORD)
        ids |= staged(services, clock, sample(services, folder())).ids
        for who in (None, *Role):
            visits = tuple(visit for visit in VISITS if visit.who is who and visit.name in wanted)
            titles |= _as(browser, address, who, visits, ids)
    return titles


@contextmanager
def _installation(clock: Clock) -> Iterator[Services]:
    """Serve an empty installation at a free port."""
    port = free_port()
    policy, _ = samples(folder())
    with tempfile.TemporaryDirectory() as data:
        settings = Settings(
            data=Path(data), policy=policy, base_url=f"http://127.0.0.1:{port}", second_factor=frozenset()
        )
        with open_services(settings, clock=clock) as services, served(create_app(settings, services), port):
            yield services


def _as(browser: Browser, address: str, who: Role | None, visits: tuple[Visit, ...], ids: Mapping[str, str]) -> Titles:
    """Visit some pages as somebody in each look; return their titles."""
    titles: Titles = {}
    for look, options in LOOKS.items():
        these = [visit for visit in visits if not look or visit.name in MAIN]
        with browser.new_context(base_url=address, **options) as context:
            page = context.new_page()
            if these and who is not None:
                sign_in(page, EMAIL[who])
            for visit in these:
                page.goto(visit.path.format(**ids))
                if visit.act is not None:
                    visit.act(page)
                titles[visit.name] = page.title().removesuffix(" · Gatekeeper")
                _save(page, f"{visit.name}{look}")
    return titles


def _save(page: Page, name: str) -> None:
    """Write the top of the page as it is seen, small enough to be kept."""
    page.wait_for_load_state("networkidle")
    page.evaluate("() => document.fonts.ready")
    tall = int(page.evaluate("document.documentElement.scrollHeight"))
    width = (page.viewport_size or {"width": 0})["width"]
    data = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": min(tall, TALLEST)})
    with Image.open(io.BytesIO(data)) as image:
        (DOCS / "images" / f"{name}.webp").write_bytes(min(_encoded(image), key=len))
    print(f"docs/images/{name}.webp")


def _encoded(image: Image.Image) -> Iterator[bytes]:
    """Return the picture as photographs are kept and as plain text is kept; which is smaller depends on the page."""
    for lossless in (False, True):
        data = io.BytesIO()
        image.convert("RGB").save(data, "WEBP", quality=50, method=6, lossless=lossless)
        yield data.getvalue()


def _document(titles: Titles) -> str:
    """Return the page that shows the pictures, by who sees what."""
    lines = [
        "# What it looks like",
        "",
        "Every page, made from the sample pictures by `python -m scripts.screenshots`. Long pages are cut off.",
    ]
    for who, visits in _by_role().items():
        lines += ["", f"## {who}"]
        for visit in visits:
            lines += ["", f"### {visit.name.replace('-', ' ').capitalize()}", ""]
            looks = [look for look in LOOKS if not look or visit.name in MAIN]
            lines += [
                f"![{titles[visit.name]}{look.replace('-', ', ')}](images/{visit.name}{look}.webp)" for look in looks
            ]
    return "\n".join(lines) + "\n"


def _by_role() -> dict[str, list[Visit]]:
    """Return the visits under the names of those who make them, in order."""
    found: dict[str, list[Visit]] = {}
    for visit in (FIRST, *VISITS):
        found.setdefault(ROLE_NAME[visit.who] if visit.who else "Before signing in", []).append(visit)
    return found


if __name__ == "__main__":
    sys.exit(main())
