"""The pages of an import, as an administrator uses them."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Final, cast

from httpx2 import Response
from starlette.testclient import TestClient

from consent_db.people.records import PersonRecord
from tests.support.school import School

PLAIN: Final = """external_id,first_name,last_name,kind,group,consent_website
1,Zainab,Okafor,pupil,4B,yes
2,Ella,Brown,pupil,4B,no
"""
WAITING: Final = "/admin/imports/waiting"
_COLUMN: Final = re.compile(r'name="columns" value="([^"]+)">\s*<label><span class="unseen">([^<]*)</span>')


def upload(admin: TestClient, text: str | bytes, **fields: str) -> Response:
    """Send a file."""
    data = text.encode() if isinstance(text, str) else text
    return admin.post("/admin/imports", data=fields, files={"file": ("Year 4 pupils.csv", data, "text/csv")})


def press_import(admin: TestClient) -> Response:
    """Press the button on the page that shows what is going to change."""
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', admin.get(WAITING).text)
    assert found is not None
    return admin.post(f"{WAITING}/import", data={"seen": found[1]})


def decide(admin: TestClient, **fields: object) -> Response:
    """Send the form of the page with some fields filled in; `meanings` are those of the columns by heading."""
    page = admin.get(WAITING).text
    (file,) = re.findall(r'name="file" value="([0-9a-f]{16})"', page)
    keys = {html.unescape(name): key for key, name in _COLUMN.findall(page)}
    meanings = dict(cast("dict[str, str]", fields.pop("meanings", {})))
    return admin.post(
        WAITING,
        data={"file": file, "columns": [keys[name] for name in meanings], "meanings": [*meanings.values()], **fields},
    )


def on_register(school: School) -> dict[str, PersonRecord]:
    """Return who is on the register, by number."""
    with school.services.store.reading("user:admin", school.clock()) as tx:
        return {record.profile.external_id: record for record in tx.people.all() if record.profile.external_id}


def sealed_files(school: School) -> list[Path]:
    """Return the files that wait."""
    return [path for path in (school.services.settings.data / "imports").glob("*") if path.is_file()]
