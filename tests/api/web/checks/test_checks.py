"""The pages, as a browser without JavaScript uses them."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from starlette.testclient import TestClient

from api.application.checks.submission import build_draft
from consent_db.publishing.records import PublicationDraft, Why
from gatekeeper.consent.permission import Stance
from gatekeeper.types import Role
from tests.support.gate import upload_of
from tests.support.http import NewPerson
from tests.support.pages import ask, read, resolve
from tests.support.school import AMIRA_HUE, STRANGER_HUE, TOM_HUE, School


def test_an_approved_picture_can_be_taken_with_its_caption(office: TestClient, school: School) -> None:
    """The page says so in words, names each face, and gives picture and caption."""
    address = ask(office, school, AMIRA_HUE, TOM_HUE, caption="Amira and Tom plant beans", alt_text="Two children")
    page = office.get(address)
    words = read(page)
    assert "Approved You may publish exactly this picture" in words
    assert "1 · Amira Khan May be published" in words
    assert "Amira and Tom plant beans" in words
    found = re.search(r'href="(/checks/[^"]+/release)" download="(photo-[0-9a-f]{12}\.jpg)"', page.text)
    assert found is not None
    assert office.get(found[1]).headers["Content-Type"] == "image/jpeg"


def test_a_blocked_picture_gives_nothing_away_to_publish(office: TestClient, school: School) -> None:
    """The page says blocked and why, shows the picture to its uploader, and offers no download."""
    address = ask(office, school, AMIRA_HUE, STRANGER_HUE)
    page = office.get(address)
    assert "Blocked Do not publish this picture. One face is not recognised." in read(page)
    assert "/v1/releases/" not in page.text
    assert "download=" not in page.text
    picture = office.get(f"{address}/picture")
    assert (picture.headers["Content-Type"], picture.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    small = Image.open(BytesIO(office.get(f"{address}/picture?small=true").content))
    assert max(small.size) == 240


def test_faces_are_outlined_where_they_are(office: TestClient, school: School) -> None:
    """The boxes are SVG attributes in the picture's own pixels, numbered like the list."""
    page = office.get(ask(office, school, AMIRA_HUE, STRANGER_HUE)).text
    width, height = (int(n) for n in re.findall(r'class="faces" viewBox="0 0 (\d+) (\d+)"', page)[0])
    boxes = re.findall(r'<rect class="line" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', page)
    assert len(boxes) == 2
    for x, y, w, h in ((int(a), int(b), int(c), int(d)) for a, b, c, d in boxes):
        assert 0 <= x < x + w <= width
        assert 0 <= y < y + h <= height
    assert 'aria-label="Face 2: Not recognised"' in page


def test_a_stranger_can_be_named_from_the_list(office: TestClient, school: School) -> None:
    """The face's page lists the people, finds them by name, and naming one makes a new check."""
    address = ask(office, school, STRANGER_HUE)
    page = office.post(f"{address}/faces/1", data={"search": "jones"})
    assert school.people["Tom"] in page.text
    assert school.people["Amira"] not in page.text
    assert school.people["Amira"] in office.post(f"{address}/faces/1", data={"group": "choir"}).text
    answer = resolve(office, address, action="identify", face="1", person=school.people["Zoe"])
    assert "Approved" in read(answer)
    assert "Replaced" in read(office.get(address))


def test_a_stranger_can_be_covered_alone_or_declared_no_face_by_two(
    office: TestClient, new_person: NewPerson, school: School
) -> None:
    """Each is a form, and the gate looks again; a second person sees what was waved away, under its number."""
    address = ask(office, school, AMIRA_HUE, STRANGER_HUE)
    assert "Approved" in read(resolve(office, address, action="cover", face="2"))
    waved = resolve(office, ask(office, school, AMIRA_HUE, STRANGER_HUE), action="not_a_face", face="2")
    assert "Face 2 was called no face. A second person has to look and agree, or cover it." in read(waved)
    second = new_person("second")
    asked = second.get(waved.url.path)
    assert 'aria-label="Face 2: Called no face"' in asked.text
    assert "Face 2 was called no face." in read(asked).partition("Yours to decide")[2]
    assert 'id="asked-2"' in asked.text
    after_all = resolve(office, waved.url.path, action="not_them", face="2")
    assert "Face 2 was called no face" not in read(after_all)
    assert "not_a_face" in office.get(f"{after_all.url.path}/faces/2").text
    with school.services.store.reading("user:office", school.clock()) as tx:
        acts = {entry.action for entry in tx.audit.about(after_all.url.path.rpartition("/")[2])}
    assert "face.restored" in acts
    waved = resolve(office, after_all.url.path, action="not_a_face", face="2")
    assert "It is a face after all" in read(waved)
    assert "Approved" in read(resolve(second, waved.url.path, action="approve"))


def test_what_was_confirmed_and_agreed_is_withdrawn_by_those_who_said_it(
    office: TestClient, new_person: NewPerson, school: School
) -> None:
    """An agreement by its author, with the confirmations left; these by the sender. Both end the approval."""
    waved = resolve(office, ask(office, school, AMIRA_HUE, STRANGER_HUE), action="not_a_face", face="2")
    second = new_person("second")
    agreed = resolve(second, waved.url.path, action="approve").url.path
    third = new_person("head", Role.APPROVER)
    refused = third.post(f"{agreed}/resolutions", data={"action": "take_back"})
    assert refused.status_code == 409
    assert "Withdraw what I confirmed" not in third.get(agreed).text
    withdrawn = resolve(second, agreed, action="take_back")
    assert "A second person has to look" in read(withdrawn) or "second person" in read(withdrawn)
    assert "Please look and confirm" not in read(office.get(withdrawn.url.path))
    approved = ask(office, school, AMIRA_HUE)
    told = read(office.get(approved))
    assert "Withdraw what I confirmed or agreed to" in told
    assert "has to come down" not in told
    assert "Please look and confirm" in read(resolve(office, approved, action="take_back"))


@pytest.mark.parametrize(
    "doubt",
    [
        {"action": "take_back"},
        {"action": "not_them", "face": "1"},
        {"action": "identify", "face": "1", "person": "Tom"},
    ],
)
def test_a_post_comes_down_whose_approval_is_withdrawn_by_those_who_gave_it(
    office: TestClient, school: School, doubt: dict[str, str]
) -> None:
    """With a clock, as its picture is up on a word that does not hold any more; examined again or not."""
    named = ask(office, school, STRANGER_HUE)
    approved = resolve(office, named, action="identify", face="1", person=school.people["Zoe"]).url.path
    with school.services.store.transaction("user:office", school.clock()) as tx:
        tx.publications.record(
            PublicationDraft(approved.rpartition("/")[2], school.clock(), "https://school.example/1")
        )
        assert tx.takedowns.waiting() == []
    assert read(office.get(approved)).count("Its post then has to come down") == 2
    assert "If a face was missed, its post has to come down" in read(office.get(f"{approved}/area"))
    assert "Its post then has to come down" in read(office.get(f"{approved}/faces/1"))
    resolve(office, approved, **doubt | ({"person": school.people["Tom"]} if "person" in doubt else {}))
    with school.services.store.reading("user:office", school.clock()) as tx:
        assert [takedown.why for takedown in tx.takedowns.waiting()] == [Why.IN_DOUBT]


def test_a_name_is_taken_back_with_one_tap(office: TestClient, school: School) -> None:
    """Every hand-named face has the button, after approval too; the approval ends with it."""
    address = ask(office, school, STRANGER_HUE)
    named = resolve(office, address, action="identify", face="1", person=school.people["Zoe"])
    assert "Approved" in read(named)
    assert "Not Zoe Moss" in read(named)
    assert "Not recognised" in read(resolve(office, named.url.path, action="not_them", face="1"))
    assert "Replaced" in read(office.get(named.url.path))


def test_all_open_faces_can_be_covered_at_once(office: TestClient, school: School) -> None:
    """One button covers whoever may not be published, so that no single child is pointed at."""
    address = ask(office, school, AMIRA_HUE, STRANGER_HUE, STRANGER_HUE + 60)
    assert "Cover all 2 that are open" in read(office.get(address))
    assert "Approved" in read(resolve(office, address, action="cover"))


def test_what_was_not_confirmed_can_be_confirmed(office: TestClient, school: School) -> None:
    """The missing confirmations stand on the result page as one form."""
    address = ask(office, school, AMIRA_HUE, attestations=["not_compromising"])
    page = office.get(address)
    assert "Please look and confirm Everyone is dressed appropriately" in read(page)
    assert 'value="not_compromising"' not in page.text
    assert "Approved" in read(resolve(office, address, action="attest", attestations=["appropriately_dressed"]))


def test_a_picture_without_faces_asks_whether_nobody_can_be_recognised(
    office: TestClient, new_person: NewPerson, school: School
) -> None:
    """No face found is not safe: a person looks."""
    address = ask(office, school)
    assert "No person in the picture can be recognised." in read(office.get(address))
    confirmed = resolve(office, address, action="attest", attestations=["nobody_recognisable"])
    assert "A second person has to look too." in read(confirmed)
    assert "Approved" in read(resolve(new_person("second"), confirmed.url.path, action="approve"))


def test_words_can_be_changed_without_typing_them_again(office: TestClient, school: School) -> None:
    """A blocked caption leads back to the form, filled in; confirmations are asked anew."""
    address = ask(office, school, AMIRA_HUE, caption="Amira with Tom", alt_text="A child")
    assert "Change the words" in read(office.get(address))
    form = office.get(f"/?again={address.rpartition('/')[2]}").text
    assert "Amira with Tom</textarea>" in form
    assert "A child</textarea>" in form
    assert 'name="attestations" value="not_compromising">' in form


def test_a_form_without_a_picture_comes_back_filled(office: TestClient) -> None:
    """422 with a sentence, and nothing has to be typed again."""
    answer = office.post("/checks", data={"channel": "website", "caption": "Beans"}, files={"photo": ("", b"")})
    assert answer.status_code == 422
    assert "Choose a picture first." in read(answer)
    assert "Beans</textarea>" in answer.text


def test_a_time_on_the_form_is_the_schools_time(office: TestClient, school: School) -> None:
    """A summer date without a zone is British Summer Time."""
    address = ask(office, school, AMIRA_HUE, publish_at="2026-06-01T09:00")
    with school.services.store.reading("user:admin", school.clock()) as tx:
        when = tx.checks.get(address.rpartition("/")[2]).draft.publish_at
    assert when is not None
    assert when.utcoffset() is not None
    assert when.isoformat().startswith(("2026-06-01T08:00", "2026-06-01T09:00+01:00"))


def test_the_page_waits_by_itself_while_the_picture_is_examined(office: TestClient, school: School) -> None:
    """Before there is an answer, the page says so, asks again, and reads as no approval."""
    with school.services.store.reading("user:admin", school.clock()) as tx:
        user = tx.users.all()[0].id
    check = school.services.screener.submit(upload_of(AMIRA_HUE), build_draft("website"), user)
    page = office.get(f"/checks/{check}")
    assert '<meta http-equiv="refresh" content="1">' in page.text
    assert "Checking The picture is being examined." in read(page)
    assert "/v1/releases/" not in page.text
    assert office.get(f"/checks/{check}/picture").status_code == 404
    assert office.get(f"/checks/{check}/faces/1").status_code == 404
    assert "Checking" in read(office.get("/checks"))


@pytest.mark.parametrize("field", ["caption", "alt_text", "credit"])
def test_what_people_type_is_shown_and_never_run(office: TestClient, school: School, field: str) -> None:
    """Markup in any text is text."""
    bad = "<img src=x onerror=alert(1)>'\"{{ 7 * 7 }}"
    address = ask(office, school, AMIRA_HUE, **{field: bad})
    for page in (office.get(address), office.get("/checks"), office.get(f"/?again={address.rpartition('/')[2]}")):
        assert "<img src=x" not in page.text
        read(page)
    assert bad in read(office.get(address))


def test_staff_see_their_own_pictures_only(new_person: NewPerson, school: School) -> None:
    """A colleague's blocked picture is not there; approvers see it."""
    address = ask(new_person("office"), school, STRANGER_HUE)
    other, head = new_person("other"), new_person("head", Role.APPROVER)
    assert [other.get(path).status_code for path in (address, f"{address}/picture", f"{address}/faces/1")] == [404] * 3
    assert other.post(f"{address}/resolutions", data={"action": "cover"}).status_code == 404
    assert head.get(address).status_code == 200


def test_the_list_shows_each_picture_once(office: TestClient, school: School) -> None:
    """A check that was replaced appears as its newest one."""
    address = ask(office, school, AMIRA_HUE, STRANGER_HUE, caption="Beans")
    resolve(office, address, action="cover", face="2")
    words = read(office.get("/checks"))
    assert words.count("Beans") == 1
    assert "Approved" in words


def test_a_withdrawal_is_seen_on_the_page(office: TestClient, school: School) -> None:
    """An approval that died does not look like one, and gives nothing to download."""
    address = ask(office, school, AMIRA_HUE)
    school.say("Amira", Stance.WITHDRAWN)
    page = office.get(address)
    assert "No longer approved Do not publish this picture." in read(page)
    assert "/v1/releases/" not in page.text


def test_somebody_else_has_to_confirm_what_contradicts_the_engine(
    office: TestClient, new_person: NewPerson, school: School
) -> None:
    """The uploader is told whom to ask; the approver finds the picture waiting, agrees, and it is approved."""
    address = ask(office, school, AMIRA_HUE)
    waiting = resolve(office, address, action="identify", face="1", person=school.people["Tom"])
    assert "It waits for an approver or the safeguarding lead." in read(waiting)
    assert 'value="approve"' not in waiting.text
    new = waiting.url.path
    assert office.post(f"{new}/resolutions", data={"action": "approve"}).status_code == 409

    head = new_person("head", Role.APPROVER)
    assert new in head.get("/approvals").text
    assert 'value="approve"' in head.get(new).text
    assert "Approved" in read(resolve(head, new, action="approve"))
    assert "Approved" in read(office.get("/checks"))
    assert "Nothing waits for you" in read(head.get("/approvals"))
