"""One sheet of a workbook, read from its XML as it is written. Runs in the limited process.

Libraries that read workbooks hand a cell with an error, a formula that was never
calculated and a cell covered by a merged one out as blank. A blank takes consent back
and says nothing of the do-not-publish list, so here every cell that is not empty comes
out with text, or with a `Mark` that says what is wrong with it.
Source: ECMA-376 part 1, 18.3 (worksheets).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from consent_db.errors import ImportRefused
from consent_db.roster.files.archive import damaged
from consent_db.roster.files.formats import Shown, clock, moment, text_of

LAST_LINE: Final = 20_000
LAST_COLUMN: Final = 702
"""The column ZZ."""
MOST_CELLS: Final = 400_000
MOST_LETTERS: Final = 8_000_000

_REFERENCE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ERROR: Final = re.compile(r"#[A-ZÄÖÜÉ0-9/_]{1,20}[!?]?")
_ISO_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?", re.ASCII)

ERROR, NO_RESULT, MERGED, UNREADABLE = "error", "no_result", "merged", "unreadable"
STRUCK, COMMENTED, COVERED, SERIAL = "struck", "commented", "covered", "serial"
TRUTH, DAY, TIME = "truth", "day", "time"

Place = tuple[int, int]
"""Line from 1 and column from 0."""


@dataclass(frozen=True, slots=True)
class Format:
    """What a style makes of a number: what it is shown as, and how many digits it has at least."""

    shown: Shown
    width: int
    silent: str = ""
    """For which numbers it shows something else than the number; see `formats.silent`."""
    struck: bool = False
    """Whether what it shows is struck through."""


@dataclass(frozen=True, slots=True)
class Book:
    """What the cells of all sheets refer to."""

    strings: Sequence[str]
    formats: Sequence[Format]
    from_1904: bool
    struck: frozenset[int]
    """Which strings are struck through, at least in part."""
    stale: bool
    """Whether the workbook asks to be calculated before it is shown, so that results in it say nothing."""


@dataclass(slots=True)
class Grid:
    """The cells of a sheet that are not empty, and what is special about some of them."""

    cells: dict[Place, str] = field(default_factory=dict)
    marks: dict[Place, tuple[str, str]] = field(default_factory=dict)
    hidden_lines: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    letters: int = 0

    def put(self, place: Place, text: str, mark: tuple[str, str] | None = None) -> None:
        """Keep one cell.

        Raises:
            ImportRefused: it lies too far out, was there before, or is one too many.
        """
        line, column = place
        if line > LAST_LINE or column >= LAST_COLUMN:
            raise ImportRefused(f"Cell {name_of(place)} has content far outside a list of people; delete it.", 1)
        if place in self.cells:
            raise ImportRefused(f"Cell {name_of(place)} is in the workbook twice; save it again in Excel.", 1)
        self.letters += len(text)
        if len(self.cells) >= MOST_CELLS or self.letters > MOST_LETTERS:
            raise ImportRefused("The sheet is too large; keep the people and the columns that are needed.", 1)
        self.cells[place] = text
        if mark is not None:
            self.marks[place] = mark


@dataclass(slots=True)
class _Cell:
    place: Place
    kind: str
    style: int
    value: list[str] | None = None
    inline: list[str] | None = None
    formula: bool = False
    struck: bool = False


class Reader:
    """Takes the XML of one sheet and gives its grid."""

    def __init__(self, book: Book, *, first_only: bool = False) -> None:
        self.grid = Grid()
        self._book = book
        self._first_only = first_only
        self._parser = parser(self._start, self._end, self._text)
        self._cell: _Cell | None = None
        self._into: list[str] | None = None
        self._phonetic = 0
        self._line = self._column = 0
        self._merged: list[tuple[Place, Place]] = []
        self._starts: Mapping[str, Callable[[Mapping[str, str]], None]] = {
            "row": self._row, "c": self._open_cell, "mergeCell": self._merge, "col": self._columns,
        }  # fmt: skip

    def read(self, blocks: Iterable[bytes]) -> Grid:
        """Read the whole sheet, or with `first_only` until there is any content.

        Raises:
            ImportRefused: it is damaged or too large.
        """
        feed(self._parser, self._wanted(blocks), whole=not self._first_only)
        lines = sorted({line for line, _ in self.grid.cells})
        for first, last in self._merged:
            self._cover(first, last, lines)
        return self.grid

    def _wanted(self, blocks: Iterable[bytes]) -> Iterable[bytes]:
        for block in blocks:
            yield block
            if self._first_only and self.grid.cells:
                return

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._cell is not None:
            self._inside(self._cell, name, attributes)
        elif name in self._starts:
            self._starts[name](attributes)

    def _inside(self, cell: _Cell, name: str, attributes: Mapping[str, str]) -> None:
        if name == "f":
            cell.formula = True
        elif name == "v":
            self._into = cell.value = cell.value or []
        elif name == "is":
            cell.inline = cell.inline or []
        elif name == "rPh":
            self._phonetic += 1
        elif name == "strike" and is_on(attributes):
            cell.struck = True
        elif name == "t" and not self._phonetic:
            self._into = cell.inline

    def _end(self, name: str) -> None:
        if self._cell is None:
            return
        if name in {"v", "t"}:
            self._into = None
        elif name == "rPh":
            self._phonetic -= 1
        elif name == "c":
            self._close(self._cell)
            self._cell = None

    def _text(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)

    def _row(self, attributes: Mapping[str, str]) -> None:
        said = attributes.get("r", "")
        number = int(said) if re.fullmatch("[1-9][0-9]{0,6}", said, re.ASCII) else 0
        if said and not number:
            raise ImportRefused("The workbook has a row without a proper number; save it again in Excel.", 1)
        self._line, self._column = number or self._line + 1, 0
        if attributes.get("hidden") in {"1", "true"} or attributes.get("ht") in {"0", "0.0"}:
            self.grid.hidden_lines.append(self._line)

    def _columns(self, attributes: Mapping[str, str]) -> None:
        if attributes.get("hidden") in {"1", "true"} or attributes.get("width") in {"0", "0.0"}:
            try:
                first, last = int(attributes["min"]), int(attributes["max"])
            except (KeyError, ValueError):
                raise damaged() from None
            self.grid.hidden_columns += range(first - 1, min(last, LAST_COLUMN))

    def _open_cell(self, attributes: Mapping[str, str]) -> None:
        said = attributes.get("r")
        place = (self._line, self._column) if said is None else place_of(said)
        if place[0] != self._line:
            raise ImportRefused(f"Cell {name_of(place)} stands in another row; save the workbook again in Excel.", 1)
        self._column = place[1] + 1
        style = attributes.get("s", "0")
        self._cell = _Cell(place, attributes.get("t", "n"), int(style) if style.isdecimal() else 0)

    def _merge(self, attributes: Mapping[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        self._merged.append((place_of(first), place_of(last or first)))

    def _close(self, cell: _Cell) -> None:
        inline = None if cell.inline is None else unescaped("".join(cell.inline))
        value = None if cell.value is None else "".join(cell.value)
        if cell.formula and (self._book.stale or value is None or (not value and cell.kind != "str")):
            self.grid.put(cell.place, "#FORMULA", (NO_RESULT, ""))
        elif inline or value:
            text, mark = self._content(cell, inline, value or "")
            problem = mark is not None and mark[0] in {ERROR, UNREADABLE}
            self.grid.put(cell.place, text, mark if problem or not self._is_struck(cell, value or "") else (STRUCK, ""))
        elif cell.kind == "e" or (value is not None and cell.kind in {"s", "b"}):
            self.grid.put(cell.place, "#UNREADABLE", (UNREADABLE, ""))

    def _is_struck(self, cell: _Cell, value: str) -> bool:
        formats, number = self._book.formats, value.strip()
        styled = cell.style < len(formats) and formats[cell.style].struck
        return styled or cell.struck or (cell.kind == "s" and number.isdecimal() and int(number) in self._book.struck)

    def _content(  # noqa: PLR0911, one for each kind of cell
        self, cell: _Cell, inline: str | None, value: str
    ) -> tuple[str, tuple[str, str] | None]:
        if inline and (cell.kind == "inlineStr" or not value):
            return inline, None
        bare = value.strip()
        match cell.kind:
            case "e":
                return "#ERROR", (ERROR, value if _ERROR.fullmatch(value) else "")
            case "str":
                return unescaped(value), None
            case "b" if bare in {"0", "1"}:
                return "yes" if bare == "1" else "no", (TRUTH, "")
            case "s" if bare.isdecimal() and int(bare) < len(self._book.strings):
                return self._book.strings[int(bare)], None
            case "d" if _ISO_DAY.fullmatch(bare):
                return bare.replace("T", " "), (DAY, "")
            case "n" if _NUMBER.fullmatch(bare):
                return self._number(cell.style, float(bare))
        return "#UNREADABLE", (UNREADABLE, "")

    def _number(self, style: int, value: float) -> tuple[str, tuple[str, str] | None]:
        found = self._book.formats[style] if style < len(self._book.formats) else Format(Shown.NUMBER, 0)
        if ("0" if value == 0 else "+" if value > 0 else "-") in found.silent:
            return "#UNREADABLE", (UNREADABLE, "")
        if found.shown is Shown.DAY and (day := moment(value, from_1904=self._book.from_1904)):
            return day, (DAY, "")
        if found.shown is Shown.TIME and 0 <= value < 1:
            return clock(value), (TIME, "")
        if value in {float("inf"), float("-inf")}:
            return "#UNREADABLE", (UNREADABLE, "")
        return text_of(value, found.width), (SERIAL, "") if self._book.from_1904 else None

    def _cover(self, first: Place, last: Place, lines: Sequence[int]) -> None:
        """Mark what a merged cell covers, in the lines that have any content, if it has content itself."""
        if first == last or not self.grid.cells.get(first, "").strip():
            return
        name = f"{name_of(first)}:{name_of(last)}"
        for line in lines[bisect_left(lines, first[0]) : bisect_right(lines, last[0])]:
            for column in range(first[1], min(last[1], LAST_COLUMN - 1) + 1):
                if last[0] > first[0] or column > first[1]:
                    self.grid.cells.setdefault((line, column), "#MERGED")
                    self.grid.marks[line, column] = (MERGED, name)


def parser(
    start: Callable[[str, Mapping[str, str]], None], end: Callable[[str], None], text: Callable[[str], None]
) -> expat.XMLParserType:
    """Return a parser that tells elements and attributes by their local names and takes no document types.

    Attributes in a namespace keep it, so that `r:id` is not taken for `id`.
    """
    made = expat.ParserCreate(namespace_separator=" ")
    made.buffer_text = True
    made.StartElementHandler = lambda name, attributes: start(name.rpartition(" ")[2], attributes)
    made.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
    made.CharacterDataHandler = text
    made.StartDoctypeDeclHandler = _no_document_type
    return made


def feed(made: expat.XMLParserType, blocks: Iterable[bytes], *, whole: bool = True) -> None:
    """Give all blocks to a parser.

    Args:
        made: from `parser`.
        blocks: the document, piece by piece.
        whole: whether the document has to end with them.

    Raises:
        ImportRefused: it is no well-formed XML, or it was cut off.
    """
    try:
        for block in blocks:
            made.Parse(block, False)
        if whole:
            made.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError):
        raise damaged() from None


def is_on(attributes: Mapping[str, str]) -> bool:
    """Say whether an element such as `strike` switches on what it names."""
    return attributes.get("val", "1") not in {"0", "false"}


def place_of(reference: str) -> Place:
    """Return the place that a cell's name stands for, whatever its letters' case.

    Raises:
        ImportRefused: it is no name of a cell.
    """
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise ImportRefused("The workbook has a cell without a proper name; save it again in Excel.", 1)
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column - 1


def name_of(place: Place) -> str:
    """Return a cell's name: `G2` for the second line of the seventh column."""
    line, column = place
    letters = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        letters, column = chr(ord("A") + rest) + letters, column - 1
    return f"{letters}{line}"


def unescaped(text: str) -> str:
    """Return text without the escapes of control characters, such as `_x000D_`."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _no_document_type(*_: object) -> None:
    raise damaged()
