"""People who may not be published and are missing from the school's next file."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent_db import Store, roster_import
from consent_db.errors import NotPossible
from consent_db.roster.missing_protected import Outcome
from consent_db.roster.plan import ALL_MISSING, Choices
from gatekeeper.consent.history import Restriction
from gatekeeper.types import PersonId
from tests.support.register import ADMIN, NOW, TODAY
from tests.support.rosters import load, person, rows

ANN, BEN, EVA = "P-1,Ann,Lee,pupil,2016-01-01,yes", "P-2,Ben,Ray,pupil,2016-01-02,yes", "P-3,Eva,Moss,pupil,,yes"
ALL_LEFT = Choices(leavers=frozenset({ALL_MISSING, "P-1"}))
LEAD = "user:lead"


def restrict(store: Store, who: PersonId, restriction: Restriction = Restriction.LISTING) -> None:
    with store.transaction(LEAD, NOW) as tx:
        lay = tx.consent.list_person if restriction is Restriction.LISTING else tx.consent.hold
        lay(who, "lives in a refuge")


def asked(store: Store, days: float = 1) -> list[PersonId]:
    with store.reading(LEAD, NOW + timedelta(days=days)) as tx:
        return [question.person for question in tx.missing_protected.open()]


@pytest.mark.parametrize("restriction", Restriction)
def test_they_do_not_leave_with_the_others(store: Store, restriction: Restriction) -> None:
    """Neither if all who are missing have left nor by their number: the safeguarding lead is asked, once."""
    load(store, rows(ANN, BEN, EVA))
    who = person(store).id
    restrict(store, who, restriction)
    planned, _ = load(store, rows(EVA), 1, ALL_LEFT)
    assert {(one.draft.external_id, one.leaves_on, one.protected) for one in planned.missing} == {
        ("P-1", None, True),
        ("P-2", TODAY, False),
    }
    assert person(store).profile.leaving_date is None
    assert asked(store) == [who]
    again, _ = load(store, rows(EVA), 2, ALL_LEFT)
    assert again.empty
    assert asked(store) == [who]


def test_the_lead_says_that_they_left(store: Store) -> None:
    """They get a last day and stay on the list; nothing can be answered twice."""
    load(store, rows(ANN, BEN))
    who = person(store).id
    restrict(store, who)
    load(store, rows(BEN), 1)
    with store.transaction(LEAD, NOW + timedelta(days=2)) as tx:
        tx.missing_protected.answer(who, Outcome.LEFT)
        with pytest.raises(NotPossible):
            tx.missing_protected.answer(who, Outcome.STAYS)
    assert person(store).profile.leaving_date == TODAY + timedelta(days=1)
    assert person(store).listed
    assert load(store, rows(BEN), 3)[0].missing == ()


def test_the_lead_says_that_they_stay(lite: Store) -> None:
    """Further files do not ask again at once, but do after some months."""
    load(lite, rows(ANN, BEN))
    restrict(lite, person(lite).id)
    load(lite, rows(BEN), 1)
    with lite.transaction(LEAD, NOW + timedelta(days=2)) as tx:
        tx.missing_protected.answer(person(lite).id, Outcome.STAYS)
    load(lite, rows(BEN), 30, ALL_LEFT)
    assert asked(lite, 30) == []
    assert person(lite).profile.leaving_date is None
    load(lite, rows(BEN), 100, ALL_LEFT)
    assert asked(lite, 100) == [person(lite).id]


def test_a_question_ends_when_a_file_has_them_again(lite: Store) -> None:
    """And when the import that asked it is taken back."""
    load(lite, rows(ANN, BEN))
    who = person(lite).id
    restrict(lite, who)
    load(lite, rows(BEN), 1)
    load(lite, rows(ANN, BEN), 2)
    assert asked(lite, 2) == []
    load(lite, rows(BEN), 3)
    assert asked(lite, 3) == [who]
    with lite.transaction(ADMIN, NOW + timedelta(days=3)) as tx:
        tx.imports.undo(tx.imports.all()[0].number)
    assert asked(lite, 3) == []


def test_a_school_that_gave_nobody_a_restriction_is_asked_nothing(lite: Store) -> None:
    """Others leave as ever."""
    load(lite, rows(ANN, BEN))
    load(lite, rows(BEN), 1, ALL_LEFT)
    assert asked(lite) == []
    assert person(lite).profile.leaving_date == TODAY


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(here=st.sets(st.sampled_from([ANN, BEN, EVA]), min_size=1), leavers=st.sets(st.sampled_from("123*")))
def test_no_file_and_no_choice_makes_them_leave(lite: Store, here: set[str], leavers: set[str]) -> None:
    """Whatever is missing, and whoever is said to have left."""
    load(lite, rows(ANN, BEN, EVA))
    if not person(lite).listed:
        restrict(lite, person(lite).id)
    with lite.reading(ADMIN, NOW + timedelta(days=1)) as tx:
        chosen = frozenset(one if one == ALL_MISSING else f"P-{one}" for one in leavers)
        planned = roster_import.plan(rows(*sorted(here)), tx, Choices(leavers=chosen))
    gone = {one.draft.external_id for one in planned.leavers}
    assert "P-1" not in gone
    assert {one.draft.external_id for one in planned.for_lead} == (set() if ANN in here else {"P-1"})
