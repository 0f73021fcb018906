"""Whose a reference photograph is, by its name and its folders."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.application.register.photo_owners import (
    AMBIGUOUS,
    CLASS_OR_NUMBER,
    CONTRADICTORY,
    COUNTED_NUMBER,
    NO_OWNER,
    NUMBER_ELSEWHERE,
    OTHER_CLASS,
    Owners,
)
from consent_db.people.records import PersonDraft, PersonRecord
from gatekeeper.types import Kind, PersonId


def record(
    person: str, number: str, first: str, last: str, group: str = "7A", *, known_as: str | None = None
) -> PersonRecord:
    draft = PersonDraft(Kind.PUPIL, first, last, known_as, number, groups=frozenset({group}))
    return PersonRecord(PersonId(person), draft, listed=False, held=False, template_engines=())


OWNERS = Owners(
    [
        record("amira", "004512", "Amira", "Quill"),
        record("zoe", "004513", "Zoë", "O'Brien", known_as="Zo"),
        record("khan_a", "4", "Muhammad", "Khan"),
        record("khan_b", "S-9", "Muhammad", "Khan", group="8B"),
        record("one", "1", "Ann", "Lee", group="9C"),
        record("seven", "7", "Sam", "Rook", group="7"),
        record("twelve", "12", "Tom", "Finch", group="7"),
        record("ten", "10", "Ben", "Teal", group="3"),
        record("ten_one", "10-1", "Bea", "Swift", group="3 Blue"),
    ]
)


@pytest.mark.parametrize(
    ("file", "person"),
    [
        ("004512.jpg", "amira"),
        ("004512_2.JPG", "amira"),
        ("004512 (3).jpg", "amira"),
        ("004512/1.jpg", "amira"),
        ("7A/004512-01.png", "amira"),
        ("photos/Year 7/7A/004512/left.jpg", "amira"),
        ("s-9.jpg", "khan_b"),
        ("Quill Amira.jpg", "amira"),
        ("Quill, Amira (2).jpg", "amira"),
        ("7A/amira_quill_7A.jpg", "amira"),
        ("OBRIEN Zoe.jpg", "zoe"),
        ("Zo O'Brien/IMG_2041.jpg", "zoe"),
        ("Muhammad Khan 8B.jpg", "khan_b"),
        ("1.jpg", "one"),
        ("9C/1.jpg", "one"),
        ("7A/Muhammad Khan.jpg", "khan_a"),
        ("Class 8B/Muhammad Khan/1.jpg", "khan_b"),
        ("3 Blue/Bea Swift.jpg", "ten_one"),
        ("7/Tom Finch.jpg", "twelve"),
        ("10/2.jpg", "ten"),
        ("10-1.jpg", "ten_one"),
    ],
)
def test_a_number_or_a_whole_name_tells_whose_it_is(file: str, person: str) -> None:
    """In the file's name or a folder around it, whatever counter, class, accent or order it has."""
    assert OWNERS.of(PurePosixPath(file)).person == person


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("IMG_2041.jpg", NO_OWNER),
        ("Amira.jpg", NO_OWNER),
        ("Quill.jpg", NO_OWNER),
        ("45120.jpg", NO_OWNER),
        ("0045123.jpg", NO_OWNER),
        ("Muhammad Khan.jpg", AMBIGUOUS.format(2)),
        ("Mohammed Khan.jpg", NO_OWNER),
        ("Muhammad Khan 9C.jpg", OTHER_CLASS),
        ("7A/Ann Lee.jpg", OTHER_CLASS),
        ("Muhammad Khan/1.jpg", AMBIGUOUS.format(2)),
        ("8B/Amira Quill/1.jpg", OTHER_CLASS),
        ("7A/1.jpg", NUMBER_ELSEWHERE),
        ("Class 8B/1/left.jpg", NUMBER_ELSEWHERE),
        ("8B/004512.jpg", NUMBER_ELSEWHERE),
        ("7/12.jpg", CLASS_OR_NUMBER),
        ("7/2.jpg", CLASS_OR_NUMBER),
        ("10-2.jpg", COUNTED_NUMBER),
        ("004512/004513.jpg", CONTRADICTORY),
        ("004512/Zoe O'Brien.jpg", CONTRADICTORY),
        ("../../004512x/..", NO_OWNER),
    ],
)
def test_what_may_be_of_two_people_or_of_none_is_refused(file: str, reason: str) -> None:
    """With the reason; half a name and half a number are none."""
    owner = OWNERS.of(PurePosixPath(file))
    assert (owner.person, owner.reason) == (None, reason)


@given(st.text(alphabet="0123456789 _-()./xé\\", max_size=20))
def test_any_name_has_one_owner_or_a_reason(text: str) -> None:
    """Never neither, whatever a zip file calls its files."""
    owner = OWNERS.of(PurePosixPath(text or "x"))
    assert (owner.person is None) is bool(owner.reason)
