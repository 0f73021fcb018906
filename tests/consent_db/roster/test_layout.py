from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_db import Store
from consent_db.errors import ImportRefused, NotFound, NotPossible
from consent_db.roster.layout import LEFT_OUT, Layout, letter
from consent_db.roster.plan import Choices
from consent_db.roster.rows import read_roster
from consent_db.roster.suggestions import suggest
from gatekeeper.consent.permission import EVERYWHERE, Subject
from gatekeeper.types import Kind
from tests.support.register import ADMIN, NOW, TODAY
from tests.support.rosters import load, person, words

SIMS = (
    "Adno,Legal Surname,Legal Forename,Preferred Forename,Reg,Year,DOB,Gender,Photo consent - website,"
    "Photos: local press,Name with photo\n"
    "004512,Quill,Amira,Mimi,3B,Year 3,2017-02-03,F,Y,I do not agree,N\n"
)
ARBOR = "Arbor Student ID,Legal First Name,Legal Last Name,Registration form,Date of birth,Photographs permission\n"
BROMCOM = "Admission Number,Legal Surname,Legal Forename,Tutor Group,Year Group,DOB,Leaving Date\n"
SCHOLARPACK = "Pupil ID,Forename,Surname,Known As,Class,Birth Date,UPN\n"
FORMS = (
    "Timestamp,Pupil number,Child's first name,Child's surname,Child's class,"
    "Do you agree to photographs on our website?,Do you agree to biometric data?,May we use the name?\n"
)
MINE = Layout(
    {"Adno": "external_id", "Legal Surname": "last_name", "legal_forename": "first_name", "Gender": LEFT_OUT}
    | {"Preferred Forename": "known_as", "Reg": "group", "Year": "group", "DOB": "date_of_birth"}
    | {"Photo consent - website": "consent_website", "Photos: local press": "consent_press"}
    | {"Name with photo": "name_consent"},
    kind=Kind.PUPIL,
    no=frozenset({"I do not agree."}),
)


def meanings(file: str) -> str:
    return " ".join(one.meaning or "?" for one in suggest(file.splitlines()[0].split(",")))


def test_a_schools_own_file_is_imported_by_a_saved_layout(store: Store) -> None:
    """Its headings, its words for yes and no, two columns of groups, and everybody is a pupil."""
    with store.transaction(ADMIN, NOW) as tx:
        tx.layouts.save("sims", MINE)
    with store.reading(ADMIN, NOW) as tx:
        layout = tx.layouts.get("sims")
        assert (layout, tx.layouts.names()) == (MINE, ["sims"])
    planned, _ = load(store, SIMS, choices=Choices(layout))
    assert planned.left_out == ("Gender",)
    amira = person(store, "004512").profile
    assert amira.groups == {"3B", "Year 3"}
    assert (amira.known_as, amira.kind) == ("Mimi", Kind.PUPIL)
    assert {(subject, scope, stance.value) for _, subject, scope, stance in words(store, "004512")} == {
        (Subject.PICTURE, "website", "granted"),
        (Subject.PICTURE, "press", "refused"),
        (Subject.NAME, EVERYWHERE, "refused"),
    }


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        (
            SIMS,
            (
                "external_id last_name first_name known_as group group date_of_birth ? consent_website consent_press "
                "name_consent"
            ),
        ),
        (ARBOR, "external_id first_name last_name group date_of_birth consent_all"),
        (BROMCOM, "external_id last_name first_name group group date_of_birth leaving_date"),
        (SCHOLARPACK, "external_id first_name last_name known_as group date_of_birth ?"),
        (
            FORMS,
            "evidence external_id first_name last_name group consent_website biometric_consent name_consent",
        ),
        ("No photos,Photos not to be used,Photo consent for web site and newspapers", "do_not_publish ? ?"),
        ("external_id,Adno,UPN", "external_id ? ?"),
        ("Shoe size,,consent_website,Photos on the website", "? ? consent_website ?"),
    ],
)
def test_meanings_are_suggested_by_the_headings_that_schools_know(file: str, wanted: str) -> None:
    """What is not known, would mean two things, or turns yes into no, is left to people."""
    assert meanings(file) == wanted


def test_a_suggestion_says_where_the_column_is_and_whether_it_is_ours() -> None:
    """By the letter that a spreadsheet shows."""
    first, second = suggest(["external_id", "Reg"])
    assert (first.letter, first.certain, second.letter, second.certain) == ("A", True, "B", False)
    assert [letter(place) for place in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


@given(st.lists(st.text(max_size=20) | st.sampled_from(SIMS.splitlines()[0].split(",")), max_size=12))
def test_any_headings_have_suggestions(headings: list[str]) -> None:
    """One a column, and no meaning but a group twice."""
    found = [one.meaning for one in suggest(headings) if one.meaning not in {None, "group"} and not one.certain]
    assert len(found) == len(set(found))
    assert len(suggest(headings)) == len(headings)


@pytest.mark.parametrize(
    ("header", "layout", "reason"),
    [
        ("external_id,first_name,last_name,kind,Photos", Layout(), r"Column 5 \(E\)"),
        ("external_id,first_name,last_name,kind,a,b", Layout(), r"5 \(E\), 6 \(F\)"),
        ("external_id,first_name,last_name,kind,", Layout({"kind": "group"}), "no column kind"),
        (
            "external_id,first_name,last_name,Surname",
            Layout({"Surname": "last_name"}, Kind.STAFF),
            "last_name is there",
        ),
        ("No,first_name,last_name,kind", Layout(), "no column external_id"),
    ],
)
def test_what_nobody_has_decided_about_is_refused(header: str, layout: Layout, reason: str) -> None:
    """An unknown column could be a no that is lost; the message tells places and no content."""
    with pytest.raises(ImportRefused, match=reason):
        read_roster(f"{header}\n1,2,3,pupil,5,6\n", TODAY, layout)


def test_the_column_goes_before_the_common_kind() -> None:
    """`kind` of a layout is for files without such a column."""
    data = "external_id,first_name,last_name,kind\n1,A,B,staff\n"
    assert read_roster(data, TODAY, Layout(kind=Kind.PUPIL)).rows[0].draft.kind is Kind.STAFF


@pytest.mark.parametrize(("cell", "answer"), [("Y", True), ("TRUE", True), ("1", True), ("N", False), ("0", False)])
def test_the_usual_words_mean_yes_and_no(cell: str, answer: bool) -> None:  # noqa: FBT001
    """As information systems and spreadsheets write them."""
    data = f"external_id,first_name,last_name,kind,consent_all\n1,A,B,pupil,{cell}\n"
    assert [wanted.answer for wanted in read_roster(data, TODAY).rows[0].wishes.values()] == [answer]


@pytest.mark.parametrize(
    "cell", ["x", "maybe", "yes please", "yes until", "maybe until 2027-01-01", "no until 2027-01-01"]
)
def test_other_words_are_asked_about(cell: str) -> None:
    """A tick or a sentence is nobody's consent before somebody has said what it means."""
    data = f"external_id,first_name,last_name,kind,consent_all\n1,A,B,pupil,{cell}\n"
    assert len(read_roster(data, TODAY).bad) == 1


@pytest.mark.parametrize(("cell", "number"), [("12.0", "12"), ("12.50", "12.50"), ("007", "007"), ("'007", "007")])
def test_numbers_lose_what_a_spreadsheet_added(cell: str, number: str) -> None:
    """A point and zeros; but no zeros at the beginning."""
    data = f"external_id,first_name,last_name,kind\n{cell},A,B,pupil\n"
    assert read_roster(data, TODAY).rows[0].draft.external_id == number


def test_a_number_that_a_spreadsheet_shortened_is_refused() -> None:
    """Its last digits are gone for good."""
    data = "external_id,first_name,last_name,kind\n8.2E+12,A,B,pupil\n"
    assert "shortened" in read_roster(data, TODAY).bad[0].reason


def test_layouts_are_replaced_and_removed_by_name(store: Store) -> None:
    """What is not there, has no proper name or means nothing of ours, is an error in words."""
    with store.transaction(ADMIN, NOW) as tx:
        tx.layouts.save("mine", MINE)
        tx.layouts.save("mine", Layout())
        assert tx.layouts.get("mine") == Layout()
        tx.layouts.remove("mine")
        for step in (tx.layouts.get, tx.layouts.remove):
            with pytest.raises(NotFound):
                step("mine")
        with pytest.raises(NotPossible, match="name"):
            tx.layouts.save("My Layout", MINE)
        with pytest.raises(NotPossible, match="shoe_size: no such column"):
            tx.layouts.save("mine", Layout({"Shoes": "shoe_size"}))
