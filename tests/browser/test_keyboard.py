"""What each role comes for, by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from api.application.checks.resolve.resolution import Action, Resolution
from api.application.checks.submission import build_draft
from consent_db.publishing.records import PublicationDraft
from gatekeeper.media.release import encode
from gatekeeper.types import Role
from tests.support.browser import of_squares
from tests.support.gate import upload_of
from tests.support.keys import Keys
from tests.support.school import AMIRA_HUE, ATTESTED, TOM_HUE, School
from tests.support.stage import EMAIL, PASSWORD

pytestmark = pytest.mark.browser

FIRST_HUE, SECOND_HUE = 200.0, 260.0
"""Two strangers."""


@pytest.fixture
def keys(chromium: Browser, small_school: School) -> Iterator[Keys]:
    """A keyboard at a browser on the school that sees coloured squares."""
    with chromium.new_context(base_url=small_school.services.settings.base_url) as context:
        yield Keys(context.new_page())


def staff_id(school: School) -> str:
    with school.services.store.reading("tests", school.clock()) as tx:
        return next(user.id for user in tx.users.all() if user.role is Role.STAFF)


def test_staff_take_a_picture_through(keys: Keys, tmp_path: Path) -> None:
    """Upload, read why it is blocked, name one face, cover the other, download a clean picture."""
    keys.sign_in(EMAIL[Role.STAFF], PASSWORD)
    keys.skip()
    keys.hand_over("Choose pictures", of_squares(AMIRA_HUE, FIRST_HUE, SECOND_HUE))
    for attested in ("Everyone is dressed", "No one is in a"):
        keys.to(attested)
        keys.press("Space")
    keys.go("Check")
    expect(keys.page.get_by_role("heading", level=1)).to_have_text("Blocked", timeout=60_000)
    keys.open("Face 3: Not recognised")
    expect(keys.page.locator("#face-3")).to_be_in_viewport()
    keys.to("Who is face 2?")
    keys.type("Zoe")
    keys.go("Say who these are")
    expect(keys.page.get_by_text("2 · Zoe Moss")).to_be_visible(timeout=60_000)
    keys.go("Sort out face 3")
    keys.go("Cover this face")
    expect(keys.page.get_by_role("heading", level=1)).to_have_text("Approved", timeout=60_000)
    keys.skip()
    with keys.page.expect_download() as download:
        keys.open("Download the picture")
    path = tmp_path / "taken.jpg"
    download.value.save_as(path)
    encode.reopen_release(path.read_bytes())


def test_an_approver_decides(keys: Keys, small_school: School) -> None:
    """From the queue to the picture, with a note, and back to an empty queue."""
    screener, office = small_school.services.screener, staff_id(small_school)
    asked = screener.check(upload_of(AMIRA_HUE), build_draft("website", caption="Beans", attestations=ATTESTED), office)
    doubt = Resolution(Action.IDENTIFY, face=1, person=small_school.people["Tom"])
    screener.resolve(asked.id, doubt, office, Role.STAFF)
    keys.sign_in(EMAIL[Role.APPROVER], PASSWORD)
    keys.go("Approvals")
    keys.skip()
    keys.go("Beans")
    keys.to("Note")
    keys.type("I know him.")
    keys.go("I have looked, and I agree")
    expect(keys.page.get_by_role("heading", level=1)).to_have_text("Approved", timeout=60_000)
    expect(keys.page.get_by_text("I know him.")).to_be_visible()


LIST = (
    "external_id,first_name,last_name,kind,group,consent_website\n"
    "P-6,Amira,Khan,staff,choir,yes\n"
    "P-7,Noor,Haddad,pupil,4B,yes\n"
    "P-8,,Nobody,pupil,4B,yes\n"
)


def test_an_administrator_imports_a_list_with_conflicts(keys: Keys) -> None:
    """What is doubtful is asked, what cannot be read is said, nothing is imported before it was seen."""
    keys.sign_in(EMAIL[Role.ADMIN], PASSWORD)
    keys.open("Manage")
    keys.go("Import and export")
    keys.hand_over("File", FilePayload(name="list.csv", mimeType="text/csv", buffer=LIST.encode()))
    keys.go("Look at what it changes")
    expect(keys.page.get_by_text("2 rows are left out")).to_be_visible()
    keys.to("Answer for line 2")
    keys.press("ArrowDown")
    keys.go("Look again with these answers")
    keys.go("Import it")
    expect(keys.page.get_by_text("1 added")).to_be_visible()


def test_an_administrator_withdraws_a_consent(keys: Keys, small_school: School) -> None:
    """Find them, take it back, read what that ends, do it: the approval is gone and the clock runs until it is down."""
    small_school.add("Cleo", "Marsh", 60)
    services, clock = small_school.services, small_school.clock
    approved = services.screener.check(
        upload_of(60), build_draft("website", attestations=ATTESTED), staff_id(small_school)
    )
    with services.store.transaction("tests", clock()) as tx:
        tx.publications.record(PublicationDraft(approved.id, clock(), "https://school.example/news/1"))
    keys.sign_in(EMAIL[Role.ADMIN], PASSWORD)
    keys.to("Find a person")
    keys.type("cleo")
    keys.enter()  # with a mouse this is the first of four clicks
    expect(keys.page.get_by_text("1 person, of ")).to_be_visible()
    keys.go("Cleo Marsh")
    keys.go("Withdraw everything")
    expect(keys.page.get_by_text("1 approval ends.")).to_be_visible()
    expect(keys.page.get_by_text("1 post has to come down.")).to_be_visible()
    keys.enter()  # the button has the focus
    expect(keys.page.get_by_text("1 approval ended. 1 post has to come down.")).to_be_visible()
    expect(keys.page.get_by_text("No: refused").first).to_be_visible()
    with services.store.reading("tests", clock()) as tx:
        assert not tx.checks.get(approved.id).stands(clock())
    keys.go("See the take-downs")
    expect(keys.page.get_by_text("left by")).to_be_visible()
    keys.to("What did you see when you looked again?")
    keys.type("The page answers 404")
    keys.enter()
    expect(keys.page.get_by_text("Nothing has to come down.")).to_be_visible()


def test_the_safeguarding_lead_lists_somebody(keys: Keys, small_school: School) -> None:
    """With a reason that only the lead sees, on the person's page, and reads it again."""
    small_school.add("Robin", "Vale", 100)
    keys.sign_in(EMAIL[Role.SAFEGUARDING_LEAD], PASSWORD)
    keys.open("Manage")
    keys.go("People")
    keys.go("Robin Vale")
    keys.open("Put them on the list")
    keys.to("Why?")
    keys.type("A court order.")
    keys.go("Go on")
    expect(keys.page.get_by_text("Nothing is changed yet")).to_be_visible()
    keys.enter()
    expect(keys.page.get_by_text("On the do-not-publish list").first).to_be_visible()
    keys.go("See why: Put on the do-not-publish list.")
    expect(keys.page.get_by_text("A court order.")).to_be_visible()


def test_a_picture_deleted_at_once_is_refused_when_it_comes_again(keys: Keys) -> None:
    """Open, tick, delete; the same picture is refused from then on."""
    picture = of_squares(TOM_HUE, 340, 300, 220)
    keys.sign_in(EMAIL[Role.STAFF], PASSWORD)
    check(keys, picture)
    keys.open("Delete this picture at once")
    keys.to("Yes, delete it for good.")
    keys.press("Space")
    keys.go("Delete at once")
    expect(keys.page.get_by_role("heading", level=1)).to_have_text("Deleted")
    keys.go("Check other pictures")
    check(keys, picture)
    expect(keys.page.get_by_text("This picture was deleted before")).to_be_visible()


def check(keys: Keys, picture: FilePayload) -> None:
    """Upload a picture that is going to be blocked."""
    keys.skip()
    keys.hand_over("Choose pictures", picture)
    keys.go("Check")
    expect(keys.page.get_by_role("heading", level=1)).to_have_text("Blocked", timeout=60_000)
