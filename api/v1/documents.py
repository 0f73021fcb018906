"""Examples and error answers for the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from api.problems import MEDIA_TYPE, TITLES, Problem, ProblemShape

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
        }
    ],
    "findings": [],
    "caption": "Amira planting beans",
    "alt_text": "A child kneels by a raised bed.",
    "credit": None,
    "changes": [{"words": "caption", "start": 0, "end": 10, "became": "Amira", "reason": "first_name_only"}],
    "proposed_caption": None,
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

_SHAPE: Final = f"#/components/schemas/{ProblemShape.__name__}"

_DETAILS: Final = {
    400: ("bad-request", "Send the fields as multipart/form-data."),
    401: ("not-authenticated", "Send a valid key as 'Authorization: Bearer gk_...'."),
    403: ("not-permitted", "This key is not for that channel. Ask an administrator to add it."),
    404: ("not-found", "Nothing is found at this address, or it is not yours to see."),
    409: ("request-in-progress", "Wait a moment and send the same request again."),
    410: ("approval-withdrawn", "Take the picture down wherever it is published, and ask for a new check."),
    413: ("too-large", "A request may hold up to 27 MB. Export the picture as a smaller JPEG and send it again."),
    422: ("invalid-request", "Correct the fields listed under errors and send the request again."),
    429: ("too-many-requests", "Wait as long as Retry-After says."),
    503: ("unavailable", "Wait as long as Retry-After says and send the request again."),
}


def answers(
    *statuses: int,
    example: dict[str, Any] | None = None,
    success: int = 200,
    instead: Mapping[int, tuple[str, str]] | None = None,
) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route: its problems, and an example of success.

    Args:
        statuses: of the problems.
        example: of the body of success.
        success: the status of success.
        instead: type and detail of problems that are others here than usual.
    """
    details = _DETAILS | dict(instead or {})
    found: dict[int | str, dict[str, Any]] = {status: _problem(status, *details[status]) for status in statuses}
    if example is not None:
        found[success] = {"description": "Done.", "content": {"application/json": {"example": example}}}
    return found


def _problem(status: int, slug: str, detail: str) -> dict[str, Any]:
    example = Problem(slug, status, detail).body()
    return {
        "description": TITLES[slug],
        "content": {
            MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{ProblemShape.__name__}"}, "example": example}
        },
    }
