"""Every page there is, by the rules of WCAG 2.2 AA, in light and dark, wide and as narrow as a phone gets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final, cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, expect
from sqlalchemy import update

from api.app import create_app
from api.application.services import Services, open_services
from api.cli.demo import LOGINS
from api.platform.settings import Settings
from consent_db.accounts.records import Purpose
from consent_db.schema import UserRow
from gatekeeper.types import Role
from tests.support.access import RULES
from tests.support.gate import FakeWords, fake_engine
from tests.support.school import Clock, School, settle
from tests.support.serving import free_port, served
from tests.support.stage import EMAIL, OPENING, PASSWORD, squares, staged
from tests.support.visits import FIRST, NO_PAGES, VISITS, Visit, sign_in, unfold

pytestmark = pytest.mark.browser

WIDE: Final[ViewportSize] = {"width": 1280, "height": 900}
NARROW: Final[ViewportSize] = {"width": 320, "height": 640}
AXE: Final = Axe().axe_script
RULES_OF_WCAG: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING: Final = {
    "runOnly": RULES_OF_WCAG,
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
DARK_AND_NARROW: Final = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "target-size", "scrollable-region-focusable"]},
    "resultTypes": ["violations"],
}
"""What colours and width change; the other rules look at the same document."""
SHORTEN: Final = """for (const rows of document.querySelectorAll("tbody, ul, ol, dl"))
    [...rows.children].slice(8).forEach((row) => row.remove())"""
"""Rows of one list are made alike: two hundred entries of the audit tell axe-core nothing that eight do not."""
TOO_SMALL: Final = """[...document.querySelectorAll("main a.button, main button, nav a, .tile, .tick")]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 40)
    .map((one) => one.outerHTML.slice(0, 200))"""
"""What has to be pressed is 40 pixels high at least, which is more than the rules ask for."""


def test_every_page_has_a_visit() -> None:
    """A new route that answers with a page is visited too; tests/support/visits.py says how."""
    routes = {line for line in RULES if line.startswith("GET ") and not line.startswith("GET /v1/")}
    visited = {visit.line for visit in (FIRST, *VISITS)}
    assert routes - NO_PAGES - visited == set(), "give these a visit in tests/support/visits.py"
    assert (visited | NO_PAGES) - routes == set(), "these of tests/support/visits.py are no routes"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """An installation in an empty folder, served, in which nobody may sign in yet."""
    port = free_port()
    data = tmp_path_factory.mktemp("stage") / "data"
    settings = Settings(data=data, base_url=f"http://127.0.0.1:{port}", second_factor=frozenset())
    with (
        open_services(settings, fake_engine(), Clock(OPENING), FakeWords()) as services,
        served(create_app(settings, services), port),
    ):
        yield services


@pytest.fixture(scope="module")
def first(empty: Services, chromium: Browser) -> list[str]:
    """What is wrong with the page that is there only before the school is."""
    with empty.store.transaction("tests", empty.clock()) as tx:
        ids = {"set_up": tx.links.make(Purpose.SET_UP)}
    return breaches(chromium, empty, None, (FIRST,), ids)


@pytest.fixture(scope="module")
def ids(empty: Services, first: list[str]) -> dict[str, str]:
    """The ids of a school with something on every page."""
    school = School(empty, cast("Clock", empty.clock))
    settle(school)
    with empty.store.transaction("tests", empty.clock()) as tx:
        for role, email in LOGINS:
            tx.users.add(email, PASSWORD, role)
    return staged(empty, school.clock, squares(school)).ids


def test_the_first_page_breaks_no_rule(first: list[str]) -> None:
    """The one that makes the first administrator."""
    assert not first, "\n".join(first)


@pytest.mark.parametrize("who", [None, *Role])
def test_no_page_breaks_a_rule(chromium: Browser, empty: Services, ids: dict[str, str], who: Role | None) -> None:
    """Nor has anything to be moved sideways at 320 pixels, nor does a page complain to the console."""
    wrong = breaches(chromium, empty, who, tuple(visit for visit in VISITS if visit.who is who), ids)
    assert not wrong, "\n".join(wrong)


def test_the_page_about_the_second_factor_breaks_no_rule(
    chromium: Browser, empty: Services, ids: dict[str, str]
) -> None:
    """It is there only for an account that has a while left to set one up."""
    assert ids
    port = free_port()
    changes = {"second_factor": frozenset({Role.APPROVER}), "base_url": f"http://127.0.0.1:{port}"}
    services = replace(empty, settings=empty.settings.model_copy(update=changes))
    with empty.store.transaction("tests", empty.clock()) as tx:
        tx._context.connection.execute(update(UserRow).values(factor_due_at=None))
    line = "GET /account/second-factor/soon"
    visit = Visit("second-factor-soon", line, Role.APPROVER, line.removeprefix("GET "), asked_for_a_factor)
    with served(create_app(services.settings, services), port):
        wrong = breaches(chromium, services, Role.APPROVER, (visit,), {})
    assert not wrong, "\n".join(wrong)


def asked_for_a_factor(page: Page) -> None:
    """See that it is the page that says until when."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("Set up a second factor by")


def breaches(
    chromium: Browser, services: Services, who: Role | None, visits: tuple[Visit, ...], ids: dict[str, str]
) -> list[str]:
    """Make some visits as somebody; return what is wrong, each with the page's name and the rule's."""
    wrong: list[str] = []
    with chromium.new_context(base_url=services.settings.base_url, viewport=WIDE) as context:
        page = context.new_page()
        page.on("console", lambda message: wrong.extend(complaint(page, message)))
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        if who is not None:
            sign_in(page, EMAIL[who])
        for visit in visits:
            wrong += [f"{visit.name}: {what}" for what in looked_at(page, visit, ids)]
    return wrong


def complaint(page: Page, message: ConsoleMessage) -> Iterator[str]:
    """Return what a page complains of; that it was itself answered with an error is none."""
    if message.type == "error" and message.location["url"] != page.url:
        yield f"{page.url}: {message.text} {message.location['url']}"


def looked_at(page: Page, visit: Visit, ids: dict[str, str]) -> Iterator[str]:
    """Examine one page with everything on it unfolded."""
    page.goto(visit.path.format(**ids))
    if visit.act is not None:
        visit.act(page)
    unfold(page)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(NARROW)
    if page.evaluate("document.documentElement.scrollWidth") > NARROW["width"]:
        yield "narrow: something has to be moved sideways"
    yield from (f"narrow: too small for a thumb: {html}" for html in page.evaluate(TOO_SMALL))
    page.evaluate(SHORTEN)
    page.evaluate(AXE)
    yield from broken(page, "dark, narrow", DARK_AND_NARROW)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)
    yield from broken(page, "light, wide", EVERYTHING)


def broken(page: Page, how: str, options: dict[str, Any]) -> Iterator[str]:
    """Return the rules of axe-core, already in the page, that it breaks, each with the element and what to do."""
    for rule in page.evaluate("options => axe.run(options).then(results => results.violations)", options):
        for node in rule["nodes"]:
            yield f"{how}: {rule['id']}: {node['html'][:200]} {node['failureSummary']}"
