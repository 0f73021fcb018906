from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.browser import NewPage, of_squares
from tests.support.school import AMIRA_HUE

pytestmark = pytest.mark.browser

TWO = [of_squares(AMIRA_HUE), of_squares()]


@pytest.mark.parametrize("scripts", [True, False])
def test_two_pictures_at_once(quick_page: NewPage, tmp_path: Path, *, scripts: bool) -> None:
    """Each is sent and examined by itself, the page counts them by itself, and what is approved comes as one file."""
    page = quick_page(java_script_enabled=scripts)
    page.locator("#photo").set_input_files(TWO)
    if scripts:
        expect(page.locator("#photo-hint")).to_contain_text("2 pictures")
    for tick in page.locator("[name=attestations]").all():
        tick.check()
    page.get_by_role("button", name="Check", exact=True).click()
    page.wait_for_url(re.compile(r"/batches/bat_"))
    expect(page.get_by_text("2 of 2 examined")).to_be_visible(timeout=60_000)
    expect(page.locator(".row-verdict")).to_have_text(["Approved", "To sort out"])
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the one that is approved").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert re.fullmatch(r"001-[0-9a-f]{12}\.jpg captions\.txt list\.csv", " ".join(zipfile.ZipFile(path).namelist()))


def test_pasted_pictures_join_those_that_were_chosen(quick_page: NewPage) -> None:
    """A picture from the clipboard is one more; one that is too large is said before anything is sent."""
    page = quick_page()
    page.locator("#photo").set_input_files(TWO[0])
    page.evaluate(
        """() => {
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File(["x"], "pasted.png", { type: "image/png" }));
            document.dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
        }"""
    )
    expect(page.locator("#photo-hint")).to_contain_text("2 pictures")
    assert page.evaluate("document.querySelector('#photo').files.length") == 2
