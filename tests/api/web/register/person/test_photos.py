"""Reference photographs on the pages: given, refused, kept or not, and taken away."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import count

import numpy as np
import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from api.application.services import Services
from gatekeeper.consent.permission import Stance, Subject
from gatekeeper.media.release.encode import make_release
from gatekeeper.types import Role
from tests.support.gate import embedding_of, picture_of
from tests.support.http import NewPerson
from tests.support.pages import ask, read
from tests.support.school import AMIRA_HUE, STRANGER_HUE, TOM_HUE, School


@pytest.fixture
def admin(new_person: NewPerson) -> TestClient:
    """An administrator who has just signed in."""
    return new_person("admin", Role.ADMIN)


@pytest.fixture
def page(school: School) -> str:
    """The address of Amira's photographs."""
    return f"/admin/people/{school.people['Amira']}/photos"


@pytest.fixture
def keeping(school: School) -> Services:
    """A school that keeps reference photographs."""
    policy = replace(school.services.policy, keep_reference_photos=True)
    object.__setattr__(school.services, "policy", policy)
    return school.services


NEAR = 14.0
"""Degrees of hue that two people are apart who are near each other, and not so near as to be taken for one."""

UNKNOWN_HUE = 60.0
"""Nobody’s, and light enough to be a reference."""


DIFFERENT = 11.0
"""Degrees of hue from one photograph of a person to another: less would be a copy of it."""

_TAKEN = count()
"""Photographs so far: no two are copies of each other."""


def portrait(*hues: float) -> bytes:
    """A file with squares that the fake engine takes for faces, sharp, and each time with other shades."""
    pixels = picture_of(*hues, side=160)
    shades = np.random.default_rng(next(_TAKEN)).uniform(0.6, 1.0, (-(-pixels.shape[0] // 8), -(-pixels.shape[1] // 8)))
    squares = np.kron(shades, np.ones((8, 8)))[: pixels.shape[0], : pixels.shape[1], np.newaxis]
    pixels = np.asarray(pixels * squares, np.uint8)
    pixels[:, ::4] = np.asarray(pixels[:, ::4] * 0.6, np.uint8)
    return make_release(pixels).data


def give(admin: TestClient, page: str, *pictures: bytes) -> Response:
    files = [("photos", (f"C:/Users/office/{at}.png", data, "image/png")) for at, data in enumerate(pictures)]
    return admin.post(page, files=files)


def kept(admin: TestClient, page: str) -> list[str]:
    return re.findall(rf'src="({page}/ref_[0-9a-f]{{32}})"', admin.get(page).text)


def test_each_photograph_is_used_or_refused_with_its_reason(admin: TestClient, page: str) -> None:
    """Of several at once; a file is called by its own name, without the folders around it."""
    answer = give(admin, page, portrait(AMIRA_HUE), portrait(AMIRA_HUE, TOM_HUE), portrait(), b"no picture")
    text = read(answer)
    assert (answer.status_code, "1 photograph is used now." in text) == (200, True)
    assert "1.pngThere is more than one face." in text
    assert "2.pngNo clear face was found." in text
    assert "3.pngThis is a text file" in text
    assert "office/" not in text
    assert "No reference photograph is kept" in read(admin.get(page.removesuffix("/photos")))


def test_a_photograph_of_somebody_else_is_refused(admin: TestClient, page: str, school: School) -> None:
    """The page says who it looks like and leads there; the template stays as it was."""
    answer = give(admin, page, portrait(TOM_HUE))
    assert answer.status_code == 422
    assert "It looks like Tom Jones. Check whose photograph it is." in read(answer)
    assert f'href="/admin/people/{school.people["Tom"]}"' in answer.text
    assert "None could be used, and nothing was changed." in read(answer)


def test_a_wrong_photograph_spoils_no_right_one(admin: TestClient, page: str) -> None:
    """One of somebody else among several is left out, and the others are used."""
    answer = give(admin, page, portrait(AMIRA_HUE), portrait(TOM_HUE), portrait(AMIRA_HUE + DIFFERENT))
    assert "2 photographs are used now." in read(answer)
    assert "1.pngIt looks like Tom Jones." in read(answer)


def test_the_age_of_a_photograph_counts_from_the_day_it_was_taken(admin: TestClient, page: str, school: School) -> None:
    """Its template ends a year after that; a photograph over a year old is refused, and so is a day to come."""
    today = school.clock().date()
    files = [("photos", ("a.png", portrait(AMIRA_HUE), "image/png"))]
    for days, said in ((-1, "still to come"), (365, "at least one photograph has to be of the last 365 days")):
        day = (today - timedelta(days=days)).isoformat()
        refused = admin.post(page, files=files, data={"taken": day})
        assert (refused.status_code, said in read(refused), f'value="{day}"' in refused.text) == (422, True, True)
    taken = today - timedelta(days=200)
    assert admin.post(page, files=files, data={"taken": taken.isoformat()}).status_code == 200
    with school.services.store.reading("user:admin", school.clock()) as tx:
        (template,) = tx.enrolment.of(school.people["Amira"])
    assert (template.ends_at.date() - taken).days == 365


def test_siblings_and_look_alikes_are_told_at_enrolment(admin: TestClient, page: str, school: School) -> None:
    """Who is near and shares the name is confirmed each time; who shares it and is not enrolled could be mistaken."""
    assert "never decided by the engine alone" not in read(give(admin, page, portrait(AMIRA_HUE)))
    school.add("Noor", "Khan", AMIRA_HUE + NEAR)
    school.add("Idris", "Khan", None)
    school.add("Vera", "Long", AMIRA_HUE - NEAR)
    text = read(give(admin, page, portrait(AMIRA_HUE)))
    assert "never decided by the engine alone: staff confirm with one tap who it is" in text
    assert "Noor KhanSame family name, and looks alike" in text
    assert "Idris Khan Siblings or twins" in text
    assert "Vera" not in text
    assert "ambiguous" in {face.status for face in school.check(AMIRA_HUE).faces}


def test_confirmed_siblings_are_asked_about_each_time(admin: TestClient, page: str, school: School) -> None:
    """Also one without a template and of another name; taken back, the engine decides again."""
    assert school.check(AMIRA_HUE).approved
    refused = admin.post(f"{page}/siblings", data={"number": "no such number"})
    assert (refused.status_code, "has this number" in read(refused)) == (422, True)
    assert 'value="no such number"' in refused.text, "what was typed is kept beside the sentence"
    told = admin.post(f"{page}/siblings", data={"other": school.people["Zoe"]})
    assert (told.status_code, "1 approval ends." in read(told)) == (200, True)
    assert "Zoe MossConfirmed" not in read(admin.get(page)), "nothing is changed before it is confirmed"
    assert admin.post(f"{page}/siblings", data={"other": school.people["Zoe"], "sure": "true"}).status_code == 303
    text = read(admin.get(page))
    assert "Zoe MossConfirmed: sibling or twin" in text
    (face,) = school.check(AMIRA_HUE).faces
    assert face.status == "ambiguous"
    admin.post(f"{page}/siblings/removal")
    assert school.check(AMIRA_HUE).approved


def test_what_is_kept_is_not_driven_out_by_strangers(admin: TestClient, page: str, keeping: Services) -> None:
    """Two photographs of somebody unknown do not outvote the one that was there; nothing changes."""
    give(admin, page, portrait(AMIRA_HUE))
    before = [admin.get(one).content for one in kept(admin, page)]
    answer = give(admin, page, portrait(UNKNOWN_HUE), portrait(UNKNOWN_HUE + DIFFERENT))
    assert read(answer).count("It does not look like the person") == 2
    assert [admin.get(one).content for one in kept(admin, page)] == before


def test_nothing_is_looked_at_without_consent(admin: TestClient, page: str, school: School) -> None:
    """The page has no form then, and what is sent all the same is refused."""
    school.say("Amira", Stance.WITHDRAWN, Subject.BIOMETRICS)
    assert 'type="file"' not in admin.get(page).text
    answer = give(admin, page, portrait(AMIRA_HUE))
    assert (answer.status_code, "without consent to recognising" in read(answer)) == (422, True)


def test_no_photograph_is_a_sentence(admin: TestClient, page: str) -> None:
    """And so are too many."""
    assert "Choose one photograph or several first." in read(give(admin, page))
    assert "At most 10 photographs" in read(give(admin, page, *[b"x"] * 11))


def test_photographs_are_kept_where_the_policy_says_so(admin: TestClient, page: str, keeping: Services) -> None:
    """More of them join those that are there; each can be seen, and no browser keeps it."""
    give(admin, page, portrait(AMIRA_HUE))
    assert "2 photographs are used now." in read(give(admin, page, portrait(AMIRA_HUE + DIFFERENT)))
    first, second = kept(admin, page)
    shown = admin.get(first)
    assert (shown.headers["Content-Type"], shown.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    elsewhere = first.replace(page.split("/")[3], f"per_{'0' * 32}")
    assert [admin.get(elsewhere).status_code, admin.get(f"{page}/ref_{'0' * 32}").status_code] == [404, 404]
    with keeping.store.reading("user:admin", keeping.clock()) as tx:
        before = sorted(photo.data for photo in tx.reference_photos.kept(tx.people.all()[1].id))
    assert before == sorted(admin.get(one).content for one in (first, second))


def test_a_kept_photograph_stands_beside_a_face_named_by_hand(
    admin: TestClient, office: TestClient, page: str, school: School, keeping: Services
) -> None:
    """The two can be compared at a glance; beside a face that was not named by hand there is none."""
    give(admin, page, portrait(AMIRA_HUE))
    assert keeping.policy.keep_reference_photos
    old = ask(office, school, STRANGER_HUE, TOM_HUE)
    form = {"action": "identify", "face": "1", "person": school.people["Amira"]}
    address = office.post(f"{old}/resolutions", data=form).headers["Location"].partition("?")[0]
    text = office.get(address).text
    assert f'src="{address}/faces/1/reference"' in text
    assert f'src="{address}/faces/2/reference"' not in text
    shown = office.get(f"{address}/faces/1/reference")
    assert (shown.headers["Content-Type"], shown.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    assert office.get(f"{address}/faces/2/reference").status_code == 404
    assert office.get(f"{old}/faces/1/reference").status_code == 404


def test_one_is_removed_and_then_the_last(admin: TestClient, page: str, keeping: Services) -> None:
    """The template is made of the others; with the last one it goes."""
    give(admin, page, portrait(AMIRA_HUE), portrait(AMIRA_HUE + DIFFERENT))
    assert "Made of 2 photographs" in read(admin.get(page))
    first, _ = kept(admin, page)
    assert admin.post(f"{first}/removal").status_code == 303
    assert ("Made of 1 photograph on" in read(admin.get(page)), len(kept(admin, page))) == (True, 1)
    assert admin.post(f"{first}/removal").status_code == 422
    (last,) = kept(admin, page)
    assert admin.post(f"{last}/removal").status_code == 303
    assert "there is no template" in read(admin.get(page))


def test_a_template_is_destroyed(admin: TestClient, page: str, school: School) -> None:
    """With every photograph, and nothing else changes."""
    assert admin.post(f"{page}/removal").status_code == 303
    with school.services.store.reading("user:admin", school.clock()) as tx:
        assert tx.people.get(school.people["Amira"]).template_engines == ()
        assert tx.enrolment.permitted(school.people["Amira"])


def test_a_template_of_another_engine_is_pointed_out(admin: TestClient, page: str, keeping: Services) -> None:
    """It is made anew of the photographs that are kept, if any are."""
    give(admin, page, portrait(AMIRA_HUE))
    with keeping.store.transaction("user:admin", keeping.clock()) as tx:
        person = tx.people.all()[1].id
        data = tx.reference_photos.of(person)
        tx.enrolment.forget(person)
        tx.enrolment.enrol(person, "former", embedding_of(STRANGER_HUE), 1)
        tx.reference_photos.replace(person, data)
    text = read(admin.get(page))
    assert "The engine that compares faces was changed since." in text
    assert "They cannot be recognised: the template is too old or for another engine." in text
    assert "for another engine (former)" in text
    assert admin.post(f"{page}/renewal").status_code == 303
    assert "was changed since" not in read(admin.get(page))


def test_a_school_without_biometrics_has_no_such_page(admin: TestClient, page: str, school: School) -> None:
    """Nor a link to it."""
    object.__setattr__(school.services, "policy", replace(school.services.policy, biometrics=False))
    assert admin.get(page).status_code == 404
    assert page not in admin.get(page.removesuffix("/photos")).text


def test_a_copy_of_a_photograph_counts_once(admin: TestClient, page: str) -> None:
    """Six copies of one photograph are one, now and later, and it is said which are left out."""
    one = portrait(AMIRA_HUE)
    text = read(give(admin, page, *[one] * 6))
    assert "1 photograph is used now." in text
    assert text.count("It is a copy of another photograph of this person") == 5
