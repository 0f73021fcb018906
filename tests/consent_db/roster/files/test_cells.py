"""Dates by column, opt-outs, letters that went wrong, and refused rows sent again."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_db import Store, roster_import
from consent_db.publishing.records import PublicationDraft
from consent_db.roster.fields.date_columns import DatesUnclear
from consent_db.roster.fields.dates import Evidence, evidence, read_date
from consent_db.roster.fields.letters import trouble, without_invisible
from consent_db.roster.impact import Impact
from consent_db.roster.layout import DateOrder, Layout
from consent_db.roster.plan import Choices
from consent_db.roster.rejected import rejected_csv
from consent_db.roster.rows import read_roster
from consent_db.roster.suggestions import suggest
from gatekeeper.consent.permission import EVERYWHERE, Subject
from gatekeeper.types import Kind
from tests.support.register import ADMIN, NOW, TODAY, add_channel, add_pupil, approve
from tests.support.rosters import load, person

HEADER = "external_id,first_name,last_name,kind,date_of_birth\n"


def born(*texts: str, order: DateOrder | None = None) -> list[date | None]:
    data = HEADER + "".join(f"{number},A{number},B,staff,{text}\n" for number, text in enumerate(texts))
    layout = Layout(dates={"date_of_birth": order} if order else {})
    return [row.draft.date_of_birth for row in read_roster(data, TODAY, layout).rows]


def test_the_order_of_dates_is_that_of_their_column() -> None:
    """One date that can be read in one way only decides for all of the column, wherever it stands."""
    assert born("03/04/2015", "13/04/2015") == [date(2015, 4, 3), date(2015, 4, 13)]
    assert born("03/04/2015", "04/13/2015") == [date(2015, 3, 4), date(2015, 4, 13)]
    assert born("03.04.2015", "3. Mai 2018", "05/05/2015") == [date(2015, 4, 3), date(2018, 5, 3), date(2015, 5, 5)]


@pytest.mark.parametrize("texts", [("03/04/2015",), ("13/04/2015", "04/13/2015"), ("03-04-2015", "2015-04-13")])
def test_a_column_that_does_not_decide_is_asked_about(texts: tuple[str, ...]) -> None:
    """As a column and not as a cell; once it is said, the cells that do not fit are refused."""
    with pytest.raises(DatesUnclear, match=r"column E \(date_of_birth\)") as refused:
        born(*texts)
    assert refused.value.columns == ("date_of_birth",)
    assert born(texts[0], order=DateOrder.DAY_FIRST)[0] == read_date(texts[0])


def test_an_answer_that_the_dates_contradict_is_refused() -> None:
    """Nobody's saved layout exchanges days and months."""
    with pytest.raises(DatesUnclear, match="month first was said"):
        born("13/04/2015", order=DateOrder.MONTH_FIRST)


@given(st.lists(st.dates(date(1950, 1, 1), date(2025, 1, 1)), min_size=1), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_no_column_is_read_in_an_order_that_it_was_not_written_in(days: list[date], form: str) -> None:
    """What is read is what was written, or the column is asked about."""
    shown = evidence(day.strftime(form) for day in days)
    written = Evidence.DAY_FIRST if form.startswith("%d") else Evidence.MONTH_FIRST
    assert shown in {written, Evidence.NEITHER, Evidence.NOT_NEEDED}
    if shown is Evidence.NOT_NEEDED:
        assert [read_date(day.strftime(form)) for day in days] == days


def test_a_yes_to_an_opt_out_is_a_no_and_nothing_else_in_it_is_a_yes() -> None:
    """It outweighs the consents of its row; not having opted out permits nothing."""
    header = "external_id,first_name,last_name,kind,consent_website,opt_out_all\n"
    out, stays = read_roster(header + "1,A,B,staff,yes,Y\n2,C,D,staff,yes,\n", TODAY).rows
    website, everywhere = (Subject.PICTURE, "website"), (Subject.PICTURE, EVERYWHERE)
    assert (out.wishes[website].answer, out.wishes[everywhere].answer) == (False, False)
    assert (stays.wishes[website].answer, everywhere in stays.wishes) == (True, False)


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("Photo opt out", "opt_out_all"),
        ("Media opt-out", "opt_out_all"),
        ("Website photo opt out", "opt_out_website"),
        ("Photos refused", None),
        ("Website photo consent withdrawn", None),
        ("Declined photo permission", None),
        ("Foto Widerspruch", None),
        ("Foto Website", "consent_website"),
        ("Gesichtserkennung", "biometric_consent"),
        ("Geburtsdatum", "date_of_birth"),
        ("Schülernummer", "external_id"),
        ("child_last_name", "last_name"),
        ("child_date_of_birth", "date_of_birth"),
        ("parent_last_name", None),
    ],
)
def test_a_heading_that_denies_is_never_taken_for_consent(heading: str, meaning: str | None) -> None:
    """Opt-outs are known as such, German headings are understood, and a parent's name is not the child's."""
    assert suggest([heading])[0].meaning == meaning


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Zo\ufffd", "letters that were lost"),
        ("Zo?", "letter that was lost"),
        ("ZoÃ«", "encoded twice"),
        ("StraÃŸe", "encoded twice"),
        ("Åukasz", None),
        ("Ðžλga", None),
        ("Wi≈õniewski", "encoded twice"),
        ("a\u202eb", "turn the order"),
        ("#N/A", "shows the error"),
        ("TRUE", "holds TRUE"),
        ("Ångström", None),
        ("KNÍŽE", None),
        ("ÁŠA", None),
        ("O’Brien", None),
    ],
)
def test_letters_that_went_wrong_refuse_the_row_by_its_cell(name: str, reason: str | None) -> None:
    """Lost, turned or encoded twice; letters that names have are let through."""
    roster = read_roster(f"external_id,first_name,last_name,kind\n1,{name},B,staff\n", TODAY)
    assert (not roster.bad) if reason is None else ("B2" in roster.bad[0].reason and reason in roster.bad[0].reason)


@given(st.text(st.characters(codec="cp1252", categories=("Lu", "Ll")), min_size=1, max_size=12))
def test_text_of_one_encoding_is_in_order_and_the_same_encoded_twice_is_not(name: str) -> None:
    """What was taken for Windows-1252 is found wherever a letter beyond ASCII stands."""
    twice = name.encode().decode("cp1252", "replace")
    if any(letter > "\x7f" for letter in name):
        assert trouble(twice) is not None


def test_invisible_letters_are_left_out_and_said_but_joiners_stay_where_they_belong() -> None:
    """They would make another name and another number of the same."""
    (row,) = read_roster("external_id,first_name,last_name,kind\n1\u200b2,Zo\u200bë,B\ufeff,staff\n", TODAY).rows
    assert (row.draft.external_id, row.draft.first_name, row.draft.last_name) == ("12", "Zoë", "B")
    assert len(row.notes) == 3
    word = "\u0645\u06cc\u200c\u062e\u0648"  # Persian joins the parts of a verb without a space
    assert without_invisible(word) == word


def test_refused_rows_are_corrected_and_sent_again(lite: Store) -> None:
    """Under the school's own headings, safe in a spreadsheet; what was sent before is not missing."""
    text = "Adno,Forename,Surname,DOB,Photo consent\n1,Amira,Quill,2017-02-03,yes\n2,=1+1,Smith,2017-02-03,perhaps\n"
    columns = {"Adno": "external_id", "Forename": "first_name", "Surname": "last_name", "DOB": "date_of_birth"}
    choices = Choices(Layout(columns | {"Photo consent": "consent_website"}, Kind.PUPIL))
    planned, _ = load(lite, text, choices=choices)
    made = rejected_csv(text, choices, planned).decode("utf-8-sig")
    assert made.splitlines()[0] == "Adno,Forename,Surname,DOB,Photo consent,why it was not imported"
    assert "2,'=1+1,Smith,2017-02-03,perhaps,\"consent_website has to be yes" in made
    again, _ = load(lite, made.replace("'=1+1", "Tom").replace("perhaps", "no"), days=1, choices=choices)
    assert (len(again.additions), again.missing, again.left_out) == (1, (), ())
    assert person(lite, "2").profile.first_name == "Tom"


def test_a_member_of_staff_with_a_pupils_name_is_not_asked_about(lite: Store) -> None:
    """A child cannot be the grown-up; one who is old enough, has no birthday or is listed may be."""
    pupils = (
        "external_id,first_name,last_name,kind,date_of_birth,do_not_publish\n"
        "1,Amira,Quill,pupil,2015-02-03,\n2,Tom,Smith,pupil,,\n3,Zoe,Brown,pupil,2015-02-03,yes\n4,Ella,Frost,pupil,2008-02-03,\n"
    )
    load(lite, pupils)
    names = ("Amira,Quill", "Tom,Smith", "Zoe,Brown", "Ella,Frost")
    lines = [f"{number},{name},staff" for number, name in enumerate(names, 91)]
    staff = "\n".join(["external_id,first_name,last_name,kind", *lines])
    planned, _ = load(lite, staff, days=1)
    assert [row.draft.external_id for row in planned.additions] == ["91"]
    assert [question.external_id for question in planned.questions] == ["92", "93", "94"]


def test_year_groups_under_two_names_are_asked_about(lite: Store) -> None:
    """Grade 7 beside Year 7: nothing is joined by itself."""
    header = "external_id,first_name,last_name,kind,group\n"
    load(lite, header + "1,A,B,pupil,Year 7\n")
    planned, _ = load(lite, header + "1,A,B,pupil,Year 7\n2,C,D,pupil,Grade 7\n", days=1)
    assert any("“Grade 7” beside “Year 7”" in note for note in planned.notes)


def test_an_import_says_which_take_downs_and_approvals_it_sets_off(lite: Store) -> None:
    """Before, as a forecast that changes nothing, and afterwards what was done: the same."""
    with lite.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        check = approve(tx, add_pupil(tx))
        tx.publications.record(PublicationDraft(check.id, NOW, "https://school.example/1", None))
    row = "P-0077,Amira Jane,Quillfeather-Odubanjo,Mimi,pupil,Oak,2017-02-03,yes\n"
    text = f"external_id,first_name,last_name,known_as,kind,group,date_of_birth,do_not_publish\n{row}"
    with lite.transaction(ADMIN, NOW) as tx:
        planned = roster_import.plan(text, tx)
        before = tx.import_impact(planned)
        done = roster_import.apply(planned, tx)
        assert (before.approvals, before.takedowns) == (1, 1)
        assert Impact.of(done) == before
        assert len(tx.takedowns.waiting()) == len(done.takedowns) == 1
        assert tx.imports.all()[0].counts["posts to take down"] == 1
