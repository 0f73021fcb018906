from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_db.errors import ImportRefused
from consent_db.roster.fields.dates import DateUnclear, read_date
from consent_db.roster.files.sheet import read_sheet, shielded, unshielded
from tests.support.rosters import workbook, workbook_of, zipped

PLAIN = "external_id,first_name,last_name,kind,group\n0012,Zoë,O’Brien,pupil,Oak\n"
ROW = ("0012", "Zoë", "O’Brien", "pupil", "Oak")


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-16-be"),
        PLAIN.encode("cp1252"),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode("utf-16"),
        PLAIN.replace(",", "|").encode(),
        ("sep=;\r\n" + PLAIN.replace(",", ";").replace("\n", "\r\n")).encode("utf-8-sig"),
        PLAIN.replace("\n", ",,\n") + ",,,,,,\n,,,,,,\n",
        "\n\n" + PLAIN,
        PLAIN.replace("0012", "'0012"),
        PLAIN.replace("0012", '" 0012 "'),
        workbook([PLAIN.splitlines()[0].split(","), ROW]),
    ],
)
def test_a_file_means_the_same_whatever_program_wrote_it(data: bytes | str) -> None:
    """Encodings, separators, empty columns and rows, shields before numbers and workbooks make no difference."""
    sheet = read_sheet(data)
    assert sheet.headings == tuple(PLAIN.splitlines()[0].split(","))
    assert [cells for _, cells in sheet.rows] == [ROW]


def test_letters_that_were_guessed_are_mentioned() -> None:
    """A file that is not UTF-8 is read as Windows writes, and somebody is asked to look at the accents."""
    assert "accented" in read_sheet(PLAIN.encode("cp1252")).notes[0]
    assert read_sheet(PLAIN.encode()).notes == ()


def test_lines_are_those_of_the_file() -> None:
    """Empty lines, cells of several lines and the separator's line are counted."""
    text = 'sep=,\n\nexternal_id,note\n1,"two\nlines"\n\n2,x\n'
    sheet = read_sheet(text)
    assert (sheet.line, [line for line, _ in sheet.rows]) == (3, [4, 7])


def test_a_nameless_column_with_content_stays_to_be_asked_about() -> None:
    """Only what is empty from top to bottom goes away by itself."""
    assert read_sheet("a,,b,\n1,,2,\n").headings == ("a", "b")
    assert read_sheet("a,,b\n1,x,2\n").headings == ("a", "", "b")


def test_a_workbook_gives_what_a_person_sees() -> None:
    """Whole numbers without a point, dates as days, ticks as yes and no, and hidden sheets not at all."""
    sheet = read_sheet(
        workbook([["n", "d", "b", "t"], [12.0, "date:42075", True, "x"], [1.5, "date:42075.5", False, ""]])
    )
    assert sheet.rows[0] == (2, ("12", "2015-03-12", "yes", "x"))
    assert sheet.rows[1][1][:3] == ("1.5", "2015-03-12 12:00:00", "no")
    assert read_sheet(workbook([["n"]], state="hidden")).headings == ()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0rest", "old Excel file"),
        (b"PK\x03\x04broken", "damaged"),
        (zipped({"xl/workbook.xml": b"<workbook/>", "x": b""}), "damaged"),
        (workbook_of('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "XFD1048576 has content far outside"),
        (workbook_of("<row r='1048576'><c><v>1</v></c></row>"), "A1048576 has content far outside"),
        (workbook_of(" " * 61_000_000), "too large"),
    ],
)
def test_a_workbook_that_cannot_be_used_is_refused_with_what_to_do(data: bytes, reason: str) -> None:
    """Old, damaged, empty, with a cell at the far end that would fill the memory, or a bomb."""
    with pytest.raises(ImportRefused, match=reason):
        read_sheet(data)


def test_an_encrypted_workbook_is_refused_in_words() -> None:
    """A part with a password is not asked for one."""
    data = bytearray(workbook([["n"]]))
    for magic, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = 0
        while (start := data.find(magic, start)) >= 0:
            data[start + offset] |= 1
            start += 4
    with pytest.raises(ImportRefused, match="password"):
        read_sheet(bytes(data))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2015-03-12", date(2015, 3, 12)),
        ("2015-03-12 00:00:00", date(2015, 3, 12)),
        ("2015-03-12T00:00:00.000Z", date(2015, 3, 12)),
        ("12/03/2015", date(2015, 3, 12)),
        ("12/03/2015 00:00", date(2015, 3, 12)),
        ("1.3.2015", date(2015, 3, 1)),
        ("12-03-2015", date(2015, 3, 12)),
        ("12 Mar 2015", date(2015, 3, 12)),
        ("12-Mar-2015", date(2015, 3, 12)),
        ("2nd September 2015", date(2015, 9, 2)),
        ("2 sept 2015", date(2015, 9, 2)),
        ("42075", date(2015, 3, 12)),
        ("42075.0", date(2015, 3, 12)),
        ("29/02/2016", date(2016, 2, 29)),
        ("31/12/2099", date(2099, 12, 31)),
    ],
)
def test_dates_are_read_as_schools_and_spreadsheets_write_them(text: str, day: date) -> None:
    """ISO, day first, with the month's name, and Excel's count of days."""
    assert read_date(text) == day


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("12/3/15", "two digits"),
        ("12.3.15", "two digits"),
        ("12 Mar 15", "two digits"),
        ("03/25/2015", "day comes before the month"),
        ("30/02/2015", "day comes before the month"),
        ("2015-13-01", "day comes before the month"),
        ("12 Foo 2015", "day comes before the month"),
        ("20150312", "such as"),
        ("2015", "such as"),
        ("9999", "such as"),
        ("99999", "such as"),
        ("12/03-2015", "such as"),
        ("2015-03-11T23:00:00Z", "such as"),
        ("1/1/0001", "such as"),
        ("yesterday", "such as"),
        ("", "such as"),
        ("١٢/٠٣/٢٠١٥", "such as"),
    ],
)
def test_a_date_that_could_be_two_is_no_date(text: str, reason: str) -> None:
    """Nothing is guessed: not the century, not the order of day and month, not a time zone."""
    with pytest.raises(DateUnclear, match=reason):
        read_date(text)


@given(st.text(max_size=30) | st.from_regex(r"[0-9]{1,4}[/. -][0-9a-z]{1,4}[/. -][0-9]{1,5}", fullmatch=True))
def test_any_text_is_a_date_or_an_unclear_one(text: str) -> None:
    """No text makes anything but a day between 1900 and 2100 or the documented error."""
    with suppress(DateUnclear):
        assert date(1900, 1, 1) <= read_date(text) <= date(2100, 12, 31)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_is_understood_in_each_form(day: date) -> None:
    """What is written by machine comes back as the same day."""
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%b-%Y", "%d %B %Y"):
        assert read_date(day.strftime(form).zfill(10)) == day


@given(st.text(max_size=12) | st.from_regex("'{0,2}[=+\\-@\\t\uff1d\uff200-9a]{1,3}", fullmatch=True))
def test_a_shield_comes_off_as_it_was_put_on(cell: str) -> None:
    """No shielded cell is a formula, and every cell comes back."""
    assert unshielded(shielded(cell)) == cell
    assert shielded(cell)[:1] not in {"=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20"}
