"""The list of what is tried by mutation testing keeps up with the code (docs/decisions/0039)."""

from __future__ import annotations

import pytest

from tests.benchmarks.mutants import SUITES, Score, sampled
from tests.support.paths import ROOT


@pytest.mark.parametrize("pattern", SUITES)
def test_every_module_and_its_tests_are_there(pattern: str) -> None:
    """A module or a test that was moved would be left out in silence."""
    for path in (pattern, *SUITES[pattern]):
        assert list(ROOT.glob(path)), path


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    """Of few mutants all are tried, of many as many as are wanted, none twice."""
    names = [f"mutant_{number}" for number in range(50)]
    assert sampled(names, 50, 1) == names
    ten = sampled(names, 10, 1)
    assert ten == sampled(names, 10, 1) != sampled(names, 10, 2)
    assert len(set(ten) & set(names)) == 10


def test_a_score_counts_what_was_tried() -> None:
    """Mutants that were not drawn count neither way."""
    assert Score("one.py", 300, ["a", "b"], ["c"]).tried == 3
