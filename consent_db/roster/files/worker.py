"""The process that opens one zip file, closed in before it looks at it (`gatekeeper.media.sandbox.jail`).

A line of JSON and the file come in at descriptor 0, one line of JSON goes out at
descriptor 1: `refused`, `workbook`, `bundle` or `other`. What cannot be closed in opens nothing.
"""

from __future__ import annotations

import encodings.cp437
import encodings.cp1252
import encodings.latin_1
import encodings.utf_8_sig
import encodings.utf_16
import encodings.utf_16_be
import encodings.utf_16_le
import gc
import json
import os
import sys
from collections.abc import Mapping
from typing import Any, Final

from consent_db.errors import ImportRefused
from consent_db.roster.files import bundle_csv, workbook
from consent_db.roster.files.archive import Archive
from gatekeeper.media.limits import Limits
from gatekeeper.media.sandbox import jail

UNPROTECTED: Final = 3
"""The exit status of a process that could not be closed in, and so opened nothing."""

_ = (encodings.cp437, encodings.cp1252, encodings.latin_1, encodings.utf_8_sig, encodings.utf_16)
_ = (encodings.utf_16_be, encodings.utf_16_le)  # type: ignore[assignment]  # nothing can be imported in there


def main() -> None:  # pragma: no cover - the process leaves no trace
    """Answer the one request at descriptor 0, and end."""
    status = 1
    try:
        head, _, data = os.pread(0, os.fstat(0).st_size, 0).partition(b"\n")
        order = json.loads(head)
        gc.disable()
        status = UNPROTECTED
        jail.enter(Limits(**order["limits"]), order["parent"])
        status = 1
        answer = json.dumps(respond(data, order["sheet"]), ensure_ascii=False).encode(errors="surrogatepass")
        while answer:
            answer = answer[os.write(1, answer) :]
        status = 0
    finally:
        sys.stdout = sys.stderr = None
        os._exit(status)


def respond(data: bytes, sheet: str | None) -> dict[str, Any]:
    """Read a zip file: a workbook, a OneRoster bundle or neither."""
    try:
        archive = Archive(data)
        if workbook.is_workbook(archive):
            return {"workbook": _rows(workbook.read(archive, sheet))}
        if bundle_csv.USERS in bundle_csv.members(archive):
            return {"bundle": bundle_csv.read(archive)}
        workbook.refuse_others(archive)
    except ImportRefused as refused:
        return {"refused": [refused.message, refused.line]}
    except MemoryError:
        return {"refused": ["The file is too large; keep one sheet with the people only.", 1]}
    return {"other": sorted(archive.names)[:1]}


def _rows(found: workbook.Found) -> Mapping[str, Any]:
    lines: dict[int, dict[int, str]] = {}
    for (line, column), text in found.grid.cells.items():
        lines.setdefault(line, {})[column] = text
    rows = [[line, [cells.get(at, "") for at in range(max(cells) + 1)]] for line, cells in sorted(lines.items())]
    marks = [[line, column, *mark] for (line, column), mark in sorted(found.grid.marks.items())]
    return {
        "chosen": found.chosen,
        "visible": found.visible,
        "hidden": found.hidden,
        "rows": rows,
        "marks": marks,
        "hidden_lines": [line for line in found.grid.hidden_lines if line in lines],
        "hidden_columns": sorted({c for c in found.grid.hidden_columns if any(c in cells for cells in lines.values())}),
    }
