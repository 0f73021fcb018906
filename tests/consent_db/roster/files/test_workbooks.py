"""Workbooks as schools have them: nothing that is not empty is read as blank."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent_db.errors import ImportRefused
from consent_db.roster.files.sandbox import Answer, read_zip
from consent_db.roster.files.sheet import SheetUnclear, read_sheet
from consent_db.roster.files.worker import respond
from consent_db.roster.rows import Roster, read_roster
from gatekeeper.media.limits import MIB, Limits
from tests.support.register import TODAY
from tests.support.rosters import workbook, workbook_of, zipped
from tests.support.workbooks import AMIRA, HEADER, text


def sheet(*rows: tuple[str, ...], after: str = "", put: dict[str, str] | None = None, attributes: str = "") -> bytes:
    """Return a workbook with our header and these rows; `put` replaces cells by their names."""
    lines = []
    for number, cells in enumerate((HEADER, *rows), 1):
        names = [f"{chr(65 + place)}{number}" for place in range(len(cells))]
        found = "".join((put or {}).get(n, text(n, cell)) for n, cell in zip(names, cells, strict=True))
        lines.append(f'<row r="{number}"{attributes if number > 1 else ""}>{found}</row>')
    return workbook_of("".join(lines), after)


def read(data: bytes) -> Roster:
    return read_roster(data, TODAY)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ('<c r="F2" t="e"><v>#N/A</v></c>', "Cell F2 (do_not_publish) shows the error #N/A"),
        ('<c r="F2" t="e"><f>VLOOKUP(A2,X:Y,2,0)</f><v>#REF!</v></c>', "F2 (do_not_publish) shows the error #REF!"),
        ('<c r="F2" t="e"/>', "Cell F2 (do_not_publish) cannot be read"),
        ('<c r="F2"><f>IF(A2,"yes","no")</f></c>', "is a formula without a result"),
        ('<c r="F2"><f>IF(A2,"yes","no")</f><v></v></c>', "is a formula without a result"),
        ('<c r="F2" t="s"><v>99</v></c>', "Cell F2 (do_not_publish) cannot be read"),
        ('<c r="F2" t="zz"><v>yes</v></c>', "Cell F2 (do_not_publish) cannot be read"),
        ('<c r="B2" t="b"><v>1</v></c>', "Cell B2 (first_name) holds TRUE or FALSE"),
        ('<c r="E2" s="1"><v>42075</v></c>', "Cell E2 (group) holds a date"),
        ('<c r="A2" s="1"><v>42075</v></c>', "Cell A2 (external_id) holds a date"),
        (text("C2", "#VALUE!"), "Cell C2 (last_name) shows the error #VALUE!"),
        (text("F2", "########"), "Cell F2 (do_not_publish) shows the error"),
    ],
)
def test_a_cell_that_says_nothing_usable_refuses_its_row_by_its_name(cell: str, reason: str) -> None:
    """Errors, formulas that were never calculated, ticks and days: by the names of cell and person."""
    place = cell[cell.index('r="') + 3 :][:2]
    roster = read(sheet(AMIRA, ("2", *AMIRA[1:]), put={place: cell}))
    assert [row.draft.external_id for row in roster.rows] == ["2"]
    (bad,) = roster.bad
    assert reason in bad.reason
    assert bad.line == 2


def test_a_tick_is_an_answer_and_an_empty_result_a_blank() -> None:
    """TRUE in a consent column is yes, and a formula whose result is no text says nothing."""
    put = {"G2": '<c r="G2" t="b"><v>1</v></c>', "F2": '<c r="F2" t="str"><f>""</f><v></v></c>'}
    (row,) = read(sheet(AMIRA, put=put)).rows
    assert ([wanted.answer for wanted in row.wishes.values()], row.do_not_publish) == ([True], None)


def test_results_of_a_workbook_that_was_never_calculated_are_not_believed() -> None:
    """Programs write nought as the result of every formula and ask Excel to calculate; nobody has yet."""
    cell = '<c r="G2"><f>A2</f><v>1</v></c>'
    parts = zipfile.ZipFile(io.BytesIO(sheet(AMIRA, put={"G2": cell})))
    files = {name: parts.read(name) for name in parts.namelist()}
    assert len(read(zipped(files)).rows) == 1
    files["xl/workbook.xml"] = files["xl/workbook.xml"].replace(b"</sheets>", b'</sheets><calcPr fullCalcOnLoad="1"/>')
    assert "formula without a result" in read(zipped(files)).bad[0].reason


@pytest.mark.parametrize("merged", ["F2:F3", "F2:G3", "E2:F3", "f2:f3", "$F$2:$F$3"])
def test_merged_cells_refuse_every_row_that_they_cover(merged: str) -> None:
    """A yes to do not publish over two rows never lists the first alone; the third is as it was."""
    put = {"F2": text("F2", "yes"), "F3": "", "G3": ""}
    after = f'<mergeCells><mergeCell ref="{merged}"/></mergeCells>'
    roster = read(sheet(AMIRA, ("2", *AMIRA[1:]), ("3", *AMIRA[1:]), put=put, after=after))
    assert ([row.draft.external_id for row in roster.rows], [bad.line for bad in roster.bad]) == (["3"], [2, 3])
    assert all("merged cells" in bad.reason for bad in roster.bad)
    assert "put the person on the list by hand" in roster.bad[0].reason


def test_hidden_rows_and_columns_are_read_and_said() -> None:
    """A filter hides people from eyes, not from an import."""
    roster = read(sheet(AMIRA, attributes=' hidden="1"', after=""))
    assert len(roster.rows) == 1
    assert any("Hidden rows are read like the others: 2" in note for note in roster.notes)


def test_several_sheets_are_asked_about_by_name_and_hidden_ones_named() -> None:
    """None is chosen silently; the one that was named is read, and the other is told."""
    parts = zipfile.ZipFile(io.BytesIO(sheet(AMIRA)))
    files = {name: parts.read(name) for name in parts.namelist()}
    files["xl/worksheets/sheet1.xml"] = files["xl/worksheets/sheet2.xml"]
    hidden = read_sheet(zipped(files))
    assert any("Hidden sheets are not read: “Notes”" in note for note in hidden.notes)
    files["xl/workbook.xml"] = files["xl/workbook.xml"].replace(b' state="hidden"', b"")
    with pytest.raises(SheetUnclear, match="“Notes”, “People”"):
        read_sheet(zipped(files))
    found = read_sheet(zipped(files), "people")
    assert (found.chosen, found.sheets) == ("People", ("Notes", "People"))
    with pytest.raises(ImportRefused, match="no sheet of that name"):
        read_sheet(zipped(files), "Staff")


def test_titles_above_the_header_are_left_out_and_said() -> None:
    """In a workbook with merged titles and in a CSV file; the lines stay those of the file."""
    rows = '<row r="1">' + text("A1", "Pupil list") + "</row>"
    for number, cells in ((3, HEADER), (4, AMIRA)):
        found = "".join(text(f"{chr(65 + place)}{number}", cell) for place, cell in enumerate(cells))
        rows += f'<row r="{number}">{found}</row>'
    merged = '<mergeCells><mergeCell ref="A1:G1"/></mergeCells>'
    for data in (workbook_of(rows, merged), f"Pupil list\n\n{','.join(HEADER)}\n{','.join(AMIRA)}\n".encode()):
        roster = read(data)
        assert [row.line for row in roster.rows] == [4]
        assert any("header is line 3" in note for note in roster.notes)


def test_formatting_to_the_last_row_is_not_content() -> None:
    """Empty cells with a style do not count, wherever they are."""
    far = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    data = zipfile.ZipFile(io.BytesIO(sheet(AMIRA)))
    files = {name: data.read(name) for name in data.namelist()}
    files["xl/worksheets/sheet2.xml"] = files["xl/worksheets/sheet2.xml"].replace(
        b"</sheetData>", far.encode() + b"</sheetData>"
    )
    assert len(read(zipped(files)).rows) == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7\n1 0 obj", "This is a PDF"),
        (b"<html><table><tr><td>external_id", "web page"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><table>", "web page"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "saved as XML"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "has a password"),
        (b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"), "Word document"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel file"),
        (zipped({"content.xml": b"<x/>", "mimetype": b"ods"}), "OpenDocument"),
        (zipped({"word/document.xml": b"<x/>"}), "Word document"),
        (zipped({"xl/workbook.bin": b"x"}), r"binary workbook \(.xlsb\)"),
        (zipped({"pupils.csv": b"x"}), "neither a workbook nor OneRoster"),
        (b'[{"external_id": 1}]', "JSON"),
        (b"\x89PNG\r\n", "a picture"),
    ],
)
def test_a_file_of_another_kind_is_named_for_what_it_is(data: bytes, reason: str) -> None:
    """And never read as columns."""
    with pytest.raises(ImportRefused, match=reason):
        read_sheet(data)


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="zz1048576"><v>1</v></c></row>',
        '<row r="1"><c r ="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r= "$XFD$1048576"><v>1</v></c></row>',
        '<row r="1"><c r="&#88;FD1048576"><v>1</v></c></row>',
        '<row r ="1048576"><c><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="a1"><v>2</v></c></row>',
        '<row r="0"><c><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c>',
    ],
)
def test_a_cell_reference_that_cannot_be_is_a_refusal(cells: str) -> None:
    """However it is written, it fills no memory and ends nothing."""
    with pytest.raises(ImportRefused):
        read_sheet(workbook_of(cells))


def test_a_process_that_wants_too_much_is_ended_and_the_file_refused() -> None:
    """Memory and time have bounds of their own, whatever the reader does."""
    large = workbook_of("".join(f"<row>{'<c><v>1</v></c>' * 600}</row>" for _ in range(500)))
    for limits in (Limits(memory=40 * MIB), Limits(wall_seconds=0.05)):
        with pytest.raises(ImportRefused):
            read_zip(large, limits=limits)


def rows_in_process(data: bytes) -> Answer:
    """Read as the process does, but here: hundreds of examples need no process each."""
    answer = respond(data, None)
    if "refused" in answer:
        raise ImportRefused(*answer["refused"])
    return Answer()


CELL = st.one_of(
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=8).map(
        lambda found: ("inlineStr", f"<is><t>{escape(found)}</t></is>")
    ),
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=8).flatmap(
        lambda found: st.sampled_from(["n", "s", "b", "e", "str", "d", "x"]).map(
            lambda kind: (kind, f"<v>{escape(found)}</v>")
        )
    ),
    st.sampled_from([("n", "<f>A1</f>"), ("n", "<f>A1</f><v/>"), ("e", ""), ("b", "<f>A1</f>"), ("n", "<v>0</v>")]),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CELL, min_size=1, max_size=4), min_size=1, max_size=4))
def test_no_cell_that_is_not_empty_is_ever_read_as_blank(rows: list[list[tuple[str, str]]]) -> None:
    """Whatever kind it claims to be and whatever is in it: there is text, or a mark and text."""
    cells = "".join(f"<row>{''.join(f'<c t={kind!r}>{inner}</c>' for kind, inner in row)}</row>" for row in rows)
    found = respond(workbook_of(cells), None)["workbook"]
    assert [len(cells) for _, cells in found["rows"]] == [len(row) for row in rows]
    assert all(text for _, cells in found["rows"] for text in cells)


DOCUMENT = workbook([["external_id", "first_name", "last_name", "kind"], ["1", "A", "B", "pupil"]])


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_mutated_workbook_is_read_or_refused(data: st.DataObject) -> None:
    """However a workbook is damaged, the answer is rows or a sentence."""
    broken = bytearray(DOCUMENT)
    for _ in range(data.draw(st.integers(1, 8))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ImportRefused):
        rows_in_process(bytes(broken))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40).map(str.encode) | st.binary(max_size=40), st.integers(0, 300))
def test_a_workbook_with_any_sheet_is_read_or_refused(junk: bytes, place: int) -> None:
    """What is in the sheet's XML does not matter either."""
    name = "xl/worksheets/sheet2.xml"
    with zipfile.ZipFile(io.BytesIO(DOCUMENT)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files[name] = files[name][:place] + junk + files[name][place:]
    with suppress(ImportRefused):
        rows_in_process(zipped(files))
