"""From one picture of a batch to the next, and what is said after something was saved."""

from __future__ import annotations

import re
from html import unescape

from starlette.testclient import TestClient

from api.web.checks.lists.steps import steps
from consent_db.checks.batch.batch_pictures import BatchPicture, Standing
from gatekeeper.types import Role
from tests.support.batches import examine, send, three
from tests.support.gate import upload_of
from tests.support.http import NewPerson
from tests.support.pages import ask, read
from tests.support.school import AMIRA_HUE, STRANGER_HUE, School


def checks_of(school: School, address: str) -> list[BatchPicture]:
    with school.services.store.reading("user:admin", school.clock()) as tx:
        batch = tx.batches.find(address.rpartition("/")[2])
        assert batch is not None
        return list(tx.batches.pictures(batch))


def ways(page: str) -> dict[str, str]:
    """Return the check behind each key of a page."""
    return {key: check for check, key in re.findall(r'href="/checks/(chk_\w+)" data-key="(\w)"', page)}


def test_each_picture_leads_to_its_neighbours_and_to_the_next_to_sort_out(office: TestClient, school: School) -> None:
    """In the order of sending, on the page of the picture, of a face and of an area."""
    address = three(office, school)
    first, second, third = (picture.id for picture in checks_of(school, address))
    page = office.get(f"/checks/{first}")
    assert ways(page.text) == {"j": second, "n": second}
    assert "Picture 1 of 3 Amira Khan 0.png 1 to sort out" in read(page)
    for path in ("", "/faces/1", "/area"):
        page = office.get(f"/checks/{second}{path}")
        assert ways(page.text) == {"k": first, "j": third}
        assert "Picture 2 of 3 Amira Khan 1.png 1 of 1 to sort out" in read(page)
    assert ways(office.get(f"/checks/{third}").text) == {"k": second, "n": second}


def test_what_was_saved_is_said_and_the_next_is_offered(office: TestClient, school: School) -> None:
    """After each resolution, until nothing of the batch is left to sort out."""
    answer = send(office, upload_of(STRANGER_HUE), upload_of(AMIRA_HUE), upload_of(STRANGER_HUE + 30))
    examine(school, answer.headers["Location"])
    first, _, third = (picture.id for picture in checks_of(school, answer.headers["Location"]))
    saved = office.post(
        f"/checks/{first}/resolutions", data={"action": "identify", "face": "1", "person": school.people["Zoe"]}
    )
    page = office.get(saved.headers["Location"])
    assert "who is in the picture is saved. The picture is approved now. This is the next to sort out." in read(page)
    assert "Picture 3 of 3" in read(page)
    before = re.findall(r'href="/checks/(chk_\w+)">See the one before', page.text)
    assert before == [checks_of(school, answer.headers["Location"])[0].id]
    covered = office.post(f"/checks/{third}/resolutions", data={"action": "cover", "face": "1"})
    page = office.get(covered.headers["Location"])
    assert "Picture 3 of 3" in read(page), "what changes a picture is shown first"
    assert "The place is covered. The picture is" in read(page)
    assert office.get(f"/checks/{first}?done=gibberish").status_code == 422
    assert "is saved" not in read(office.get(f"/checks/{third}?done=identify")), "nothing was done to make the upload"


def test_a_picture_that_came_alone_leads_nowhere(office: TestClient, school: School) -> None:
    """It has no batch and no keys."""
    page = office.get(ask(office, school, STRANGER_HUE))
    assert ways(page.text) == {}
    assert "Pictures of this batch" not in page.text


def test_colleagues_who_may_not_see_a_batch_are_not_led_through_it(new_person: NewPerson, school: School) -> None:
    """A colleague who is asked about one picture sees that one; an approver sees all."""
    address = three(new_person("office"), school)
    second = checks_of(school, address)[1].id
    assert new_person("other").get(f"/checks/{second}").status_code == 404
    assert set(ways(new_person("head", Role.APPROVER).get(f"/checks/{second}").text)) == {"j", "k"}


def test_what_only_waits_for_a_colleague_is_not_to_be_sorted_out(office: TestClient, school: School) -> None:
    """Until the colleague declines: then it is the sender's again."""
    answer = send(office, upload_of(AMIRA_HUE), upload_of(STRANGER_HUE), b"no picture")
    address = answer.headers["Location"]
    examine(school, address)
    first = checks_of(school, address)[0].id
    named = office.post(
        f"/checks/{first}/resolutions", data={"action": "identify", "face": "1", "person": school.people["Tom"]}
    )
    assert named.status_code == 303
    found = checks_of(school, address)
    assert [picture.standing for picture in found] == [Standing.COLLEAGUE, Standing.OPEN, Standing.REFUSED]
    with school.services.store.transaction("user:head", school.clock()) as tx:
        tx.opinions.give(found[0].id, "It is not Tom.", agreed=False)
    assert checks_of(school, address)[0].standing is Standing.OPEN


def test_the_next_to_sort_out_begins_again_behind_the_last() -> None:
    """And is never the picture itself."""
    states = [Standing.OPEN, Standing.APPROVED, Standing.OPEN, Standing.WAITING]
    pictures = tuple(BatchPicture(f"c{at}", f"c{at}", state, None) for at, state in enumerate(states))
    found = [steps("b", pictures, at) for at in range(4)]
    assert [one.next_open for one in found] == ["c2", "c2", "c0", "c0"]
    assert [one.open_place for one in found] == [1, None, 2, None]
    assert steps("b", pictures[:1], 0).next_open is None


def listed(page: str) -> dict[str, str]:
    """Return the check behind each key of a page that was opened from a list, with the list."""
    found = re.findall(r'href="/checks/(chk_\w+\?list=[^"]+)" data-key="(\w)"', page)
    return {key: unescape(address) for address, key in found}


def test_my_pictures_lead_on_with_their_filter(office: TestClient, school: School) -> None:
    """Only those that the filter shows, by every page of a picture and past every answer."""
    blocked = []
    for hue in (STRANGER_HUE, STRANGER_HUE + 30):
        blocked.append(ask(office, school, hue).rpartition("/")[2])
        school.clock.advance(minutes=1)
    approved = ask(office, school, AMIRA_HUE).rpartition("/")[2]
    page = office.get("/checks?show=blocked").text
    assert f'href="/checks/{blocked[0]}?list=mine&amp;show=blocked"' in page
    way = "?list=mine&show=blocked"
    for path in ("", "/faces/1", "/area"):
        first = office.get(f"/checks/{blocked[1]}{path}{way}")
        assert listed(first.text) == {"j": blocked[0] + way, "n": blocked[0] + way}
        assert "Picture 1 of 2 1 of 2 to sort out" in read(first)
    everything = office.get(f"/checks/{approved}?list=mine")
    assert listed(everything.text) == {"j": f"{blocked[1]}?list=mine", "n": f"{blocked[1]}?list=mine"}
    named = {"action": "identify", "face": "1", "person": school.people["Zoe"]}
    after = office.post(f"/checks/{blocked[1]}/resolutions{way}", data=named).headers["Location"]
    assert after.startswith(f"/checks/{blocked[0]}?")
    page = office.get(after).text
    assert 'href="/checks?show=blocked">All</a>' in page
    assert office.get(f"/checks/{approved}?list=nothing").status_code == 422


def test_a_leader_goes_from_one_decision_to_the_next(new_person: NewPerson, office: TestClient, school: School) -> None:
    """What waits longest first; declined or agreed, the next is shown with what was saved, until none is left."""
    waiting = []
    for hue in (STRANGER_HUE, STRANGER_HUE + 30, STRANGER_HUE + 60):
        asked = office.post(
            f"{ask(office, school, AMIRA_HUE, hue)}/resolutions", data={"action": "not_a_face", "face": "2"}
        )
        waiting.append(re.findall(r"chk_\w+", asked.headers["Location"])[0])
        school.clock.advance(minutes=1)
    head, way = new_person("head", Role.APPROVER), "?list=approvals"
    assert f'href="/checks/{waiting[0]}{way}">Decide about 3, one after another' in head.get("/approvals").text
    assert listed(head.get(f"/checks/{waiting[0]}{way}").text) == {"j": waiting[1] + way, "n": waiting[1] + way}
    declined = head.post(f"/checks/{waiting[0]}/opinion{way}", data={"action": "decline", "note": "A poster."})
    page = head.get(declined.headers["Location"])
    assert "Declined. Your colleague reads your note. This is the next to decide." in read(page)
    assert "Picture 1 of 2 1 of 2 to decide" in read(page)
    agreed = head.post(f"/checks/{waiting[1]}/opinion{way}", data={"action": "approve"})
    page = head.get(agreed.headers["Location"])
    assert "Your agreement is saved. The picture is approved now." in read(page)
    assert f"/checks/{waiting[2]}?" in agreed.headers["Location"]
    last = head.post(f"/checks/{waiting[2]}/opinion{way}", data={"action": "approve"})
    assert "Nothing is left to decide." in read(head.get(last.headers["Location"]))
