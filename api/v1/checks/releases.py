"""Releases: the approved files, served while the approval is valid."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Depends, Header, Path
from fastapi.responses import Response

from api.application.checks.release.releasing import NoSuchRelease, ReleasedFile, ReleaseWithdrawn
from api.application.services import Services
from api.http.dependencies import STRANGER, Use
from api.http.problems import Problem, not_found
from api.security.access import PUBLIC, allow
from api.security.requests.headers import FILE_POLICY
from api.security.routing import Router
from api.v1.checks.ranges import OutOfRange, part_of
from api.v1.documents import answers
from api.v1.etags import IfNoneMatch, matches
from gatekeeper.rendition import Output, suffix_of

router = Router(prefix="/v1/releases", tags=["releases"])

Name = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9_-]{16,128}(\.(jpg|png|webp))?$",
        description="The unguessable name of the release, with or without the suffix of its type.",
        examples=["Zk3vT0bq0cP1m0Qe6cS8Vw.jpg"],
    ),
]
Range = Annotated[
    str | None,
    Header(alias="Range", max_length=1_000, description="Byte range (RFC 9110).", examples=["bytes=0-1023"]),
]
IfRange = Annotated[
    str | None,
    Header(max_length=1_000, description="`ETag` that `Range` applies to.", examples=['"1f3c7a1e2f5b9d0c"']),
]
_BYTES: Final = {"schema": {"type": "string", "format": "binary"}}
_TYPES: Final = tuple(output.media_type for output in Output)


@dataclass(frozen=True, slots=True)
class Asked:
    """The headers of conditional and range requests (RFC 9110, 13 and 14)."""

    if_none_match: str | None
    range: str | None
    if_range: str | None


def _asked(if_none_match: IfNoneMatch = None, range_: Range = None, if_range: IfRange = None) -> Asked:
    return Asked(if_none_match, range_, if_range)


@router.get("/{name}", response_class=Response, responses=answers(404, 410, 416, 422, 503, "clock-in-doubt") | {
    200: {"description": "The approved image, byte for byte.", "content": dict.fromkeys(_TYPES, _BYTES)},
    206: {"description": "The requested byte range.", "content": dict.fromkeys(_TYPES, _BYTES)},
    304: {"description": "Not modified, and the approval is valid."},
})  # fmt: skip
@allow(PUBLIC)
def read_release(name: Name, services: Use, asked: Annotated[Asked, Depends(_asked)]) -> Response:
    """Retrieve a release. Its address is a capability URL: no key is needed, so keep it secret.

    Pages of other sites may embed it. Once the approval is withdrawn or has expired the
    answer is 410, for every byte range.
    """
    token, dot, suffix = name.partition(".")
    try:
        released = services.screener.releases.open(token)
    except NoSuchRelease as error:
        raise not_found("release") from error
    except ReleaseWithdrawn as error:
        raise Problem("approval-withdrawn", 410, str(error)) from error
    if dot + suffix not in {"", suffix_of(released.media_type)}:
        raise not_found("release")
    _note_first_use(services, released.check)
    return _answer(released, asked)


def _answer(released: ReleasedFile, asked: Asked) -> Response:
    """Return the file, a byte range of it, or 304 Not Modified."""
    tag = f'"{released.sha256}"'
    headers = {"ETag": tag, "Cross-Origin-Resource-Policy": "cross-origin"}
    if matches(asked.if_none_match, tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    try:
        part = part_of(asked.range, asked.if_range, tag, len(released.data))
    except OutOfRange as error:
        detail = "Ask for bytes within the size that Content-Range gives, or without Range for the whole file."
        size = {"Content-Range": f"bytes */{len(released.data)}"}
        raise Problem("range-not-satisfiable", HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, detail, size) from error
    file_name = f"photo-{released.sha256[:12]}{suffix_of(released.media_type)}"
    headers |= {
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'inline; filename="{file_name}"',
        "Content-Security-Policy": FILE_POLICY,
    }
    if part is None:
        return Response(released.data, media_type=released.media_type, headers=headers)
    headers["Content-Range"] = f"bytes {part.first}-{part.last}/{len(released.data)}"
    data = released.data[part.first : part.last + 1]
    return Response(data, HTTPStatus.PARTIAL_CONTENT, headers, released.media_type)


def _note_first_use(services: Services, check: str) -> None:
    """Write the first use of the address to the audit before the picture leaves."""
    with services.store.reading(STRANGER, services.clock()) as tx:
        if tx.hand_outs.was_fetched(check):
            return
    with services.store.transaction(STRANGER, services.clock()) as tx:
        tx.hand_outs.fetched(check)
