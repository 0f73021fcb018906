"""The bytes that may be published, while they may be published."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path
from fastapi.responses import Response

from api.dependencies import STRANGER, Use
from api.problems import Problem, not_found
from api.screening import NoSuchRelease, ReleaseWithdrawn
from api.security.headers import FILE_POLICY
from api.services import Services
from api.v1.documents import answers
from gatekeeper.rendition import Output, suffix_of

router = APIRouter(prefix="/v1/releases", tags=["releases"])

Name = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9_-]{16,128}(\.(jpg|png|webp))?$",
        description="The release's secret name, with the suffix of its type or without.",
        examples=["Zk3vT0bq0cP1m0Qe6cS8Vw.jpg"],
    ),
]
_BYTES: Final = {"schema": {"type": "string", "format": "binary"}}
_TYPES: Final = tuple(output.media_type for output in Output)


@router.get("/{name}", response_class=Response, responses=answers(404, 410, 503) | {
    200: {"description": "Exactly the bytes that were approved.", "content": dict.fromkeys(_TYPES, _BYTES)},
})  # fmt: skip
def read_release(name: Name, services: Use) -> Response:
    """Take the approved picture. The address is a secret: whoever has it can take the file.

    After the approval was withdrawn or has run out the answer is 410.
    """
    token, dot, suffix = name.partition(".")
    try:
        released = services.screener.release(token)
    except NoSuchRelease as error:
        raise not_found() from error
    except ReleaseWithdrawn as error:
        raise Problem("approval-withdrawn", 410, str(error)) from error
    if dot + suffix not in {"", suffix_of(released.media_type)}:
        raise not_found()
    _note_first_use(services, released.check)
    file_name = f"photo-{released.sha256[:12]}{suffix_of(released.media_type)}"
    headers = {
        "ETag": f'"{released.sha256}"',
        "Content-Disposition": f'inline; filename="{file_name}"',
        "Content-Security-Policy": FILE_POLICY,
    }
    return Response(released.data, media_type=released.media_type, headers=headers)


def _note_first_use(services: Services, check: str) -> None:
    """Write the first use of the address to the audit before the picture leaves."""
    with services.store.reading(STRANGER, services.clock()) as tx:
        if tx.hand_outs.was_fetched(check):
            return
    with services.store.transaction(STRANGER, services.clock()) as tx:
        tx.hand_outs.fetched(check)
