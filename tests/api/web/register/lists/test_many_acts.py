"""Erasing, renewing and letters for many people who were selected in the list."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.application.data_rights.erasure import erase
from api.platform.storage import Installation
from api.web.register.lists.renewing import renewable
from consent_db.errors import NotPossible
from consent_db.people.records import PersonDraft
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import Kind, PersonId, Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import School

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
ERASURE = "/admin/people/selection/erasure"


@pytest.fixture
def admin(new_person: NewPerson) -> TestClient:
    """An administrator who has just signed in."""
    return new_person("admin", Role.ADMIN)


@pytest.fixture
def form(school: School) -> list[PersonId]:
    """Three pupils of 7A."""
    drafts = [
        PersonDraft(Kind.PUPIL, first, "Abara", None, str(at), date(2014, 1, 2), groups=frozenset({"7A"}))
        for at, first in enumerate(("Ada", "Ben", "Cai"))
    ]
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        return tx.people.add_all(drafts)


def listed(school: School, person: PersonId) -> None:
    with school.services.store.transaction("user:lead", school.clock()) as tx:
        tx.consent.list_person(person, "a reason")


def there(school: School, people: list[PersonId]) -> list[bool]:
    with school.services.store.reading("tests", school.clock()) as tx:
        known = {one.id for one in tx.people.several(people)}
    return [one in known for one in people]


def test_many_are_erased_by_one_typed_sentence(admin: TestClient, school: School, form: list[PersonId]) -> None:
    """The list is shown, a wrong sentence erases no person, and each has a certificate that can be proved."""
    shown = read(admin.post(ERASURE, data={"people": " ".join(form[:2])}))
    assert "Ada Abara" in shown
    assert "Cai Abara" not in shown
    fields = {"people": " ".join(form[:2]), "typed": "erase 3 people"}
    assert admin.post(f"{ERASURE}/confirmed", data=fields).status_code == 422
    assert there(school, form) == [True, True, True]
    done = admin.post(f"{ERASURE}/confirmed", data=fields | {"typed": " Erase  2 people"})
    assert "2 people are erased" in read(done)
    assert "Abara" not in done.text
    assert there(school, form) == [False, False, True]
    kept = [unescape(one) for one in re.findall(r"hidden>(.*?)</textarea>", done.text, re.DOTALL)]
    assert [json.loads(one)["person"] for one in kept] == form[:2]
    assert "The search found nothing about them" in read(admin.post("/admin/erasures", data={"certificate": kept[0]}))
    with school.services.store.reading("tests", school.clock()) as tx:
        assert all(tx.audit.about(one, "erasure.certified") for one in form[:2])


def test_the_protected_are_left_out(
    admin: TestClient, new_person: NewPerson, school: School, form: list[PersonId]
) -> None:  # fmt: skip
    """A listed pupil is erased with no list, by no role; what was counted before does not fit any more."""
    fields = {"people": " ".join(form[:2]), "typed": "erase 2 people"}
    listed(school, form[0])
    assert "1 left out" in read(admin.post(ERASURE, data=fields))
    lead = new_person("lead", Role.SAFEGUARDING_LEAD)
    for browser in (admin, lead):
        assert browser.post(f"{ERASURE}/confirmed", data=fields).status_code == 422
        alone = {"people": form[0], "typed": "erase 0 people"}
        assert browser.post(f"{ERASURE}/confirmed", data=alone).status_code == 422
    assert there(school, form[:2]) == [True, True]
    admin.post(f"{ERASURE}/confirmed", data=fields | {"typed": "erase 1 person"})
    assert there(school, form[:2]) == [True, False]


def test_a_person_who_comes_under_protection_is_not_erased(school: School, form: list[PersonId]) -> None:
    """It is asked in the transaction that erases, after all that was read for the page."""
    services = school.services
    place = Installation(services.store, services.screener.pictures, services.settings, school.clock)
    with services.store.transaction("user:lead", school.clock()) as tx:
        tx.consent.list_person(form[0])
    with pytest.raises(NotPossible, match="meanwhile"):
        erase(place, form[0], "user:admin", unless=lambda now: now.listed)
    with services.store.reading("tests", school.clock()) as tx:
        assert tx.people.get(form[0]).listed


def test_what_was_agreed_is_renewed(admin: TestClient, school: School, form: list[PersonId]) -> None:
    """Consents with a last day get a new one; a person whose parent took theirs back is left out."""
    today = school.clock().date()
    yes = Statement(
        Party.PARENT, Subject.PICTURE, "website", Stance.GRANTED, school.clock(), today, today + timedelta(9)
    )
    no = Statement(Party.PARENT, Subject.PICTURE, EVERYWHERE, Stance.WITHDRAWN, school.clock(), today)
    with school.services.store.transaction("user:office", school.clock()) as tx:
        for one in form[:2]:
            tx.consent.record(one, yes)
        tx.consent.record(form[1], no)
    school.clock.advance(minutes=5)
    until = today + timedelta(days=365)
    sure = admin.post(
        "/admin/people/selection/renewal", data={"people": " ".join(form), "until": until.isoformat()}
    )  # fmt: skip
    assert "Save this for 1 person?" in read(sure)
    assert "2 left out" in read(sure)
    admin.post("/admin/people/selection/renewal", data=dict(HIDDEN.findall(sure.text)))
    with school.services.store.reading("tests", school.clock()) as tx:
        counts = [len(tx.consent.statements(one)) for one in form]
        last = tx.consent.statements(form[0])[-1].statement
    assert counts == [2, 2, 0]
    assert (last.party, last.scope, last.stance, last.until) == (Party.PARENT, "website", Stance.GRANTED, until)


def test_letters_have_no_reasons(admin: TestClient, school: School, form: list[PersonId]) -> None:
    """One a person with the school's words; the same letter whether a child is protected or not, noted in the audit."""
    words = {"people": " ".join(form), "letter": "Dear all,\n\nplease <b>answer</b>.", "answer_by": "2027-01-15"}
    before = admin.post("/admin/people/selection/letters", data=words).text
    listed(school, form[0])
    after = admin.post("/admin/people/selection/letters", data=words).text
    assert after == before
    assert before.count("<article") == 3
    assert "To the parents or carers of Ada Abara, 7A" in before
    assert "please &lt;b&gt;answer&lt;/b&gt;." in before
    with school.services.store.reading("tests", school.clock()) as tx:
        entry = tx.audit.last("people.letters_printed")
    assert entry is not None
    assert json.loads(entry.payload) == {"people": 3}


def test_a_member_of_staff_can_do_none_of_it(new_person: NewPerson, form: list[PersonId]) -> None:
    """Each act needs a keeper of the register."""
    staff = new_person("staff", Role.STAFF)
    for act in ("erasure", "erasure/confirmed", "renewal", "letters"):
        assert staff.post(f"/admin/people/selection/{act}", data={"people": form[0]}).status_code in {403, 404}


DAY = date(2026, 3, 2)
SAID = st.builds(
    Statement,
    st.sampled_from((Party.PARENT, Party.SECOND_PARENT, Party.PUPIL)),
    st.sampled_from(tuple(Subject)),
    st.sampled_from((EVERYWHERE, "website")),
    st.sampled_from(tuple(Stance)),
    st.datetimes(),
    st.just(DAY),
    st.sampled_from((None, DAY)),
)


@settings(max_examples=60)
@given(st.lists(SAID, max_size=12))
def test_no_refusal_is_ever_renewed_away(said: list[Statement]) -> None:
    """Whatever is renewed is a party's own yes with a last day, after every no of that party about it."""
    for one in renewable(said):
        assert (one.stance, one.until) == (Stance.GRANTED, DAY)
        assert one.party is not Party.PUPIL
        same = [other for other in said if (other.party, other.subject) == (one.party, one.subject)]
        assert all(other.said_at < one.said_at for other in same if other.stance is not Stance.GRANTED)
