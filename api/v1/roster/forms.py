"""Request models of version 1: the roster."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from fastapi import UploadFile
from pydantic import ConfigDict, Field

from api.v1.arrays import ListsSpelledOut
from api.v1.checks.forms import Name
from consent_db.roster import oneroster
from consent_db.roster.layout import DateOrder, Layout
from consent_db.roster.plan import Choices
from consent_db.transaction import Transaction
from gatekeeper.types import Kind


class ImportForm(ListsSpelledOut):
    """The school's list, and how to read it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"file": "(the bytes of the file)"}]})

    file: UploadFile = Field(
        description="CSV, .xlsx, or OneRoster CSV as a zip.", json_schema_extra={"format": "binary"}
    )
    plan: str | None = Field(
        default=None,
        pattern="^[0-9a-f]{64}$",
        description="`plan` of the dry run: import the list. Without it the request is a dry run.",
    )
    layout: Name | None = Field(default=None, description="The name of a saved layout: what the columns mean.")
    kind: Kind | None = Field(default=None, description="The role of all people in the file, if no column gives it.")
    number: str = Field(
        default=oneroster.IDS[0],
        json_schema_extra={"enum": list(oneroster.IDS)},
        pattern=f"^({'|'.join(oneroster.IDS)})$",
        description="OneRoster only: which column is the school's number.",
    )
    sheet: str | None = Field(
        default=None, max_length=100, description="The sheet of a workbook, if several have content."
    )
    dates: DateOrder | None = Field(
        default=None, description="The order of dates such as 03/04/2015, for columns whose own dates do not show it."
    )
    left: list[Name] = Field(
        default=[], max_length=50, description="External ids of missing people who have left; repeat the field."
    )

    def said(self, content: bytes) -> dict[str, Any]:
        """Return what tells this import from others, `plan` apart."""
        return self.model_dump(mode="json", exclude={"file", "plan"}) | {"file": hashlib.sha256(content).hexdigest()}

    def choices(self, tx: Transaction) -> Choices:
        """Return what was decided, with the layout as it is saved.

        Raises:
            NotFound: there is no such layout.
        """
        saved = tx.layouts.get(self.layout) if self.layout else Layout()
        dates = {**saved.dates, "": self.dates} if self.dates else saved.dates
        layout = replace(saved, kind=self.kind or saved.kind, dates=dates)
        return Choices(layout, leavers=frozenset(self.left), one_roster_id=self.number, sheet=self.sheet)
