"""A school's own figures: leave-one-out, strangers to the class, and rows that are withheld."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.benchmark.own.figures import FEWEST, figures, rows
from gatekeeper.benchmark.own.leave_one_out import Enrolled, Trial, trials
from gatekeeper.types import PersonId, Vector
from tests.support.gate import embedding_of, fake_engine

APART = 40.0
"""Degrees of hue that strangers are apart."""


def _person(number: int, *hues: float, groups: Iterable[str] = ("7A",), name: str = "") -> Enrolled:
    vectors: tuple[Vector, ...] = tuple(np.asarray(embedding_of(hue), np.float32) for hue in hues)
    surnames = frozenset({name}) if name else frozenset[str]()
    return Enrolled(PersonId(f"per_{number}"), vectors, surnames, frozenset(), frozenset(groups), "11 to 13")


def _tried(*school: Enrolled) -> list[Trial]:
    return list(trials(school, fake_engine(), lambda: None))


def test_each_reference_is_recognised_by_the_others_and_is_a_stranger_without_them() -> None:
    """A single one cannot be left out, but serves as a stranger."""
    found = _tried(_person(1, 0, 2), _person(2, APART, APART + 2), _person(3, 3 * APART))
    assert [(one.missed, one.mistaken) for one in found] == [(False, False)] * 4 + [(None, None)]
    assert [one.passed for one in found] == [False] * 5


def test_a_photograph_unlike_the_others_is_missed_and_one_of_another_person_is_seen() -> None:
    """The latter is a mistake of the folder or of the engine: the table shows it."""
    found = _tried(_person(1, 0, 3 * APART), _person(2, 3 * APART + 1, 3 * APART + 2))
    assert [(one.missed, one.mistaken) for one in found[:2]] == [(True, False), (False, True)]


def test_a_twin_without_a_template_would_pass_for_the_other_and_is_counted() -> None:
    """Enrolled, both wait for a tap; without one of them the other passes."""
    found = _tried(_person(1, 0, 1), _person(2, 2, 3), _person(3, 3 * APART, 3 * APART + 1))
    assert [one.passed for one in found] == [True] * 4 + [False] * 2
    assert [one.missed for one in found] == [True] * 4 + [False] * 2
    assert not any(one.mistaken for one in found)


def test_confirmed_twins_wait_for_a_tap_with_and_without_a_template() -> None:
    """As the gate asks about them: none passes for the other, and none is recognised by the engine alone."""
    one, other = _person(1, 0, 1), _person(2, 2, 3)
    found = _tried(replace(one, siblings=frozenset({other.person})), replace(other, siblings=frozenset({one.person})))
    assert [(trial.missed, trial.passed) for trial in found] == [(True, False)] * 4
    assert all(trial.passed for trial in _tried(one, other)), "not confirmed, each passes for the other"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=8))
def test_what_is_withheld_cannot_be_worked_out(sizes: list[int]) -> None:
    """Fewer than five people have no figures, and never one label alone of all, which the sum would give away."""
    places = [(band, at) for band, size in enumerate(sizes) for at in range(size)]
    school = [_person(100 * band + at, 0.0, groups=(f"{band}",)) for band, at in places]
    found = [Trial(one.person, None, None, None, passed=False) for one in school]
    shown = rows(school, found, lambda one: one.groups)
    withheld = {row.name for row in shown if row.figures is None}
    assert {str(at) for at, size in enumerate(sizes) if size < FEWEST} <= withheld
    hidden = sum(sizes[int(name)] for name in withheld)
    assert not withheld or len(withheld) == len(sizes) or (len(withheld) > 1 and hidden >= FEWEST)
    assert sum(row.figures.people for row in shown if row.figures) + hidden == figures(found).people
