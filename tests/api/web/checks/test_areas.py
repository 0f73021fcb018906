"""Pages on which a part of the picture is chosen, and the button that deletes all of it."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from gatekeeper.types import Role
from tests.support.http import NewPerson
from tests.support.pages import ask, read, resolve
from tests.support.school import AMIRA_HUE, STRANGER_HUE, TOM_HUE, School

EDGES = re.compile(r'<input type="hidden" name="(left|top|right|bottom)" value="([\d.]+)">')


def suggested(page: str) -> dict[str, str]:
    return dict(EDGES.findall(page))


def test_the_page_suggests_to_keep_who_may_be_published(office: TestClient, school: School) -> None:
    """The suggestion is one button, shows what would be left, and is approved."""
    address = ask(office, school, AMIRA_HUE, STRANGER_HUE)
    page = office.get(address).text
    assert "Or crop to who may be published" in page
    edges = suggested(page)
    assert float(edges["right"]) < 70
    after = resolve(office, address, action="crop", **edges)
    assert "Approved" in read(after)
    assert "1 · Amira Khan May be published" in read(after)
    assert "Or crop to who may be published" not in after.text


def test_nothing_is_suggested_where_nobody_can_be_cropped_away(office: TestClient, school: School) -> None:
    """Between two who may be published, or alone, a stranger can only be covered or named."""
    for hues in ((AMIRA_HUE, STRANGER_HUE, TOM_HUE), (STRANGER_HUE,)):
        assert "Or crop to who may be published" not in office.get(ask(office, school, *hues)).text


def test_a_faces_page_suggests_to_crop_it_away(office: TestClient, school: School) -> None:
    """The other faces stay, whoever they are."""
    address = ask(office, school, STRANGER_HUE, STRANGER_HUE + 60)
    page = office.get(f"{address}/faces/2")
    assert "Or crop this face away" in read(page)
    after = resolve(office, address, action="crop", **suggested(page.text))
    assert "One face is not recognised" in read(after)


def test_a_covered_face_can_be_cropped_away_afterwards(office: TestClient, school: School) -> None:
    """One covered face points at a child; the page offers to leave the place out."""
    address = ask(office, school, AMIRA_HUE, STRANGER_HUE)
    after = resolve(office, address, action="cover", face="2")
    assert "Or crop the covered place away" in after.text
    edges = suggested(after.text)
    cropped = resolve(office, str(after.url.path), action="crop", **edges)
    assert "Covered" not in read(cropped)
    assert "Approved" in read(cropped)


def test_a_part_can_be_chosen_by_numbers(office: TestClient, school: School) -> None:
    """The ruler has a line for each tenth, and the four edges are fields."""
    address = ask(office, school, AMIRA_HUE, STRANGER_HUE)
    page = office.get(f"{address}/area")
    assert page.text.count('class="tick-line"') == 9
    assert "Where its edges are, 0 to 100" in read(page)
    after = resolve(office, address, action="crop", left="0", top="0", right="50", bottom="100")
    assert "Approved" in read(after)


def test_a_face_that_was_missed_is_marked(office: TestClient, school: School) -> None:
    """On an approved picture too; it then has a page like any other face and can be named."""
    address = ask(office, school, AMIRA_HUE)
    assert "A face was missed" in read(office.get(address))
    marked = resolve(office, address, action="missed_face", left="70", top="60", right="80", bottom="80")
    assert "Blocked" in read(marked)
    assert "Too unclear to recognise" in read(marked)
    path = str(marked.url.path)
    named = resolve(office, path, action="identify", face="2", person=school.people["Tom"])
    assert "Approved" in read(named)


@pytest.mark.parametrize(
    "edges",
    [
        {},
        {"left": "0", "top": "0", "right": "100", "bottom": "100"},
        {"left": "60", "top": "0", "right": "40", "bottom": "100"},
        {"left": "0", "top": "0", "right": "50"},
    ],
)
def test_a_part_that_is_none_is_refused_with_a_sentence(
    office: TestClient, school: School, edges: dict[str, str]
) -> None:
    """Nothing changes, and the page says what to do."""
    address = ask(office, school, AMIRA_HUE, STRANGER_HUE)
    assert office.post(f"{address}/resolutions", data={"action": "crop", **edges}).status_code == 409
    assert office.post(f"{address}/resolutions", data={"action": "crop", "left": "101"}).status_code == 422


def test_there_is_no_part_of_what_is_replaced_or_somebody_elses(
    office: TestClient, new_person: NewPerson, school: School
) -> None:
    """An older check has no ruler any more, and another's is not there."""
    address = ask(office, school, AMIRA_HUE, STRANGER_HUE)
    assert new_person("other").get(f"{address}/area").status_code == 404
    resolve(office, address, action="cover", face="2")
    assert office.get(f"{address}/area").status_code == 404


def test_a_picture_is_deleted_at_once(office: TestClient, school: School) -> None:
    """After one tick the picture, its page's view and its release are gone, and uploading it again is refused."""
    address = ask(office, school, AMIRA_HUE)
    page = office.get(address)
    release = re.search(r"/v1/releases/[\w-]+", page.text)
    assert release is not None
    assert office.post(f"{address}/deletion", data={}).status_code == 422
    assert office.get(f"{address}/picture").status_code == 200
    answer = office.post(f"{address}/deletion", data={"confirmed": "yes"})
    assert answer.status_code == 303
    after = office.get(answer.headers["Location"])
    assert "Deleted This picture was deleted at once." in read(after)
    assert "<img" not in after.text
    assert "hidden in the file" not in after.text
    assert "Delete at once" not in after.text
    assert office.get(f"{address}/picture").status_code == 404
    assert office.get(release[0]).status_code == 410
    assert "This picture was deleted before" in read(office.get(ask(office, school, AMIRA_HUE)))
    assert "Deleted" in read(office.get("/checks"))


def test_leadership_may_delete_any_picture_and_colleagues_only_their_own(
    office: TestClient, new_person: NewPerson, school: School
) -> None:
    """Who sees every check cannot therefore delete it, and who does not see it hears of none."""
    address = ask(office, school, AMIRA_HUE)
    resolve(office, address, action="identify", face="1", person=school.people["Tom"])
    newest = office.get("/checks").text
    waiting = re.search(r"/checks/chk_\w+", newest)
    assert waiting is not None
    keeper, lead = new_person("keeper", Role.ADMIN), new_person("lead", Role.SAFEGUARDING_LEAD)
    assert "Delete at once" not in keeper.get(waiting[0]).text
    assert keeper.get(waiting[0]).status_code == 200
    assert keeper.post(f"{waiting[0]}/deletion", data={"confirmed": "yes"}).status_code == 403
    assert new_person("stranger").post(f"{address}/deletion", data={"confirmed": "yes"}).status_code == 404
    assert "Delete at once" in lead.get(waiting[0]).text
    assert lead.post(f"{waiting[0]}/deletion", data={"confirmed": "yes"}).status_code == 303
