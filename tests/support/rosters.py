"""Roster files as schools make them, for the tests of the import."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import timedelta
from xml.sax.saxutils import escape

from consent_db import Store, roster_import
from consent_db.people.records import Change, PersonRecord
from consent_db.roster.plan import Choices, Plan
from gatekeeper.consent.permission import Party, Stance, Subject
from tests.support.register import ADMIN, NOW

Files = str | bytes | Mapping[str, bytes]
Value = str | int | float | bool

SHORT = "external_id,first_name,last_name,kind,date_of_birth,consent_website"


def load(store: Store, data: Files, days: float = 0, choices: Choices | None = None) -> tuple[Plan, Change]:
    """Plan an import and carry it out, some days after the school began."""
    with store.transaction(ADMIN, NOW + timedelta(days=days)) as tx:
        planned = roster_import.plan(data, tx, choices)
        return planned, roster_import.apply(planned, tx)


def person(store: Store, external_id: str = "P-1") -> PersonRecord:
    with store.reading(ADMIN, NOW) as tx:
        record = tx.people.by_external_id(external_id)
    assert record is not None
    return record


def words(store: Store, external_id: str = "P-1") -> list[tuple[Party, Subject, str, Stance]]:
    """Return what was said about somebody, oldest first."""
    with store.reading(ADMIN, NOW) as tx:
        record = tx.people.by_external_id(external_id)
        assert record is not None
        kept = [record.statement for record in tx.consent.statements(record.id)]
    return [(said.party, said.subject, said.scope, said.stance) for said in kept]


def rows(*lines: str, header: str = SHORT) -> str:
    return "\n".join([header, *lines]) + "\n"


def workbook(cells: Sequence[Sequence[Value]], state: str = "visible") -> bytes:
    """Return an .xlsx file with one sheet after a hidden one; `date:` before a number makes it a day."""
    lines = []
    for number, row in enumerate(cells, 1):
        found = "".join(_cell(f"{chr(65 + place)}{number}", value) for place, value in enumerate(row))
        lines.append(f'<row r="{number}">{found}</row>')
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    sheet = f"{package}/relationships"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{sheet}"><Relationship Id="r1" Type="{office}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="Notes" sheetId="1" state="hidden" r:id="r1"/>'
        f'<sheet name="People" sheetId="2" state="{state}" r:id="r2"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{sheet}">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{office}/worksheet" Target="worksheets/sheet2.xml"/>'
        f'<Relationship Id="r3" Type="{office}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        "</styleSheet>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData/></worksheet>',
        "xl/worksheets/sheet2.xml": f'<worksheet xmlns="{main}"><sheetData>{"".join(lines)}</sheetData></worksheet>',
    }
    return zipped({name: text.encode() for name, text in files.items()})


def workbook_of(cells: str, after: str = "", *, parts: Mapping[str, bytes] | None = None) -> bytes:
    """Return an .xlsx file whose visible sheet has this XML as its rows, and this after them."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData>{after}</worksheet>'
    with zipfile.ZipFile(io.BytesIO(workbook([["n"]]))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**files, "xl/worksheets/sheet2.xml": text.encode(), **(parts or {})})


def zipped(files: Mapping[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def _cell(place: str, value: Value) -> str:
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str) and value.startswith("date:"):
        return f'<c r="{place}" s="1"><v>{value.removeprefix("date:")}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'
