"""A batch worked through in a browser: by keys, by links alone, on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import NewPage, of_squares, upload
from tests.support.school import AMIRA_HUE, STRANGER_HUE

pytestmark = pytest.mark.browser

MIXED = [of_squares(STRANGER_HUE), of_squares(AMIRA_HUE), of_squares(STRANGER_HUE + 20)]


def sent(page: Page) -> None:
    """Send three pictures, of which the first and the last are blocked, and wait for their answers."""
    page.locator("#photo").set_input_files(MIXED)
    for tick in page.locator("[name=attestations]").all():
        tick.check()
    page.get_by_role("button", name="Check", exact=True).click()
    page.wait_for_url(re.compile(r"/batches/bat_"))
    expect(page.get_by_text("3 of 3 examined")).to_be_visible(timeout=60_000)


def test_keys_lead_through_a_batch(quick_page: NewPage) -> None:
    """J, K and N, but not while something is typed, nor once they are turned off."""
    page = quick_page()
    sent(page)
    page.locator("main a[href^='/checks/chk_']").first.click()
    place = page.locator(".steps")
    for key, where in (("j", "Picture 2 of 3"), ("n", "Picture 3 of 3"), ("k", "Picture 2 of 3"), ("n", "Picture 3")):
        page.wait_for_url("**/checks/*")
        page.wait_for_load_state()  # the keys are listened to from then on
        page.keyboard.press(key)
        expect(place).to_contain_text(where)
    page.get_by_text("Change the words").click()
    page.get_by_label("Caption").press_sequentially("jkn")
    expect(page.get_by_label("Caption")).to_have_value("jkn")
    expect(place).to_contain_text("Picture 3 of 3")
    page.get_by_role("button", name="Turn keys off").click()
    page.locator("h1").click()
    page.keyboard.press("k")
    page.reload()
    page.keyboard.press("k")
    expect(place).to_contain_text("Picture 3 of 3")


@pytest.mark.parametrize("scripts", [True, False])
def test_each_blocked_picture_takes_one_click_more_than_its_remedy(quick_page: NewPage, *, scripts: bool) -> None:
    """On a phone: open the first, then remedy and `Next to sort out` until nothing is left."""
    page = quick_page(java_script_enabled=scripts, viewport={"width": 390, "height": 844}, has_touch=True)
    sent(page)
    page.locator("main a[href^='/checks/chk_']").first.click()
    for left in (1, 0):
        page.get_by_role("link", name="Sort out face 1").click()
        page.get_by_role("button", name="Cover this face").click()
        expect(page.get_by_role("status")).to_contain_text("The place is covered. The picture is", timeout=60_000)
        if left:
            page.get_by_role("status").get_by_role("link", name="Next to sort out").click()
    expect(page.locator(".steps")).to_contain_text("Picture 3 of 3")


def test_a_phone_shares_picture_and_caption(quick_page: NewPage) -> None:
    """By its share sheet, from the page of an approved picture."""
    page = quick_page(is_mobile=True, has_touch=True, viewport={"width": 390, "height": 844})
    page.add_init_script(
        """navigator.canShare = () => true;
        navigator.share = async ({ files: [one], text }) => {
            document.title = [one.name, one.type, text].join(" ");
        };"""
    )
    page.goto("/")
    page.locator("#photo").set_input_files(of_squares(AMIRA_HUE))
    page.get_by_label("Caption").fill("Amira plants beans")
    for tick in page.locator("[name=attestations]").all():
        tick.check()
    page.get_by_role("button", name="Check", exact=True).click()
    page.get_by_role("button", name="Share picture and caption").click(timeout=60_000)
    expect(page).to_have_title(re.compile(r"photo-[0-9a-f]{12}\.jpg image/jpeg Amira plants beans"))


def test_naming_takes_one_click_a_picture(quick_page: NewPage) -> None:
    """One opens the first; then the name beside the face, after which the next is there: 1 + b clicks for b blocked.

    By hand from the list of pictures it was 5 b: open, `Sort out`, the name, `My pictures`, the batch.
    """
    page, clicks = quick_page(viewport={"width": 390, "height": 844}, has_touch=True), 0
    sent(page)
    page.get_by_role("link", name="Sort out 2, one after another").click()
    clicks += 1
    for place in (1, 3):
        expect(page.locator(".steps")).to_contain_text(f"Picture {place} of 3")
        page.get_by_role("button", name="Zoe Moss").click()
        clicks += 1
    expect(page.get_by_role("status")).to_contain_text("Nothing is left to sort out in this batch.")
    assert clicks == 1 + 2


def test_a_name_is_found_while_it_is_typed_and_a_digit_only_goes_there(quick_page: NewPage) -> None:
    """Beside the face, however the name is spelt; a digit moves the focus, and Enter says the name."""
    page = quick_page()
    upload(page, of_squares(STRANGER_HUE))
    page.wait_for_load_state()  # the keys are listened to from then on
    page.get_by_label("Name, number or class of face 1").press_sequentially("jönes")
    expect(page.locator("[data-found]").get_by_role("button", name="Tom Jones")).to_be_visible()
    page.locator("h1").click()
    suggested = page.locator("[data-suggested]").first.get_by_role("button").all_inner_texts()
    place = next(place for place, words in enumerate(suggested, 1) if "Zoe Moss" in words)
    page.keyboard.press(str(place))
    expect(page.get_by_role("button", name="Zoe Moss")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("is saved. The picture is approved now.", timeout=60_000)
    page.get_by_role("button", name="Remove the name").click()
    expect(page.get_by_role("status")).to_contain_text("The name was removed.", timeout=60_000)
