"""Who sees how much of a check."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.web.checks.result import views
from gatekeeper.consent.permission import Stance
from gatekeeper.types import Role
from tests.support.http import NewPerson, Program
from tests.support.school import AMIRA_HUE, STRANGER_HUE, TOM_HUE, School


def _without_place(check: dict[str, Any]) -> dict[str, Any]:
    changing = {"id", "created_at", "register_version", "photo"}
    return {name: value for name, value in check.items() if name not in changing}


def test_a_scheduler_sees_no_names(scheduler: Program, staff_program: Program) -> None:
    """A key for staff programs gets first names with the faces; a scheduler's does not."""
    full = staff_program.check(AMIRA_HUE, TOM_HUE).json()
    plain = scheduler.check(AMIRA_HUE, TOM_HUE).json()
    assert [face["first_name"] for face in full["faces"]] == ["Amira", "Tom"]
    assert [face["first_name"] for face in plain["faces"]] == [None, None]


def test_a_scheduler_cannot_tell_a_listed_person_from_a_stranger(scheduler: Program, school: School) -> None:
    """Asking with somebody's picture does not tell whether the school protects them."""
    stranger = scheduler.check(STRANGER_HUE).json()
    with school.services.store.transaction("user:lead", school.clock()) as tx:
        tx.consent.list_person(school.people["Amira"], "a reason for few eyes")
    listed = scheduler.check(AMIRA_HUE).json()
    assert _without_place(listed) == _without_place(stranger)
    near = scheduler.check(AMIRA_HUE + 13).json()
    assert {f["code"] for f in near["findings"]} == {"unknown_face"}


def test_staff_programs_see_what_stands_in_the_way(staff_program: Program, school: School) -> None:
    """With the scope `resolve` the status and finding of a listed person are there, never the reason."""
    with school.services.store.transaction("user:lead", school.clock()) as tx:
        tx.consent.list_person(school.people["Amira"], "a reason for few eyes")
    check = staff_program.check(AMIRA_HUE).json()
    assert check["faces"][0]["status"] == "do_not_publish"
    assert check["findings"][0]["code"] == "do_not_publish"
    assert "reason" not in json.dumps(check)


def test_a_scheduler_learns_that_consent_is_missing(scheduler: Program, school: School) -> None:
    """Somebody known without consent reads `no_consent`, in words without a name."""
    school.say("Tom", Stance.WITHDRAWN)
    check = scheduler.check(AMIRA_HUE, TOM_HUE).json()
    assert [face["status"] for face in check["faces"]] == ["consented", "no_consent"]
    assert [(f["code"], f["face"], f["message"]) for f in check["findings"]] == [
        ("no_consent", 2, "Face 2 may not be published on this channel.")
    ]


@pytest.mark.parametrize(
    ("caption", "code"),
    [
        ("Tom Jones wins", "caption_full_name"),
        ("Tom wins", "caption_name_not_in_photo"),
        ("Call 020 7946 0123", "caption_personal_data"),
    ],
)
def test_a_scheduler_reads_plain_sentences_about_words(scheduler: Program, caption: str, code: str) -> None:
    """Findings about the caption say what to do and repeat nothing of it."""
    check = scheduler.check(AMIRA_HUE, caption=caption).json()
    finding = next(f for f in check["findings"] if f["code"] == code)
    assert "Tom" not in finding["message"]
    assert "7946" not in finding["message"]


def test_a_crowd_is_outlined_and_listed_as_far_as_a_browser_can_bear(
    school: School, new_person: NewPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worst first; how many are left out is said, and all are counted."""
    monkeypatch.setattr(views, "MOST_SHOWN", 3)
    check = school.check(AMIRA_HUE, *range(150, 330, 18))
    page = new_person("head", Role.APPROVER).get(f"/checks/{check.id}").text
    assert "<h2>11 faces</h2>" in page
    assert (page.count('<li id="face-'), page.count("<circle")) == (3, 3)
    assert "8 more faces are neither outlined nor listed." in page
