"""A workbook (.xlsx, .xlsm) taken apart: its sheets, shared strings and number formats. Runs in the limited process.

Source: ECMA-376 part 1, 12 (parts), 18.2 (workbook), 18.4 (shared strings), 18.8 (styles).
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from consent_db.errors import ImportRefused
from consent_db.roster.files.archive import Archive, damaged
from consent_db.roster.files.formats import digits, shown_as, silent
from consent_db.roster.files.overlays import mark_overlays
from consent_db.roster.files.worksheet import Book, Format, Grid, Reader, feed, is_on, parser, unescaped

_WORKBOOK: Final = "xl/workbook.xml"
_RELATED: Final = "{}/_rels/{}.rels"
_MOST_STRINGS: Final = 500_000
_MOST_SHEETS: Final = 60
_OTHERS: Final[Mapping[str, str]] = {
    "xl/workbook.bin": "a binary workbook (.xlsb)",
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a presentation",
    "content.xml": "an OpenDocument file (.ods)",
    "index/document.iwa": "a file of Apple Numbers or Pages",
    "doc.kml": "a map",
}
_SAVE: Final = "Save the list as .xlsx or as CSV UTF-8."

Element = tuple[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Found:
    """The sheet that was read, and the names of those that were not.

    Attributes:
        chosen: the sheet's name; empty if none has content or several have and none was named.
        visible: sheets with content that people see.
        hidden: sheets with content that they do not see.
    """

    chosen: str
    visible: Sequence[str]
    hidden: Sequence[str]
    grid: Grid


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    part: str
    visible: bool


def refuse_others(archive: Archive) -> None:
    """Refuse a zip that is a document of another kind.

    Raises:
        ImportRefused: it is; named for what it is.
    """
    for part, name in _OTHERS.items():
        if part in archive.names:
            raise ImportRefused(f"This is {name}, which is not read. {_SAVE}", 1)


def is_workbook(archive: Archive) -> bool:
    """Say whether a zip is an Excel workbook of today."""
    return _main(archive) is not None


def read(archive: Archive, wanted: str | None) -> Found:
    """Read the one sheet that has content, or the one that was named.

    Raises:
        ImportRefused: the workbook is damaged or too large, or has no sheet of that name.
    """
    main = _main(archive)
    if main is None:
        raise damaged()
    targets = _relations(archive, main)
    elements = _elements(archive, main)
    sheets = _sheets(elements, targets)
    book = _book(archive, elements, targets)
    full = [sheet for sheet in sheets if Reader(book, first_only=True).read(archive.blocks(sheet.part)).cells]
    visible = [sheet.name for sheet in full if sheet.visible]
    hidden = [sheet.name for sheet in full if not sheet.visible]
    chosen = _chosen(full, visible, wanted)
    grid = Reader(book).read(archive.blocks(chosen.part)) if chosen else Grid()
    if chosen:
        mark_overlays(grid, archive, _relations(archive, chosen.part).values())
    return Found(chosen.name if chosen else "", visible, hidden, grid)


def _chosen(full: Sequence[_Sheet], visible: Sequence[str], wanted: str | None) -> _Sheet | None:
    if wanted is None:
        seen = [sheet for sheet in full if sheet.visible]
        return seen[0] if len(seen) == 1 else None
    for same in (str, str.casefold):
        found = [sheet for sheet in full if same(sheet.name) == same(wanted.strip())]
        if len(found) == 1:
            return found[0]
    there = ", ".join(f"“{name}”" for name in visible) or "none"
    raise ImportRefused(f"The workbook has no sheet of that name with content. Those with content: {there}.", 1)


def _main(archive: Archive) -> str | None:
    """Return the workbook's own part: where the package says that it is, or in its usual place."""
    if "_rels/.rels" in archive.names:
        for name, attributes in _elements(archive, "_rels/.rels"):
            target = _joined("", attributes.get("Target", ""))
            if name == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
                return target if _is_main(archive, target) else None
    return _WORKBOOK if _WORKBOOK in archive.names else None


def _is_main(archive: Archive, part: str) -> bool:
    named = posixpath.basename(part).casefold()
    return part.casefold() in archive.names and named.startswith("workbook") and named.endswith(".xml")


def _relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Return what a part refers to: the kind of each relation and its target, by the relation's id."""
    folder, name = posixpath.split(part)
    rels = _RELATED.format(folder, name)
    if rels.casefold() not in archive.names:
        return {}
    found = [attributes for name, attributes in _elements(archive, rels) if name == "Relationship"]
    return {
        one.get("Id", ""): (one.get("Type", "").rpartition("/")[2], _joined(folder, one.get("Target", "")))
        for one in found
        if one.get("TargetMode") != "External"
    }


def _joined(folder: str, target: str) -> str:
    plain = target.replace("\\", "/")
    return posixpath.normpath(plain.lstrip("/") if plain.startswith("/") else posixpath.join(folder, plain))


def _sheets(elements: Sequence[Element], targets: Mapping[str, tuple[str, str]]) -> list[_Sheet]:
    sheets = []
    for name, attributes in elements:
        if name == "sheet":
            related = [value for key, value in attributes.items() if key.endswith(" id")]
            kind, part = targets.get(related[0], ("", "")) if related else ("", "")
            if kind == "worksheet":
                visible = attributes.get("state", "visible") == "visible"
                sheets.append(_Sheet(attributes.get("name", ""), part, visible))
    if not sheets or len(sheets) > _MOST_SHEETS:
        raise damaged()
    return sheets


def _book(archive: Archive, elements: Sequence[Element], targets: Mapping[str, tuple[str, str]]) -> Book:
    parts = {kind: part for kind, part in targets.values() if part.casefold() in archive.names}
    said = {name: attributes for name, attributes in elements if name in {"workbookPr", "calcPr"}}
    strings, struck = _strings(archive, parts["sharedStrings"]) if "sharedStrings" in parts else ([], frozenset())
    return Book(
        strings=strings,
        struck=struck,
        formats=_formats(_elements(archive, parts["styles"])) if "styles" in parts else (),
        from_1904=said.get("workbookPr", {}).get("date1904") in {"1", "true"},
        stale=said.get("calcPr", {}).get("fullCalcOnLoad") in {"1", "true"},
    )


def _formats(elements: Sequence[Element]) -> list[Format]:
    codes: dict[int, str] = {}
    formats: list[Format] = []
    fonts: list[bool] = []
    within = in_fonts = False
    for name, attributes in elements:
        number = attributes.get("numFmtId", "0")
        number_id = int(number) if number.isdecimal() else 0
        if name in {"fonts", "fills"}:
            in_fonts = name == "fonts"
        elif name == "font" and in_fonts:
            fonts.append(False)
        elif name == "strike" and in_fonts and fonts:
            fonts[-1] = is_on(attributes)
        elif name == "numFmt":
            codes[number_id] = attributes.get("formatCode", "")
        elif name in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            within = name == "cellXfs"
        elif name == "xf" and within:
            code = codes.get(number_id)
            font = attributes.get("fontId", "")
            struck = font.isdecimal() and int(font) < len(fonts) and fonts[int(font)]
            formats.append(Format(shown_as(number_id, code), digits(code), silent(code), struck))
    return formats


def _strings(archive: Archive, part: str) -> tuple[list[str], frozenset[int]]:
    """Return the strings that cells refer to by number, without how they are pronounced; and which are struck."""
    strings: list[str] = []
    open_: list[str] = []
    inside: list[str] = []
    struck: set[int] = set()

    def start(name: str, attributes: Mapping[str, str]) -> None:
        open_.append(name)
        if name == "si":
            inside.clear()
        elif name == "strike" and is_on(attributes):
            struck.add(len(strings))

    def end(name: str) -> None:
        open_.pop()
        if name == "si":
            strings.append(unescaped("".join(inside)))
            if len(strings) > _MOST_STRINGS:
                raise ImportRefused("The workbook is too large; keep one sheet with the people only.", 1)

    def text(content: str) -> None:
        if open_ and open_[-1] == "t" and "rPh" not in open_:
            inside.append(content)

    feed(parser(start, end, text), archive.blocks(part))
    return strings, frozenset(struck)


def _elements(archive: Archive, part: str) -> list[Element]:
    """Return the elements of a small part in the order in which they begin."""
    found: list[Element] = []
    feed(parser(lambda name, attributes: found.append((name, attributes)), lambda _: None, lambda _: None),
         archive.blocks(part))  # fmt: skip
    return found
