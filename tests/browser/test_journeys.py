from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from gatekeeper.media.release import encode
from gatekeeper.types import Role
from tests.support.browser import NewPage, of_squares, saved, upload
from tests.support.school import AMIRA_HUE, STRANGER_HUE, TOM_HUE
from tests.support.stage import EMAIL

pytestmark = pytest.mark.browser

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
CAPTION = "Albert and Barack at the science fair"


def test_from_signing_in_to_the_clean_picture(new_page: NewPage, tmp_path: Path) -> None:
    """Upload, read the verdict, see what was taken out, copy the caption, download a file with nothing hidden."""
    page = new_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    upload(page, "01-approved.jpg", CAPTION)
    expect(page.get_by_role("heading", level=1)).to_have_text("Approved")
    expect(page.get_by_text("The place where it was taken (GPS)")).to_be_visible()
    expect(page.locator(".faces a")).to_have_count(2)
    page.get_by_role("button", name="Copy").click()
    assert page.evaluate("navigator.clipboard.readText()") == CAPTION
    path = saved(page, tmp_path)
    assert re.fullmatch(r"photo-[0-9a-f]{12}\.jpg", path.name)
    encode.reopen_release(path.read_bytes())


def test_the_chosen_picture_is_shown_before_it_is_sent(quick_page: NewPage) -> None:
    """The form draws the picture, so that nobody sends the wrong one; the policy of the page allows it."""
    page = quick_page()
    page.locator("#photo").set_input_files(of_squares(AMIRA_HUE, TOM_HUE))
    expect(page.locator(".drop canvas")).to_be_visible()
    assert page.evaluate("document.querySelector('canvas').width") > 100


def test_the_same_journey_without_javascript(new_page: NewPage, tmp_path: Path) -> None:
    """Blocked by a stranger, the face is covered on its own page, and the picture can be taken."""
    page = new_page(java_script_enabled=False)
    upload(page, "05-unknown-face.jpg")
    expect(page.get_by_role("heading", level=1)).to_have_text("Blocked")
    assert page.get_by_role("link", name="Download the picture").count() == 0
    page.get_by_role("link", name="Sort out face").first.click()
    expect(page.get_by_role("heading", name="Who is this?")).to_be_visible()
    page.get_by_role("button", name="Cover this face").click()
    page.locator(".verdict-approve").wait_for(timeout=60_000)
    encode.reopen_release(saved(page, tmp_path).read_bytes())


@pytest.mark.parametrize("scripts", [True, False])
def test_a_stranger_is_cropped_away(quick_page: NewPage, tmp_path: Path, *, scripts: bool) -> None:
    """The suggested part is one button, with and without JavaScript, and the smaller picture can be taken."""
    page = quick_page(java_script_enabled=scripts)
    upload(page, of_squares(AMIRA_HUE, STRANGER_HUE))
    expect(page.get_by_role("heading", level=1)).to_have_text("Blocked")
    preview = page.locator(".preview").bounding_box()
    page.get_by_role("button", name="Keep only this part").click()
    page.locator(".verdict-approve").wait_for(timeout=60_000)
    expect(page.locator(".faces a")).to_have_count(1)
    release = encode.reopen_release(saved(page, tmp_path).read_bytes())
    assert preview is not None
    assert abs(preview["width"] / preview["height"] - release.width / release.height) < 0.02


def test_a_part_is_drawn_on_the_picture(quick_page: NewPage) -> None:
    """A rectangle drawn with the mouse fills in the numbers, and numbers typed by hand move the rectangle."""
    page = quick_page()
    upload(page, of_squares(AMIRA_HUE, STRANGER_HUE))
    page.get_by_role("link", name="Crop the picture").click()
    box = page.locator(".ruler").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.9)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.2, steps=3)
    page.mouse.up()
    edges = [page.get_by_label(name, exact=True).input_value() for name in ("Left", "Top", "Right", "Bottom")]
    assert [round(float(edge)) for edge in edges] == [10, 20, 60, 90]
    page.get_by_label("Left", exact=True).fill("0")
    chosen = page.locator(".chosen").bounding_box()
    assert chosen is not None
    assert abs(chosen["x"] - box["x"]) < 4
    page.get_by_label("Right", exact=True).fill("45")
    page.get_by_role("button", name="Keep only this part").first.click()
    page.locator(".verdict-approve").wait_for(timeout=60_000)


@pytest.mark.parametrize("strangers", [1, 9])
def test_the_outlines_lie_on_the_faces(quick_page: NewPage, strangers: int) -> None:
    """Whatever the width of the window and the number of faces, the overlay has the picture's own size and place."""
    page = quick_page()
    upload(page, of_squares(AMIRA_HUE, *(160 + 20 * number for number in range(strangers))))
    for width in (320, 800, 1400):
        page.set_viewport_size({"width": width, "height": 800})
        picture, overlay = page.locator(".photo img").bounding_box(), page.locator(".faces").bounding_box()
        assert picture is not None
        assert overlay is not None
        assert all(abs(picture[side] - overlay[side]) < 1 for side in ("x", "y", "width", "height"))


def test_a_second_person_sees_what_was_called_no_face(quick_page: NewPage) -> None:
    """Each dismissed place is numbered and enlarged; a decline without a note keeps the page; the keyboard will do."""
    office = quick_page()
    upload(office, of_squares(STRANGER_HUE, AMIRA_HUE, STRANGER_HUE + 40))
    for number in (1, 3):
        office.goto(f"{office.url.partition('/faces')[0].partition('?')[0]}/faces/{number}")
        office.get_by_role("button", name="This is not a face").click()
        office.locator(".verdict:not(.verdict-wait)").wait_for(timeout=60_000)
    waiting = office.locator("#waiting")
    expect(waiting).to_contain_text("It waits under Approvals for any colleague.")
    address = office.url

    head = quick_page(Role.APPROVER)
    head.goto(address)
    asked = head.locator(".questions li")
    expect(asked).to_have_count(2)
    for number in (1, 3):
        place = head.locator(f"#asked-{number}")
        expect(place).to_contain_text(f"Face {number} was called no face.")
        expect(place).to_contain_text(f"Called no face by {EMAIL[Role.STAFF]}")
        shown = place.locator("svg.close-up").bounding_box()
        assert shown is not None
        assert min(shown["width"], shown["height"]) >= 100, "a place too small to be judged"
    head.set_viewport_size({"width": 390, "height": 844})
    assert head.evaluate("document.documentElement.scrollWidth") <= 390
    assert Axe().run(head, options=WCAG).response["violations"] == []
    head.get_by_role("button", name="Decline").focus()
    head.keyboard.press("Enter")
    note = head.get_by_label("Note")
    expect(note).to_be_focused()
    expect(head.get_by_role("alert")).to_contain_text("Say in a sentence why you decline")
    expect(asked).to_have_count(2)
    assert Axe().run(head, options=WCAG).response["violations"] == []
    head.keyboard.type("Face 3 is a child.")
    head.get_by_role("button", name="Decline").focus()
    head.keyboard.press("Enter")
    expect(head.get_by_role("heading", level=1)).to_have_text("Approvals")
    office.reload()
    expect(office.locator("main")).to_contain_text("Face 3 is a child.")
    expect(waiting).to_have_count(0)
