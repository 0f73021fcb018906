"""Conditional requests with `If-None-Match` (RFC 9110, 13.1.2)."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import Annotated

from fastapi import Header
from fastapi.responses import Response

IfNoneMatch = Annotated[
    str | None,
    Header(
        max_length=1_000,
        description="Conditional request: the `ETag` of an earlier answer.",
        examples=['"9a0364b9e99bb480dd25e1f0284c8555"'],
    ),
]


def unless_same(answer: Response, if_none_match: str | None) -> Response:
    """Return the answer with its `ETag`, or 304 Not Modified (conditional request)."""
    tag = f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
    if matches(if_none_match, tag):
        kept = {name: answer.headers[name] for name in ("Cache-Control",) if name in answer.headers}
        answer = Response(status_code=HTTPStatus.NOT_MODIFIED, headers=kept)
    answer.headers["ETag"] = tag
    return answer


def matches(if_none_match: str | None, tag: str) -> bool:
    """Say whether an If-None-Match header names this tag, by weak comparison; `*` names any."""
    tags = {part.strip().removeprefix("W/") for part in (if_none_match or "").split(",")}
    return not tags.isdisjoint({tag, "*"})
