"""Which pictures an objection to being photographed at an event bears on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.decision.objections import Bearing, forbidding, undescribed
from gatekeeper.policy.model import Policy
from gatekeeper.types import Objection, PersonId, Request
from tests.support.gate import NOON, a_request

POLICY = Policy.load("secondary")
TOM, AMIRA = PersonId("per_1"), PersonId("per_2")
TODAY = NOON.date()
FAIR = Objection("obj_1", "a red cap", TOM, "Summer fair", TODAY, of_chosen_event=False)

days_away = st.integers(-80, 80)
titles = st.sampled_from(["Summer fair", "Sports Day 2026", "Fête d’été", "Concert"])
objections = st.builds(
    lambda number, title, days, chosen, person: Objection(
        f"obj_{number}", "a cap", person, title, TODAY + timedelta(days=days), chosen
    ),
    st.integers(0, 5),
    titles,
    days_away,
    st.booleans(),
    st.sampled_from([TOM, AMIRA, None]),
)
captions = st.one_of(st.none(), st.text(max_size=30), titles.map(lambda title: f"Great fun at the {title}!"))


def a_picture(*said: Objection, **wish: object) -> Request:
    return a_request(objections=said, **wish)


def forbids(*said: Objection, **wish: object) -> Bearing | None:
    found = forbidding(TOM, a_picture(*said, **wish), POLICY)
    return found[1] if found else None


def long_ago(objection: Objection = FAIR) -> Objection:
    return replace(objection, day=TODAY - timedelta(days=40))


@pytest.mark.parametrize(
    "caption",
    [
        "Albert and Barack at the Summer fair",
        "SUMMER FAIR!",
        "#SummerFair",
        "the summer-fair",
        "Our Summer\u00a0Fair 2026",
        "Súmmer Fáir",
        "At the \uff33\uff35\uff2d\uff2d\uff25\uff32 fair",
    ],
)
def test_words_that_name_the_event_count_as_choosing_it(caption: str) -> None:
    """However they are written; long after the day they are a question."""
    assert forbids(FAIR, caption=caption) is Bearing.CERTAIN
    assert forbids(FAIR, alt_text=caption) is Bearing.CERTAIN
    assert forbids(long_ago(), caption=caption) is Bearing.POSSIBLE


@pytest.mark.parametrize("caption", ["Summer is fair to us", "A midsummer fair", "Fair summer", "The fairground", ""])
def test_other_words_name_nothing(caption: str) -> None:
    """Only the whole title, as whole words and in its order."""
    assert forbids(long_ago(), caption=caption) is None


def test_a_year_in_the_title_may_be_left_out() -> None:
    """Captions seldom give it."""
    dated = replace(long_ago(), event="Sports Day 2026")
    assert forbids(dated, caption="Sports day") is Bearing.POSSIBLE
    assert forbids(replace(dated, event="2026"), caption="Welcome to 2026") is Bearing.POSSIBLE


@given(days=days_away, around=st.integers(0, 60), event_days=st.none() | days_away)
def test_the_day_is_near_by_the_policy(days: int, around: int, event_days: int | None) -> None:
    """By the day of the check or of the event that was chosen, whichever is nearer."""
    policy = replace(POLICY, objection_days=around)
    chosen: date | None = None if event_days is None else TODAY + timedelta(days=event_days)
    request = a_picture(replace(FAIR, day=TODAY + timedelta(days=days)), event="Other", event_day=chosen)
    near = min([abs(days)] + ([abs(days - event_days)] if event_days is not None else [])) <= around
    assert (forbidding(TOM, request, policy) is not None) is near


@given(said=st.lists(objections, max_size=5), more=objections, caption=captions, chosen=st.none() | st.just("Other"))
def test_one_more_objection_never_permits_more(
    said: list[Objection], more: Objection, caption: str | None, chosen: str | None
) -> None:
    """What was forbidden stays so, what was asked is asked."""
    before = a_picture(*said, caption=caption, event=chosen)
    after = replace(before, objections=(*before.objections, more))
    for person in (TOM, AMIRA):
        if forbidding(person, before, POLICY):
            assert forbidding(person, after, POLICY)
    assert {one.id for one in undescribed(before, POLICY)} <= {one.id for one in undescribed(after, POLICY)}


@given(said=st.lists(objections, max_size=5), caption=captions, narrow=st.integers(0, 60), wide=st.integers(0, 60))
def test_a_wider_window_never_permits_more(
    said: list[Objection], caption: str | None, narrow: int, wide: int
) -> None:  # fmt: skip
    """A stricter policy is stricter."""
    narrow, wide = sorted((narrow, wide))
    request = a_picture(*said, caption=caption)
    if forbidding(TOM, request, replace(POLICY, objection_days=narrow)):
        assert forbidding(TOM, request, replace(POLICY, objection_days=wide))


@given(said=st.lists(objections, max_size=5), caption=captions)
def test_no_confirmation_lifts_what_is_certain(said: list[Objection], caption: str | None) -> None:
    """And only the objection's own confirmation answers a question."""
    request = a_picture(*said, caption=caption)
    every = frozenset(code for one in said for code in (one.attestation, one.elsewhere))
    confirmed = replace(request, attestations=request.attestations | every)
    found = forbidding(TOM, confirmed, POLICY)
    assert found is None or found[1] is Bearing.CERTAIN
    assert any(one.of_chosen_event and one.person == TOM for one in said) <= (found is not None)
    assert not list(undescribed(confirmed, POLICY))
    others = replace(request, attestations=frozenset(one.attestation for one in said))
    assert (forbidding(TOM, others, POLICY) is None) is (forbidding(TOM, request, POLICY) is None)


def test_a_description_is_looked_for_without_an_event_on_its_day_only() -> None:
    """One tick for each description in every picture of a fortnight would be ticked without a look."""
    tomorrow = replace(FAIR, day=TODAY + timedelta(days=1))
    assert list(undescribed(a_picture(FAIR), POLICY)) == [FAIR]
    assert not list(undescribed(a_picture(FAIR, event="Other"), POLICY))
    assert not list(undescribed(a_picture(tomorrow), POLICY))
    assert list(undescribed(a_picture(tomorrow, publish_at=NOON + timedelta(days=1)), POLICY)) == [tomorrow]


@pytest.mark.parametrize(
    ("title", "caption", "named"),
    [
        ("Year 7 disco", "At the Year 7 disco", True),
        ("Year 7 disco", "The year disco", True),
        ("Year 7 disco", "A disco", False),
        ("Sports Day 2026", "Sports Day!", True),
        ("2026", "In 2026", True),
        ("2026", "In 2025", False),
        ("Children’s Day", "The childrens day", True),
        ("Childrens Day", "On children's day", True),
        ("The", "The end", False),
        ("", "Anything", False),
    ],
)
def test_how_a_title_is_written(title: str, caption: str, *, named: bool) -> None:
    """Whole or without its numbers, with apostrophes or without; one of articles alone is named by nothing."""
    objection = replace(long_ago(), event=title)
    assert forbids(objection, caption=caption) is (Bearing.POSSIBLE if named else None)
