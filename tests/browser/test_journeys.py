from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gatekeeper.media import encode
from tests.browser.conftest import SAMPLES, NewPage, saved, upload

pytestmark = pytest.mark.browser

CAPTION = "Albert and Barack at the science fair"
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}


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


def test_the_chosen_picture_is_shown_before_it_is_sent(new_page: NewPage) -> None:
    """The form draws the picture, so that nobody sends the wrong one; the policy of the page allows it."""
    page = new_page()
    page.locator("#photo").set_input_files(SAMPLES / "01-approved.jpg")
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
def test_a_stranger_is_cropped_away(new_page: NewPage, tmp_path: Path, *, scripts: bool) -> None:
    """The suggested part is one button, with and without JavaScript, and the smaller picture can be taken."""
    page = new_page(java_script_enabled=scripts)
    upload(page, "05-unknown-face.jpg")
    expect(page.get_by_role("heading", level=1)).to_have_text("Blocked")
    preview = page.locator(".preview").bounding_box()
    page.get_by_role("button", name="Keep only this part").click()
    page.locator(".verdict-approve").wait_for(timeout=60_000)
    expect(page.locator(".faces a")).to_have_count(1)
    release = encode.reopen_release(saved(page, tmp_path).read_bytes())
    assert preview is not None
    assert abs(preview["width"] / preview["height"] - release.width / release.height) < 0.02


def test_a_part_is_drawn_on_the_picture(new_page: NewPage) -> None:
    """A rectangle drawn with the mouse fills in the numbers, and numbers typed by hand move the rectangle."""
    page = new_page()
    upload(page, "05-unknown-face.jpg")
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


def test_a_picture_deleted_at_once_is_refused_when_it_comes_again(new_page: NewPage) -> None:
    """By keyboard alone, without JavaScript: open, tick, delete; the same picture is refused from then on."""
    page = new_page(java_script_enabled=False)
    upload(page, "09-nobody-visible.jpg")
    page.locator(".danger summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Deleted")
    upload(page, "09-nobody-visible.jpg")
    expect(page.get_by_role("heading", level=1)).to_have_text("Blocked")
    expect(page.get_by_text("This picture was deleted before")).to_be_visible()


def test_the_outlines_lie_on_the_faces(new_page: NewPage) -> None:
    """Whatever the width of the window, the overlay has the picture's own size and place."""
    page = new_page()
    upload(page, "01-approved.jpg", CAPTION)
    for width in (320, 800, 1400):
        page.set_viewport_size({"width": width, "height": 800})
        picture, overlay = page.locator(".photo img").bounding_box(), page.locator(".faces").bounding_box()
        assert picture is not None
        assert overlay is not None
        assert all(abs(picture[side] - overlay[side]) < 1 for side in ("x", "y", "width", "height"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_fits_a_small_phone(new_page: NewPage, scheme: str) -> None:
    """At 320 pixels nothing has to be scrolled sideways, and what is to be pressed is large enough for a thumb."""
    page = new_page(color_scheme=scheme, **PHONE)
    upload(page, "05-unknown-face.jpg", "A day in the garden with a rather long caption about beans and more beans")
    result = page.url
    pages = ("/", "/checks", "/approvals", "/help", "/help/findings/unknown_face", "/privacy")
    for path in (*pages, result, f"{result}/faces/2", f"{result}/area"):
        page.goto(path)
        for more in page.locator("details > summary").all():
            more.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert _too_small(page) == [], path


def _too_small(page: Page) -> list[str]:
    script = """() => [...document.querySelectorAll("main a.button, main button, nav a, .tile, .tick")]
        .filter(e => e.offsetParent && e.getBoundingClientRect().height < 40).map(e => e.outerHTML)"""
    found: list[str] = page.evaluate(script)
    return found


def test_the_keyboard_goes_everywhere(new_page: NewPage) -> None:
    """The first stop skips to the content; each stop is visible; faces can be reached and lead to their row."""
    page = new_page()
    upload(page, "05-unknown-face.jpg")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator(":focus").get_attribute("aria-label") == "Face 2: Not recognised":
            break
    page.keyboard.press("Enter")
    assert page.url.endswith("#face-2")
    expect(page.locator("#face-2")).to_be_in_viewport()


def test_each_page_has_its_title_language_and_one_heading(new_page: NewPage) -> None:
    """What screen readers announce first is there and different on every page."""
    page = new_page()
    upload(page, "05-unknown-face.jpg")
    result, titles = page.url, set()
    pages = ("/", "/checks", "/approvals", "/help", "/help/findings/unknown_face", "/privacy")
    paths = (*pages, result, f"{result}/faces/2", f"{result}/area")
    for path in paths:
        page.goto(path)
        titles.add(page.title())
        assert page.locator("html").get_attribute("lang") == "en-GB"
        assert page.locator("h1").count() == 1
        assert page.locator("img:not([alt])").count() == 0
        unlabelled = page.locator("input:not([type=hidden]), select, textarea").evaluate_all(
            "fields => fields.filter(f => !f.labels.length).map(f => f.name)"
        )
        assert unlabelled == []
    assert len(titles) == len(paths)
