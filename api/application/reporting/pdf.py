"""The report as a PDF of one page, written by fpdf2 (docs/decisions/0067)."""

from __future__ import annotations

from typing import Final

from anyascii import anyascii
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from api.application.reporting.governors import Report, Table

_MARGIN: Final = 14.0
_WIDTH: Final = 210 - 2 * _MARGIN
"""Millimetres of an A4 page."""
_ROW: Final = 4.3
_NUMBER: Final = 3
"""A column of numbers is a third as wide as that of words."""
_CREST: Final = 16.0


def pdf(report: Report, crest: bytes | None = None) -> bytes:
    """Return the report as a PDF: A4, its headings in the outline, its language and title given.

    Args:
        report: what it says.
        crest: the school's, as JPEG or PNG.
    """
    page = FPDF(format="A4")
    page.set_lang("en-GB")
    page.set_title(_plain(f"Photographs: report for governors, {report.span.words}"))
    page.set_creator("Gatekeeper")
    page.set_margins(_MARGIN, 12, _MARGIN)
    page.set_auto_page_break(auto=True, margin=10)
    page.add_page()
    _head(page, report, crest)
    for table in report.tables:
        _table(page, table)
    page.ln(1.5)
    _line(page, " ".join(report.notes), 8)
    return bytes(page.output())


def _head(page: FPDF, report: Report, crest: bytes | None) -> None:
    top = page.get_y()
    if crest is not None:
        page.image(crest, x=210 - _MARGIN - _CREST, y=top, w=_CREST, h=_CREST, keep_aspect_ratio=True, alt_text="Crest")
    if report.school:
        _line(page, report.school, 11)
    page.start_section("Photographs: report for governors")
    _line(page, "Photographs: report for governors", 15, bold=True)
    _line(page, f"{report.span.words}. Made {report.made}.", 9)


def _line(page: FPDF, text: str, size: float, *, bold: bool = False) -> None:
    page.set_font("Helvetica", "B" if bold else "", size)
    width = _WIDTH - _CREST - 2 if page.get_y() < 12 + _CREST else _WIDTH
    page.multi_cell(width, size * 0.45, _plain(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _table(page: FPDF, table: Table) -> None:
    page.ln(2)
    page.start_section(_plain(table.title), level=1)
    _line(page, table.title, 10.5, bold=True)
    page.set_font("Helvetica", "", 8.5)
    widths = (_NUMBER * 2, *(_NUMBER for _ in table.columns[1:]))
    align = ("LEFT", *("RIGHT" for _ in table.columns[1:]))
    with page.table(
        width=_WIDTH, col_widths=widths, text_align=align, line_height=_ROW, borders_layout="HORIZONTAL_LINES",
        headings_style=FontFace(emphasis="BOLD"), first_row_as_headings=True,
    ) as drawn:  # fmt: skip
        for cells in (table.columns, *table.rows):
            drawn.row([_plain(cell) for cell in cells])
    for note in table.notes:
        _line(page, note, 7.5)


def _plain(text: str) -> str:
    """Return a text in the letters of the fonts that every reader of PDF has; others are transliterated."""
    return "".join(one if _fits(one) else anyascii(one) for one in text)


def _fits(letter: str) -> bool:
    try:
        letter.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True
