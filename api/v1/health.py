"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import Final

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from api.dependencies import Use
from api.disk import must_have_room
from api.logs import log
from api.services import Services
from api.v1.documents import answers

router = APIRouter(tags=["health"])


_ALIVE: Final = {"status": "ok"}
_READY: Final = {"status": "ok", "store": "ok", "engine": "ok", "storage": "ok"}
_NOT_READY: Final = {"status": "unavailable", "store": "failed", "engine": "ok", "storage": "ok"}


@router.get("/healthz", responses=answers(example=_ALIVE))
def is_alive() -> dict[str, str]:
    """Say that the process answers."""
    return _ALIVE


@router.get(
    "/readyz",
    response_model=dict[str, str],
    responses=answers(example=_READY)
    | {
        503: {
            "description": "One of the parts does not work.",
            "model": dict[str, str],
            "content": {"application/json": {"example": _NOT_READY}},
        }
    },
)
def is_ready(services: Use) -> Response:
    """Say of each part whether it works: the store, the face engine, the storage with some room left."""
    parts = {"store": _store, "engine": _engine, "storage": _storage}
    works = {name: _works(part, services) for name, part in parts.items()}
    ready = all(works.values())
    body = {"status": "ok" if ready else "unavailable", **{n: "ok" if ok else "failed" for n, ok in works.items()}}
    return JSONResponse(body, 200 if ready else 503, None if ready else {"Retry-After": "10"})


def _works(part: Callable[[Services], object], services: Services) -> bool:
    try:
        part(services)
    except Exception as error:  # noqa: BLE001 -- whatever it is, the answer is that it does not work
        log.warning("not_ready", reason=part.__name__.lstrip("_"), error=type(error).__name__)
        return False
    return True


def _store(services: Services) -> None:
    with services.store.reading("system", services.clock()) as tx:
        tx.register_version()


def _engine(services: Services) -> None:
    if services.tools.engine.embedder.dimension <= 0:
        raise ValueError


def _storage(services: Services) -> None:
    must_have_room(services.settings.data)
    with tempfile.TemporaryFile(dir=services.settings.data) as file:
        file.write(b"ready")
