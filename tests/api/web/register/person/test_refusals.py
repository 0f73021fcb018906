"""A child's own no, written down by any member of staff and lifted by the safeguarding lead alone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from consent_db.approvals.records import CheckState
from consent_db.people.records import PersonDraft
from consent_db.register.records import Source, StatementRecord
from consent_db.roster.refusals import lifts_refusal, refusal
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject, permission
from gatekeeper.consent.permission import Standing as Facts
from gatekeeper.types import Kind, PersonId, Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import AMIRA_HUE, MORNING, School

TODAY = MORNING.date()


@pytest.fixture
def zainab(school: School) -> PersonId:
    """A pupil of 4B whose parent agreed."""
    draft = PersonDraft(Kind.PUPIL, "Zainab", "Okafor", date_of_birth=date(2017, 5, 1), groups=frozenset({"4B"}))
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        person = tx.people.add(draft)
        said = Statement(Party.PARENT, Subject.PICTURE, EVERYWHERE, Stance.GRANTED, school.clock(), TODAY)
        tx.consent.record(person, said, "form")
    return person


def may_be_shown(school: School, person: PersonId) -> bool:
    with school.services.store.reading("user:admin", school.clock()) as tx:
        channel = tx.channels.get("website")
        assert channel is not None
        return tx.consent.permission(person, Subject.PICTURE, channel.as_channel(), school.clock()).allowed


def test_any_member_of_staff_writes_a_childs_no_down(new_person: NewPerson, school: School, zainab: PersonId) -> None:
    """Found by first name or class, confirmed once; from then on nothing is permitted."""
    office = new_person()
    assert "Zainab" not in read(office.get("/refusals"))
    assert "Zainab" not in read(office.post("/refusals/search", data={}))
    for sought in ({"search": "zain"}, {"group": "4B"}):
        assert f'value="{zainab}"' in office.post("/refusals/search", data=sought).text
    assert "Did Zainab Okafor say no?" in read(office.post("/refusals", data={"person": zainab}))
    assert may_be_shown(school, zainab)
    done = read(office.post("/refusals", data={"person": zainab, "sure": "true"}))
    assert "Zainab Okafor is not shown anywhere from now on." in done
    assert not may_be_shown(school, zainab)
    with school.services.store.reading("user:admin", school.clock()) as tx:
        newest = tx.consent.statements(zainab)[-1]
    assert (newest.statement.party, newest.statement.stance) == (Party.PUPIL, Stance.REFUSED)
    assert newest.recorded_by.startswith("usr_") or newest.recorded_by.startswith("user:")


def test_a_colleague_says_no_for_themselves(new_person: NewPerson, school: School) -> None:
    """Approvals with them end."""
    check = school.check(AMIRA_HUE)
    new_person().post("/refusals", data={"person": school.people["Amira"], "sure": "true"})
    with school.services.store.reading("user:admin", school.clock()) as tx:
        assert tx.checks.get(check.id).state is CheckState.REVOKED
        assert tx.consent.statements(school.people["Amira"])[-1].statement.party is Party.SELF


def test_staff_see_no_more_of_the_register_than_when_they_name_a_face(
    new_person: NewPerson, school: School, zainab: PersonId
) -> None:
    """Names and classes: nothing of consents, listings, birthdays or numbers."""
    with school.services.store.transaction("user:lead", school.clock()) as tx:
        tx.consent.list_person(zainab, "lives in a refuge")
    office = new_person()
    listed = office.post("/refusals/search", data={"search": "zainab"})
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.findall(r"(?s)<ul class=.choices.*?</ul>", listed.text)[0]))
    assert shown.strip() == "Zainab Okafor 4B"
    assert "list" not in read(office.post("/refusals", data={"person": zainab})).split("Did")[1].split("out")[0]


@pytest.mark.parametrize("lifting", [{"stance": "granted"}, {"stance": "refused", "until": "2026-03-11"}])
def test_only_the_lead_lifts_it(
    new_person: NewPerson, school: School, zainab: PersonId, lifting: dict[str, str]
) -> None:  # fmt: skip
    """Neither an administrator's yes for the pupil, nor a shorter no in its place."""
    new_person().post("/refusals", data={"person": zainab, "sure": "true"})
    school.clock.advance(minutes=5)
    admin, lead = new_person("admin", Role.ADMIN), new_person("lead", Role.SAFEGUARDING_LEAD)
    path, said = f"/admin/people/{zainab}/statements", {"party": "pupil", "sure": "true", **lifting}
    refused = admin.post(path, data=said)
    assert (refused.status_code, "Only the safeguarding lead may record" in read(refused)) == (422, True)
    assert not may_be_shown(school, zainab)
    assert admin.post(path, data={"party": "parent", "stance": "granted", "sure": "true"}).status_code == 303
    assert not may_be_shown(school, zainab)
    assert lead.post(path, data={"party": "pupil", "stance": "granted", "sure": "true"}).status_code == 303
    assert may_be_shown(school, zainab)


def test_a_person_who_is_not_there(office: TestClient) -> None:
    """Nor a class."""
    nobody = f"per_{'0' * 32}"
    assert office.post("/refusals", data={"person": nobody, "sure": "true"}).status_code == 404
    assert office.post("/refusals/search", data={"group": "9Z"}).status_code == 422


# Each stance, end and hour is enumerated: one draw a statement keeps generation fast on a busy machine.
statements = st.sampled_from(
    [
        Statement(
            Party.PUPIL,
            Subject.PICTURE,
            EVERYWHERE,
            stance,
            at,
            at.date(),
            None if until is None else at.date() + timedelta(days=until),
        )
        for stance in Stance
        for at in (MORNING + timedelta(hours=hours) for hours in range(51))
        for until in (None, *range(4))
    ]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(said=st.lists(statements, max_size=4), new=statements)
def test_what_is_let_through_never_permits_what_the_pupil_had_refused(said: list[Statement], new: Statement) -> None:
    """Today and on every later day: if the pupil's no forbade it before, it still does after."""
    at = MORNING + timedelta(hours=60)
    records = [StatementRecord(n, one, Source.HAND, "user:x", at, False) for n, one in enumerate(said)]
    if lifts_refusal(records, new, at.date()):
        return
    before, after = _standing(said), _standing([*said, new])
    for days in range(6):
        day = at.date() + timedelta(days=days)
        if not _allowed(before, day) and _refused_for_good(said, at.date()):
            assert not _allowed(after, day)


@pytest.mark.parametrize("hours", [0, 2])
def test_a_no_with_an_end_hides_none_without(hours: int) -> None:
    """At the same instant or later: the lasting one is in force, so only the lead writes down a yes."""
    lasting = Statement(Party.PUPIL, Subject.PICTURE, EVERYWHERE, Stance.REFUSED, MORNING, TODAY)
    short = replace(lasting, said_at=MORNING + timedelta(hours=hours), until=TODAY)
    tomorrow = TODAY + timedelta(days=1)
    records = [StatementRecord(n, one, Source.HAND, "user:x", MORNING, False) for n, one in enumerate((lasting, short))]
    grant = replace(lasting, stance=Stance.GRANTED, said_at=MORNING + timedelta(days=1))
    assert lifts_refusal(records, grant, tomorrow)


@pytest.mark.parametrize("until", [None, TODAY])
def test_a_no_from_a_later_day_is_lifted_by_the_lead_alone(until: date | None) -> None:
    """A pupil who wants no pictures from next month has said so now, and a yes written down today would end it."""
    later = TODAY + timedelta(days=30)
    no = Statement(Party.PUPIL, Subject.PICTURE, EVERYWHERE, Stance.REFUSED, MORNING, later)
    records = [StatementRecord(1, no, Source.HAND, "user:x", MORNING, False)]
    at = MORNING + timedelta(hours=1)
    grant = replace(no, stance=Stance.GRANTED, said_at=at, since=TODAY, until=until)
    assert not _allowed(_standing([no]), later)
    assert _allowed(_standing([no, grant]), later)
    assert lifts_refusal(records, grant, TODAY)


def _standing(said: list[Statement]) -> Facts:
    parent = Statement(Party.PARENT, Subject.PICTURE, EVERYWHERE, Stance.GRANTED, MORNING, TODAY)
    return Facts(statements=(parent, *said), date_of_birth=date(2017, 5, 1))


def _allowed(standing: Facts, day: date) -> bool:
    return permission(standing, Subject.PICTURE, ("website",), day, 13).allowed


def _refused_for_good(said: list[Statement], today: date) -> bool:
    order = sorted(said, key=lambda one: (one.said_at, one.stance is not Stance.GRANTED))
    last = order[-1] if order else None
    return last is not None and last.stance is not Stance.GRANTED and last.since <= today and last.until is None


def test_the_no_is_everywhere_and_without_end() -> None:
    """Of a pupil the pupil's own, of adults their own."""
    for kind in Kind:
        said = refusal(kind, MORNING, TODAY)
        assert (said.scope, said.until, said.stance) == (EVERYWHERE, None, Stance.REFUSED)
        assert said.party is (Party.PUPIL if kind is Kind.PUPIL else Party.SELF)
