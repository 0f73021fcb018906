"""The imports that were made, as a table: what each did, who made it, and which rows it left out."""

from __future__ import annotations

from typing import Final

from api.application.services import Services
from api.web.register.imports.made import ImportView, import_view
from api.web.tables import Cell, Column, Filter, Layout, Listing, Row
from consent_db.transaction import Transaction
from gatekeeper.naming import natural_key

PATH: Final = "/admin/imports"
_STATE: Final = {"holds": "In force", "undone": "Undone", "left-out": "Left rows out"}


def import_table(services: Services, tx: Transaction) -> Listing[ImportView]:
    """Return all imports, the newest first."""
    kept = tx.left_out.counts()
    views = [import_view(services, tx, record, kept.get(record.number, 0)) for record in tx.imports.all()]
    return Listing(_LAYOUT, views, _row, lambda one: (one.at, one.did, one.by), _passes)


_LAYOUT: Final = Layout(
    path=PATH,
    columns=(
        Column("at", "Import", lambda one: one.number, latest_first=True),
        Column("did", "What it did"),
        Column("left", "Left out", lambda one: one.left_out, latest_first=True),
        Column("by", "By", lambda one: natural_key(one.by)),
        Column("state", "State", lambda one: one.undone is not None),
    ),
    filters=(Filter("state", "State", _STATE),),
    sort="at",
    noun=("import", "imports"),
    form=f"{PATH}/found",
)


def _passes(one: ImportView, _: str, value: str) -> bool:
    if value == "left-out":
        return one.left_out > 0
    return (one.undone is not None) is (value == "undone")


def _row(one: ImportView) -> Row:
    made = f"{PATH}/made/{one.number}"
    seen = f"See {'it' if one.kept == 1 else 'them'}"
    left = Cell(seen, f"{made}#left-out") if one.kept else Cell(str(one.left_out or ""))
    return Row((
        Cell(one.at, made),
        Cell(one.did),
        left,
        Cell(one.by),
        Cell("Undone" if one.undone else "In force", note=f"undone {one.undone}" if one.undone else ""),
    ))  # fmt: skip
