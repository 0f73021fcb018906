"""What the tests of pages share: reading a page, uploading a picture, answering a form."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from tests.support.gate import upload_of
from tests.support.school import ATTESTED, School


class _Text(HTMLParser):
    """Collects what can be read, and what a strict policy would not let run."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if "style" in names or tag == "style" or any(name.startswith("on") for name in names):
            self.inline.append(tag)
        if tag == "script" and "src" not in names:
            self.inline.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(answer: Response) -> str:
    """Return the words of a page, with single spaces."""
    parser = _Text()
    parser.feed(answer.text)
    assert parser.inline == []
    return re.sub(r"\s+", " ", "".join(parser.words))


def ask(browser: TestClient, school: School, *hues: float, **fields: Any) -> str:
    """Upload a picture and return the address of its answer, ready."""
    form = {"channel": "website", "event": "", "caption": "", "publish_at": "", "attestations": sorted(ATTESTED)}
    files = {"photo": ("Amira Khan.png", upload_of(*hues), "image/png")}
    answer = browser.post("/checks", data=form | fields, files=files)
    assert answer.status_code == 303
    address = answer.headers["Location"]
    school.services.screener.run(address.rpartition("/")[2])
    return address


def resolve(browser: TestClient, address: str, **fields: Any) -> Response:
    """Send one of the forms of the result page and return the new page."""
    answer = browser.post(f"{address}/resolutions", data=fields)
    assert answer.status_code == 303, read(answer)
    return browser.get(answer.headers["Location"])
