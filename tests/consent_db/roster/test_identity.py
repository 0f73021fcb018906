"""Whom a row is about: every way in which a row is, may be, or cannot be a person of the register."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from consent_db.people.records import PersonDraft, PersonRecord
from consent_db.roster.identity import Identified, identify, is_namesake, named_in
from consent_db.roster.plan import Answer, QuestionCode
from consent_db.roster.rows import BadRow, Roster, Row
from gatekeeper.types import Kind, PersonId

TODAY = date(2026, 3, 10)
BORN, OTHER_DAY = date(2017, 2, 3), date(2016, 5, 6)


def draft(number: str | None = "P-1", first: str = "Ann", last: str = "Lee", **more: Any) -> PersonDraft:
    given: dict[str, Any] = {"kind": Kind.PUPIL, "date_of_birth": BORN} | more
    return PersonDraft(first_name=first, last_name=last, external_id=number, **given)


def known(name: str, profile: PersonDraft, *, listed: bool = False, held: bool = False) -> PersonRecord:
    return PersonRecord(PersonId(name), profile, listed, held, ())


def roster(*drafts: PersonDraft, bad: tuple[BadRow, ...] = ()) -> Roster:
    """A file with one row a person, from line 2 on."""
    return Roster(tuple(Row(line, frozenset(), one) for line, one in enumerate(drafts, start=2)), bad)


def identified(
    drafts: list[PersonDraft], people: list[PersonRecord], answers: dict[str, Answer] | None = None
) -> Identified:
    return identify(roster(*drafts), people, answers or {}, TODAY)


def asked(one: PersonDraft, *people: PersonRecord) -> list[tuple[QuestionCode, tuple[str, ...]]]:
    """What is asked about a file of one row."""
    return [(question.code, question.people) for question in identified([one], list(people)).asked]


def found(one: PersonDraft, *people: PersonRecord) -> str | None:
    """Whose row it is without any question; None for a new person."""
    result = identified([one], list(people))
    assert (result.asked, result.refused) == ([], [])
    ((_, record),) = result.rows
    return record.id if record else None


ANN = known("ann", draft())
NEW_NUMBER = draft("X-7")


# --- by number -----------------------------------------------------------------------


def test_a_number_names_its_person() -> None:
    """Also in other letters, and with the name and birthday as they were."""
    assert found(draft(), ANN) == "ann"
    assert found(draft("p-1"), ANN) == "ann"
    assert found(draft("P-1"), known("ann", draft("p-1"))) == "ann"


def test_an_exact_number_comes_before_one_in_other_letters() -> None:
    """Two people whose numbers differ by case are kept apart by it."""
    low = known("low", draft("p-1", "Bea", "Moss"))
    assert found(draft("P-1"), ANN, low) == "ann"
    assert found(draft("p-1", "Bea", "Moss"), ANN, low) == "low"


def test_a_number_in_other_letters_is_nobodys_if_the_file_has_it_as_well() -> None:
    """The person keeps the row with the number as it is; the other row is refused."""
    result = identified([draft("P-1"), draft("p-1", "Bea", "Moss", date_of_birth=OTHER_DAY)], [ANN])
    assert [(row.line, record.id if record else None) for row, record in result.rows] == [(2, "ann")]
    reason = "Another row has this number in capital or small letters; numbers have to differ by more."
    assert result.refused == [BadRow(3, reason, "p-1")]


def test_two_new_numbers_that_differ_by_case_are_both_refused() -> None:
    """Which of the two is right cannot be told."""
    result = identified([draft("A-1"), draft("a-1", "Bea", "Moss"), draft("A-2", "Cleo", "Hill")], [])
    assert ([row.line for row in result.refused], [row.line for row, _ in result.rows]) == ([2, 3], [4])


def test_people_without_a_number_are_new() -> None:
    """Nothing in common is no person in common."""
    assert found(draft(None), known("bea", draft(None, "Bea", "Moss"))) is None
    result = identified([draft(None), draft(None, "Bea", "Moss")], [])
    assert (len(result.rows), result.refused) == (2, [])


# --- a known number with another name ----------------------------------------------


@pytest.mark.parametrize(
    ("changed", "reused"),
    [
        (draft(first="Bea", last="Moss"), True),
        (draft(first="Bea"), False),
        (draft(first="Bea", last="Moss", date_of_birth=None), True),
        (draft(first="Bea", last="Moss", date_of_birth=OTHER_DAY), True),
        (draft(first="Bea", date_of_birth=OTHER_DAY), True),
        (draft(last="Moss", date_of_birth=OTHER_DAY), True),
        (draft(last="Moss", date_of_birth=None), False),
        (draft(first="Bea", date_of_birth=None), False),
        (draft(date_of_birth=OTHER_DAY), False),
        (draft(first="ANN", last="LEE", date_of_birth=OTHER_DAY), False),
        (draft(first="Lee", last="Ann", date_of_birth=OTHER_DAY), False),
        (draft(first="Ann Marie", date_of_birth=OTHER_DAY), False),
        (draft(first="Bea", known_as="Ann", date_of_birth=OTHER_DAY), False),
    ],
)
def test_a_number_given_to_another_person(changed: PersonDraft, *, reused: bool) -> None:
    """Asked if the whole name changed, whatever the birthday, or any part did and the birthday speaks against it."""
    if reused:
        assert asked(changed, ANN) == [(QuestionCode.REUSED_ID, ("ann",))]
    else:
        assert found(changed, ANN) == "ann"


@pytest.mark.parametrize("changed", [draft(first="Bea"), draft(last="Moss"), draft(first="Bea", last="Moss")])
@pytest.mark.parametrize("restricted", [known("ann", draft(), listed=True), known("ann", draft(), held=True)])
def test_a_new_name_of_a_restricted_person_is_asked_about(changed: PersonDraft, restricted: PersonRecord) -> None:
    """Under the same number and birthday as well: the name that may not be published would be forgotten."""
    assert asked(changed, restricted) == [(QuestionCode.REUSED_ID, ("ann",))]
    assert found(draft(first="ANN"), restricted) == "ann"


def test_a_surname_in_two_words_is_the_same_surname() -> None:
    """So only the first name has changed, and no birthday speaks against it."""
    one = known("ann", draft(last="Mac Donald"))
    assert found(draft(first="Zoe", last="MacDonald", date_of_birth=None), one) == "ann"
    assert asked(draft(first="Zoe", last="Moss", date_of_birth=None), one) == [(QuestionCode.REUSED_ID, ("ann",))]


# --- another number with a known name -------------------------------------------------


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (NEW_NUMBER, QuestionCode.CHANGED_ID),
        (draft("X-7", date_of_birth=None), QuestionCode.CHANGED_ID),
        (draft("X-7", date_of_birth=OTHER_DAY), None),
        (draft("X-7", "Bea", "Moss"), None),
        (draft("X-7", "Zoe", "Lee"), None),
        (draft("X-7", "Ann Marie"), QuestionCode.CHANGED_ID),
        (draft("X-7", "Bea", known_as="Ann"), QuestionCode.CHANGED_ID),
        (draft("P-01"), QuestionCode.CHANGED_ID),
        (draft("0P-1"), QuestionCode.LOST_ZEROS),
        (draft("00p-1"), QuestionCode.LOST_ZEROS),
    ],
)
def test_a_name_under_another_number(row: PersonDraft, code: QuestionCode | None) -> None:
    """It is asked about unless a birthday speaks against it; lost zeros are told by name."""
    if code is None:
        assert found(row, ANN) is None
    else:
        assert asked(row, ANN) == [(code, ("ann",))]


def test_lost_zeros_single_out_the_person() -> None:
    """Of two namesakes the one whose number is the same but for zeros is meant."""
    twin = known("twin", draft("0X-7"))
    assert asked(NEW_NUMBER, ANN, twin) == [(QuestionCode.LOST_ZEROS, ("twin",))]


def test_two_namesakes_are_both_meant() -> None:
    """In a fixed order, and then only another person can be answered."""
    other = known("abe", draft("P-5"))
    (question,) = identified([NEW_NUMBER], [ANN, other]).asked
    assert (question.line, question.external_id, question.people) == (2, "X-7", ("abe", "ann"))
    assert question.answers == (Answer.NEW,)


def test_a_namesake_whom_the_file_has_as_well() -> None:
    """Twice in the file with one birthday is asked about; with another or none it is another person."""
    twice = identified([draft(), NEW_NUMBER], [ANN])
    assert [(q.line, q.code, q.people, q.other_lines) for q in twice.asked] == [
        (3, QuestionCode.SAME_PERSON_TWICE, ("ann",), (2,))
    ]
    in_other_letters = identified([draft("p-1"), NEW_NUMBER], [ANN])
    assert [q.code for q in in_other_letters.asked] == [QuestionCode.SAME_PERSON_TWICE]
    for birthday in (OTHER_DAY, None):
        assert identified([draft(), replace(NEW_NUMBER, date_of_birth=birthday)], [ANN]).asked == []


def test_a_namesake_in_a_row_that_cannot_be_read() -> None:
    """The file has them, so a second row of the name is the same person twice, not a changed number."""
    file = replace(roster(NEW_NUMBER), bad=(BadRow(9, "no birthday", "P-1"), BadRow(10, "nothing")))
    assert named_in(file) == {"X-7", "P-1"}
    assert [question.code for question in identify(file, [ANN], {}, TODAY).asked] == [QuestionCode.SAME_PERSON_TWICE]


def test_new_people_who_are_in_the_file_twice() -> None:
    """Each is asked about, with at most five of the other lines."""
    result = identified([draft(f"X-{number}") for number in range(8)], [])
    assert {question.code for question in result.asked} == {QuestionCode.SAME_PERSON_TWICE}
    assert [question.other_lines for question in result.asked][:2] == [(3, 4, 5, 6, 7), (2, 4, 5, 6, 7)]
    without = identified([draft("X-1", date_of_birth=None), draft("X-2", date_of_birth=None)], [])
    assert without.asked == []
    longer = identified([draft("X-1"), draft("X-2", "Ann Marie")], [])
    assert [question.other_lines for question in longer.asked] == [(3,), (2,)]
    twins = identified([draft("X-1"), draft("X-2", "Bea")], [])
    assert twins.asked == []


@pytest.mark.parametrize(
    ("before", "after", "is_asked"),
    [
        ({"kind": Kind.STAFF, "date_of_birth": None}, {}, False),
        ({"kind": Kind.GOVERNOR, "date_of_birth": None}, {}, False),
        ({"kind": Kind.VISITOR, "date_of_birth": None}, {}, True),
        ({"kind": Kind.STAFF, "date_of_birth": None}, {"date_of_birth": None}, True),
        ({"kind": Kind.STAFF, "date_of_birth": None}, {"date_of_birth": date(2010, 3, 10)}, True),
        ({"kind": Kind.STAFF, "date_of_birth": None}, {"date_of_birth": date(2010, 3, 11)}, False),
        ({}, {"kind": Kind.STAFF, "date_of_birth": None}, False),
        ({"kind": Kind.STAFF, "date_of_birth": None}, {"kind": Kind.GOVERNOR, "date_of_birth": BORN}, True),
    ],
)
def test_a_child_is_no_member_of_staff(before: dict[str, Any], after: dict[str, Any], *, is_asked: bool) -> None:
    """A pupil under 16 has only the name in common with staff and governors; from 16 on they may be one."""
    one = known("ann", draft(**before))
    assert bool(asked(draft("X-7", **after), one)) is is_asked


# --- people who may not be published ---------------------------------------------------

PROTECTED = [{"listed": True}, {"held": True}]


@pytest.mark.parametrize("protection", PROTECTED)
@pytest.mark.parametrize(
    ("row", "is_asked"),
    [
        (draft("X-7", date_of_birth=OTHER_DAY), True),
        (draft("X-7", kind=Kind.STAFF, date_of_birth=None), True),
        (draft("X-7", "Anna"), True),
        (draft("X-7", "A.", date_of_birth=None), True),
        (draft("X-7", "Zoe"), True),
        (draft("X-7", "Zoe", date_of_birth=None), False),
        (draft("X-7", "Ann", "Moss", date_of_birth=None), False),
        (draft("X-7", "Bea", "Moss"), False),
    ],
)
def test_a_protected_person_does_not_come_back_as_another(
    protection: dict[str, bool], row: PersonDraft, *, is_asked: bool
) -> None:
    """Every namesake is asked about, short forms, and the surname with the birthday too."""
    people = known("ann", draft(), **protection)
    assert bool(asked(row, people)) is is_asked


@pytest.mark.parametrize("protection", PROTECTED)
@pytest.mark.parametrize(("birthday", "is_asked"), [(BORN, True), (None, True), (OTHER_DAY, False)])
def test_a_protected_person_who_is_in_the_file_as_well(
    protection: dict[str, bool], birthday: date | None, *, is_asked: bool
) -> None:
    """A second row of the name is asked about unless its birthday is another."""
    result = identified([draft(), draft("X-7", date_of_birth=birthday)], [known("ann", draft(), **protection)])
    assert bool(result.asked) is is_asked


def test_nearly_the_name_matters_for_protected_people_only() -> None:
    """One letter apart, a short form, or the surname alone is another pupil otherwise."""
    one = draft(first="Annabel", last="Leeming", known_as="Bel", date_of_birth=None)
    open_person, listed = known("ann", one), known("ann", one, listed=True)
    for other in (
        draft(first="Annabel", last="Leeminc"),
        draft(first="Ann", last="Leeming"),
        draft(first="B.", last="Leeming"),
    ):
        assert not is_namesake(open_person, other)
        assert is_namesake(listed, other)
    assert is_namesake(open_person, draft(first="Bel", last="Leeming"))
    for other in (
        draft(first="Cleo", last="Leeming"),
        draft(first="Ann", last="Moss"),
    ):
        assert not is_namesake(listed, other)


# --- the same birthday and class --------------------------------------------------------


def test_a_birthday_in_the_same_class() -> None:
    """Another name, but the same class and day, under a number that the file does not have."""
    before = known("ann", draft(groups=frozenset({"4B", "Choir"})))
    row = draft("X-7", "Zoe", "Moss", groups=frozenset({"4b"}))
    assert asked(row, before) == [(QuestionCode.CHANGED_ID, ("ann",))]
    assert found(replace(row, groups=frozenset({"5C"})), before) is None
    assert found(replace(row, groups=frozenset()), before) is None
    assert found(replace(row, date_of_birth=OTHER_DAY), before) is None
    assert found(replace(row, date_of_birth=None), known("ann", replace(before.profile, date_of_birth=None))) is None


def test_a_birthday_in_the_same_class_of_a_person_whom_the_file_has() -> None:
    """Two children of a class may share their birthday."""
    before = known("ann", draft(groups=frozenset({"4B"})))
    row = draft("X-7", "Zoe", "Moss", groups=frozenset({"4B"}))
    assert identified([draft(groups=frozenset({"4B"})), row], [before]).asked == []


# --- answers --------------------------------------------------------------------------


def test_answers() -> None:
    """The answer gives the row to the person or adds one, and an answer that was not offered is none."""
    same, new = (identified([NEW_NUMBER], [ANN], {"X-7": answer}) for answer in (Answer.SAME, Answer.NEW))
    assert [record for _, record in same.rows] == [ANN]
    assert [record for _, record in new.rows] == [None]
    assert (same.asked, new.asked) == ([], [])
    reused = draft(first="Bea", last="Moss", date_of_birth=None)
    assert identified([reused], [ANN], {"P-1": Answer.NEW}).rows == []
    assert [record for _, record in identified([reused], [ANN], {"P-1": Answer.SAME}).rows] == [ANN]
    assert len(identified([NEW_NUMBER], [ANN], {"X-8": Answer.SAME}).asked) == 1
    assert [record for _, record in identified([draft()], [ANN], {"P-1": Answer.NEW}).rows] == [ANN]


def test_one_person_for_two_rows() -> None:
    """Neither row is taken, and the others are."""
    rows = [NEW_NUMBER, draft("X-8", date_of_birth=None), draft("X-9", "Cleo", "Hill")]
    result = identified(rows, [ANN], {"X-7": Answer.SAME, "X-8": Answer.SAME})
    reason = "Another row was said to be the same person; keep one row."
    assert result.refused == [BadRow(2, reason, "X-7"), BadRow(3, reason, "X-8")]
    assert [(row.line, record) for row, record in result.rows] == [(4, None)]


def test_refusals_of_both_kinds_are_told() -> None:
    """Numbers that differ by case come first."""
    rows = [draft("A-1", "Cleo", "Hill"), draft("a-1", "Bea", "Moss"), NEW_NUMBER, draft("X-8", date_of_birth=None)]
    result = identified(rows, [ANN], {"X-7": Answer.SAME, "X-8": Answer.SAME})
    assert [row.line for row in result.refused] == [2, 3, 4, 5]
