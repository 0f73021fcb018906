"""Examples and error answers for the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from api.http.problems import MEDIA_TYPE, TITLES, Problem, ProblemShape

CHECK_EXAMPLE: Final[dict[str, Any]] = {
    "id": "chk_9tq3v1",
    "state": "checked",
    "decision": "approve",
    "created_at": "2026-11-20T09:30:00Z",
    "expires_at": "2026-11-21T09:30:00Z",
    "channel": "website",
    "policy": "primary@3",
    "register_version": 118,
    "faces": [
        {
            "number": 1,
            "box": {"x": 0.31, "y": 0.12, "width": 0.08, "height": 0.11},
            "status": "consented",
            "first_name": "Amira",
            "suggestions": None,
        }
    ],
    "findings": [],
    "caption": "Amira planting beans",
    "alt_text": "A child kneels by a raised bed.",
    "credit": None,
    "changes": [{"words": "caption", "start": 0, "end": 10, "became": "Amira", "reason": "first_name_only"}],
    "proposed_caption": None,
    "proposed_alt_text": None,
    "proposed_credit": None,
    "writing": "read",
    "photo": {
        "sha256": "6b0d2f8f5d1b8ad5d43a9e5b0f1f4c1c7cf0d3dd1f0a4a7c9f7b1f6d0b9a3e55",
        "format": "jpeg",
        "width": 4032,
        "height": 3024,
        "metadata_found": {"gps": True, "exif_tags": 57, "carriers": ["exif", "xmp"], "turned": False},
    },
    "release": {
        "url": "/v1/releases/Zk3vT0bq0cP1m0Qe6cS8Vw.jpg",
        "sha256": "1f3c7a1e2f5b9d0c4e8a7b6d5c4f3e2d1c0b9a8f7e6d5c4b3a291807f6e5d4c3",
        "media_type": "image/jpeg",
        "width": 2048,
        "height": 1536,
        "bytes": 412345,
    },
    "receipt": "eyJhbGciOiJFZERTQSIsImtpZCI6IjNkMWU3ZjIwOWNiNDQ1YTYifQ.e30.c2ln",
    "replaced_by": None,
}

RECEIVED_EXAMPLE: Final[dict[str, Any]] = CHECK_EXAMPLE | {
    "state": "received",
    "decision": "block",
    "expires_at": None,
    "policy": None,
    "register_version": None,
    "faces": [],
    "findings": [
        {
            "code": "not_examined",
            "severity": "block",
            "face": None,
            "message": "This picture is still being checked.",
            "resolvable_by": [],
            "remedies": [],
            "attestation": None,
            "region": None,
        }
    ],
    "caption": None,
    "alt_text": None,
    "changes": [],
    "photo": None,
    "release": None,
    "receipt": None,
}

_SHAPE: Final = f"#/components/schemas/{ProblemShape.__name__}"

_PROBLEMS: Final[Mapping[str, tuple[int, str]]] = {
    "bad-request": (400, "Send only the parameters described here, and keys only in the Authorization header."),
    "idempotency-key-missing": (400, "Send an Idempotency-Key of your own with respond-async, new for each picture."),
    "not-authenticated": (401, "Send a valid key as 'Authorization: Bearer gk_...'."),
    "not-permitted": (403, "This key is not for that channel. Ask an administrator to add it."),
    "not-found": (404, "There is no such check, or it is not yours to see."),
    "conflict": (409, "The check was replaced or withdrawn, or has no such face. Look at the check again."),
    "request-in-progress": (409, "Wait a moment and send the same request again."),
    "receipt-mismatch": (409, "Do not publish. Send exactly the bytes and words that the check gave."),
    "receipt-used": (409, "Do not publish it again. Ask for a new check if there is to be another post."),
    "outside-window": (409, "Publish within the time that was approved, or ask for a new check."),
    "approval-withdrawn": (410, "Take the picture down wherever it is published, and ask for a new check."),
    "range-not-satisfiable": (416, "Ask for bytes within the size that Content-Range gives, or without Range."),
    "too-large": (413, "A request may hold up to 27 MB. Export the picture as a smaller JPEG and send it again."),
    "invalid-request": (422, "Correct the fields listed under errors and send the request again."),
    "receipt-invalid": (422, "Do not publish. Ask for the check again and use its receipt."),
    "idempotency-key-reused": (422, "Use a new Idempotency-Key for a new request."),
    "too-many-requests": (429, "Wait as long as Retry-After says, then go on."),
    "unavailable": (503, "Nothing was approved. Wait a moment and send the same request again."),
    "clock-in-doubt": (503, "Do not publish yet. Ask again when the clock is right or was confirmed."),
}
"""Every type of problem that an operation answers with: its status and an example of its `detail`."""

ASKING: Final = (400, 401, 403, 429, 503)
"""Errors of every authenticated request."""
SENDING: Final = (*ASKING, 413, 422)
"""Errors of every authenticated request with a body."""


def answers(
    *problems: int | str,
    example: dict[str, Any] | None = None,
    success: int = 200,
    instead: Mapping[int, tuple[str, str]] | None = None,
    links: Mapping[str, Any] | None = None,
) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route: its problems, and an example of success.

    Args:
        problems: their types, or a status for the first type of that status.
        example: of the body of success.
        success: the status of success.
        instead: type and detail of problems that read otherwise here than usual.
        links: what can be asked next, of success.
    """
    other = dict(instead or {})
    found: dict[int | str, dict[str, Any]] = {}
    for problem in problems:
        slug = next(slug for slug, (status, _) in _PROBLEMS.items() if problem in {slug, status})
        status, detail = _PROBLEMS[slug]
        _add(found, status, *other.pop(status, (slug, detail)))
    if example is not None:
        found[success] = {"description": "Success.", "content": {"application/json": {"example": example}}}
    if links is not None:
        found[success]["links"] = links
    return found


def link(operation: str, why: str, **parameters: str) -> dict[str, Any]:
    """Return a link of an answer to what can be asked next; `parameters` are runtime expressions (OpenAPI 3.1)."""
    return {"operationId": operation, "description": why, "parameters": parameters}


def _add(found: dict[int | str, dict[str, Any]], status: int, slug: str, detail: str) -> None:
    """Add one type of problem to the answers of its status."""
    new = {"description": TITLES[slug], "content": {MEDIA_TYPE: {"schema": {"$ref": _SHAPE}, "examples": {}}}}
    answer = found.setdefault(status, new)
    answer["content"][MEDIA_TYPE]["examples"][slug] = {
        "summary": TITLES[slug],
        "value": Problem(slug, status, detail).body(),
    }
