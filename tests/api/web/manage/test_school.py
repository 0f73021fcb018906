"""The school's name and crest: changed by an administrator, seen on every page."""

from __future__ import annotations

import io
import re

from PIL import Image
from starlette.testclient import TestClient

from gatekeeper.types import Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import School


def crest() -> bytes:
    """Return a crest as an office would upload it: large, with a comment in it."""
    data = io.BytesIO()
    picture = Image.new("RGB", (1600, 2000), (20, 60, 140))
    picture.save(data, "JPEG", comment=b"made by the art teacher")
    return data.getvalue()


def test_name_and_crest_stand_on_every_page_and_can_be_removed(
    new_person: NewPerson, http: TestClient, school: School
) -> None:
    """The crest is made anew from its pixels, small; before signing in too; removing it leaves the name."""
    admin = new_person("admin", Role.ADMIN)
    assert http.get("/crest").status_code == 404
    answer = admin.post(
        "/admin/school", data={"name": "Oakfield  Primary"}, files={"crest": ("crest.jpg", crest(), "image/jpeg")}
    )
    assert answer.headers["Location"] == "/admin/school?done=saved"
    pages = [admin.get(page) for page in ("/sign-in", "/help", "/admin/school?done=saved", "/report")]
    assert all("Oakfield Primary" in read(page) for page in pages)
    (address,) = {found for page in pages for found in re.findall(r'src="(/crest\?v=[0-9a-f]{16})"', page.text)}
    sent = http.get(address)
    assert sent.headers["content-type"] == "image/png"
    assert b"art teacher" not in sent.content
    with Image.open(io.BytesIO(sent.content)) as picture:
        assert picture.size == (320, 400)
    admin.post("/admin/school", data={"name": "Oakfield School"})
    assert address in admin.get("/help").text
    assert admin.post("/admin/school/crest/removal").status_code == 303
    after = admin.get("/help")
    assert "/crest" not in after.text
    assert "Oakfield School" in read(after)
    with school.services.store.reading("tests", school.clock()) as tx:
        assert tx.audit.last("school.identity_changed") is not None


def test_what_cannot_be_used_is_refused_beside_its_field(new_person: NewPerson) -> None:
    """A file that is no picture, and a name that is too long; what was typed is kept."""
    admin = new_person("admin", Role.ADMIN)
    files = {"crest": ("crest.png", b"%PDF-1.7 no picture", "image/png")}
    refused = admin.post("/admin/school", data={"name": "Oakfield"}, files=files)
    assert refused.status_code == 422
    assert 'id="crest-wrong"' in refused.text
    assert 'value="Oakfield"' in refused.text
    too_long = admin.post("/admin/school", data={"name": "x" * 121})
    assert (too_long.status_code, 'id="name-wrong"' in too_long.text) == (422, True)
    assert new_person("office").get("/admin/school").status_code == 403
