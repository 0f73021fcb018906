"""The made-up school of the caption corpus."""

from __future__ import annotations

from collections import Counter

from gatekeeper.types import Kind
from tests.gatekeeper.corpus.school import people, school


def test_the_school_is_of_many_cultures_and_no_name_comes_twice() -> None:
    """The corpus is read against at least 300 different people of 50 cultures, pupils and staff."""
    members = school().values()
    assert len(members) >= 300
    assert len({member.culture for member in members}) >= 50
    assert {member.kind for member in members} == {Kind.PUPIL, Kind.STAFF}
    assert [name for name, times in Counter(member.full_name for member in members).items() if times > 1] == []
    assert all(person.first_name for person in people())
