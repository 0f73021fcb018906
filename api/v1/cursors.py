"""Keyset pagination: a moment and an id as one opaque cursor."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Query

from api.http.problems import FieldProblem, Problem

Cursor = Annotated[
    str | None,
    Query(
        max_length=200,
        description="Pagination cursor: `next` of the previous page.",
        examples=["MjAyNi0xMS0yMFQwOTozMDowMCswMDowMCBjaGtf"],
    ),
]
Limit = Annotated[int, Query(ge=1, le=100, description="Maximum number of items on the page.", examples=[20])]


def cursor_of(at: datetime, row: str) -> str:
    """Return the cursor that stands behind a row."""
    return base64.urlsafe_b64encode(f"{at.isoformat()} {row}".encode()).rstrip(b"=").decode()


def read_cursor(cursor: str | None) -> tuple[datetime, str] | None:
    """Return the moment and id that a cursor stands behind; None for the beginning.

    Raises:
        Problem: 422, it is none.
    """
    if cursor is None:
        return None
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at, _, row = plain.partition(" ")
        moment = datetime.fromisoformat(at)
    except (ValueError, binascii.Error):
        moment = None
    if moment is None or moment.tzinfo is None:
        detail = "Begin again without a cursor, and hand back the one that the page before gave."
        problem = Problem("invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, detail)
        problem.errors = [FieldProblem(field="cursor", detail="This is no cursor of this list.")]
        raise problem
    return moment, row
