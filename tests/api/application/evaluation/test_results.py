"""What a benchmark's numbers say in words."""

from __future__ import annotations

from typing import Any

import pytest

from api.application.evaluation.results import INTRUDERS, tables


def _report(wrong: int, needless: int) -> dict[str, Any]:
    none = {"hits": 0, "of": 1000}
    passed = dict.fromkeys(INTRUDERS, none) | {"stranger": {"hits": wrong, "of": 1000}}
    blocked = {"hits": needless, "of": 1000}
    gate = {"people": 200, "references": 3, "wrong_approvals": passed, "needless_blocks": blocked}
    gate |= {"needless_alone": blocked, "causes_alone": {}, "possible_listed": none, "false_listed": none}
    return {"gate": gate}


@pytest.mark.parametrize(
    ("theirs", "verdict"),
    [
        ((0, 20), "ours gains: it stops 2.0% of the good pictures, sface 7.0%"),
        ((1, 20), "Do not change from sface to ours: it let 1 of 4000 pictures go"),
        ((0, 120), "Do not change from sface to ours: it stops 12.0%"),
        ((0, 65), "may be chance"),
    ],
)
def test_an_engine_of_ones_own_is_taken_only_if_it_lets_no_more_go_and_stops_less(
    theirs: tuple[int, int], verdict: str
) -> None:
    """A wrong approval weighs more than any number of needless blocks; the rival is no engine to change to."""
    engines = {"sface": _report(0, 70), "ours": _report(*theirs), "face_recognition": _report(90, 1)}
    said = [one for one in tables({"engines": engines}) if isinstance(one, str)]
    assert [one for one in said if verdict in one]
    assert not [one for one in said if "to face_recognition" in one or "face_recognition gains" in one]
