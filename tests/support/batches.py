"""What the tests of batches share: sending several pictures at once."""

from __future__ import annotations

from httpx2 import Response
from starlette.testclient import TestClient

from tests.support.gate import upload_of
from tests.support.school import AMIRA_HUE, ATTESTED, STRANGER_HUE, TOM_HUE, School

FORM = {"channel": "website", "event": "", "caption": "", "publish_at": "", "attestations": sorted(ATTESTED)}


def send(browser: TestClient, *pictures: bytes, **fields: object) -> Response:
    """Send pictures as one form, under names that tell who is in them."""
    files = [("photo", (f"Amira Khan {at}.png", data, "image/png")) for at, data in enumerate(pictures)]
    return browser.post("/checks", data=FORM | fields, files=files)


def examine(school: School, address: str) -> None:
    """Wait until every picture of a batch has its answer."""
    with school.services.store.reading("user:admin", school.clock()) as tx:
        batch = tx.batches.find(address.rpartition("/")[2])
    assert batch is not None
    for check in batch.checks:
        school.services.screener.run(check)


def three(browser: TestClient, school: School) -> str:
    """Send one picture of each of two people and one of a stranger; return the batch's address."""
    answer = send(browser, upload_of(AMIRA_HUE), upload_of(STRANGER_HUE), upload_of(TOM_HUE))
    assert answer.status_code == 303
    examine(school, answer.headers["Location"])
    return answer.headers["Location"]
