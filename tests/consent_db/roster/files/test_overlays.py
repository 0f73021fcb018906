"""What lies on a cell, and how it is shown, is never read as a blank or as something else than people see."""

from __future__ import annotations

import pytest

from consent_db.errors import ImportRefused
from consent_db.roster.files import sandbox
from consent_db.roster.files.formats import silent
from consent_db.roster.rows import Roster, read_roster
from tests.support.register import TODAY
from tests.support.rosters import workbook_of
from tests.support.workbooks import AMIRA, HEADER, text

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DNP, CONSENT = 5, 6


def sheet(kind: str = "", part: bytes = b"", *, put: dict[str, str] | None = None, styles: str = "") -> bytes:
    """Return a workbook with one pupil, whose sheet refers to a part of this kind; `put` replaces cells."""
    rows = []
    for number, cells in enumerate((HEADER, AMIRA), 1):
        names = [f"{chr(65 + at)}{number}" for at in range(len(cells))]
        found = (({"F2": ""} | (put or {})).get(n, text(n, cell)) for n, cell in zip(names, cells, strict=True))
        rows.append(f'<row r="{number}">{"".join(found)}</row>')
    relation = f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="../the.part"/>' if kind else ""
    parts = {
        "xl/worksheets/_rels/sheet2.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relation}</Relationships>'.encode(),
        "xl/the.part": part,
    }
    if styles:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'.encode()
    return workbook_of("".join(rows), parts=parts)


def read(data: bytes) -> Roster:
    return read_roster(data, TODAY)


def comments(*cells: str) -> bytes:
    listed = "".join(f'<comment ref="{cell}"><text><t>court order</t></text></comment>' for cell in cells)
    return f'<comments xmlns="{MAIN}"><commentList>{listed}</commentList></comments>'.encode()


def drawn(line: int, column: int) -> bytes:
    corner = f"<col>{column}</col><colOff>0</colOff><row>{line}</row><rowOff>0</rowOff>"
    return f'<wsDr xmlns="{DRAWING}"><oneCellAnchor><from>{corner}</from></oneCellAnchor></wsDr>'.encode()


def control(kind: str, line: int, column: int) -> bytes:
    anchor = f"{column}, 0, {line}, 0, {column}, 9, {line}, 9"
    return f'<xml><br><x:ClientData ObjectType="{kind}"><x:Anchor>{anchor}</x:Anchor></x:ClientData></xml>'.encode()


@pytest.mark.parametrize(
    ("kind", "part", "reason"),
    [
        ("comments", comments("F2"), "Cell F2 (do_not_publish) is blank, but has a comment"),
        ("drawing", drawn(1, DNP), "Cell F2 (do_not_publish) is blank, but a tick box, picture or drawing"),
        ("vmlDrawing", control("Checkbox", 1, DNP), "Cell F2 (do_not_publish) is blank, but a tick box"),
    ],
)
def test_a_blank_cell_that_something_lies_on_refuses_its_row(kind: str, part: bytes, reason: str) -> None:
    """A comment, a floating tick box and a drawn tick are answers that the cell does not hold."""
    found = read(sheet(kind, part))
    assert not found.rows
    assert found.bad[0].reason.startswith(reason)


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("drawing", drawn(0, DNP)),
        ("drawing", drawn(1, DNP + 5)),
        ("drawing", drawn(1, CONSENT)),
        ("vmlDrawing", control("Note", 1, DNP)),
        ("comments", comments("F1")),
    ],
)
def test_what_lies_elsewhere_refuses_nothing(kind: str, part: bytes) -> None:
    """A crest above the list, a shape beside it or on a cell with content, the frame of a comment."""
    assert len(read(sheet(kind, part)).rows) == 1


def test_a_comment_on_an_answer_is_said() -> None:
    """*Withdrawn by telephone* may hang on a yes."""
    [row] = read(sheet("comments", comments("G2"))).rows
    assert any("Cell G2 (consent_website) has a comment" in note for note in row.notes)


STRUCK = '<fonts><font/><font><strike/></font></fonts><fills/><cellXfs><xf fontId="0"/><xf fontId="1"/></cellXfs>'
RICH = '<c r="G2" t="inlineStr"><is><r><rPr><strike/></rPr><t>yes</t></r><r><t> no</t></r></is></c>'


@pytest.mark.parametrize("cell", [RICH, '<c r="G2" s="1" t="inlineStr"><is><t>yes</t></is></c>'])
def test_what_is_struck_through_does_not_hold(cell: str) -> None:
    """As a whole or in part."""
    found = read(sheet(put={"G2": cell}, styles=STRUCK))
    assert "is struck through" in found.bad[0].reason


@pytest.mark.parametrize(
    ("code", "without"),
    [
        (";;;", "+-0"),
        ('"yes";"no";"no"', "+-0"),
        ('"yes";-0;0', "+"),
        ('[=1]"\u2713";[=0]"";General', "+-"),
        ("#,##0_);[Red](#,##0)", ""),
        ("General", ""),
        ("0;-0;;@", "0"),
        ("dd/mm/yyyy;@", ""),
        ("[h]:mm", ""),
        (None, ""),
    ],
)
def test_a_format_that_shows_something_else_than_the_number_is_known(code: str | None, without: str) -> None:
    """By the sign of the number, as a format has a part for each."""
    assert silent(code) == without


def test_a_number_that_is_shown_as_words_is_not_read() -> None:
    """A nought shown as *yes* is no no."""
    styles = (
        f'<numFmts><numFmt numFmtId="170" formatCode="{"&quot;no&quot;;&quot;no&quot;;&quot;yes&quot;"}"/></numFmts>'
    )
    styles += '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs>'
    found = read(sheet(put={"F2": '<c r="F2" s="1"><v>0</v></c>'}, styles=styles))
    assert "Cell F2 (do_not_publish) cannot be read" in found.bad[0].reason


@pytest.mark.parametrize("answer", [".", "!", "...", "\u200b", "\u2713", "?", "see office", "None", "\u2800", "-"])
def test_an_answer_that_is_none_is_never_a_blank(answer: str) -> None:
    """Whatever stands in the cell, it refuses the row and says to look."""
    found = read(sheet(put={"F2": text("F2", answer)}))
    assert not found.rows
    assert "do_not_publish" in found.bad[0].reason


def test_a_quotation_mark_that_swallows_rows_is_refused() -> None:
    """Even in a column that is not read; several lines of text in a cell are none."""
    head = "external_id,first_name,last_name,kind,do_not_publish,evidence\n"
    swallowed = '1,Ann,Lee,pupil,,"see\n2,Bea,Fox,pupil,yes,\n3,Cy,Ray,pupil,,x"\n'
    with pytest.raises(ImportRefused, match="quotation mark"):
        read((head + swallowed).encode())
    assert "line breaks" in read((head + '1,Ann,Lee,pupil,,"see, file\nor ask"\n').encode()).bad[0].reason


def test_an_installation_without_a_filter_says_so_at_every_file(caplog: pytest.LogCaptureFixture) -> None:
    """With the setting, workbooks are opened with limits alone."""
    sandbox.without_filter(allowed=True)
    try:
        assert len(read(sheet()).rows) == 1
    finally:
        sandbox.without_filter(allowed=False)
    assert "without a filter of system calls" in caplog.text
