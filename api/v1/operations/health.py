"""Liveness and readiness probes, with the length of the queue."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import Final, Literal

from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict

from api.application.checks.backlog import is_late, read_backlog
from api.application.services import Services
from api.http.dependencies import Use
from api.platform.disk import must_have_room
from api.platform.logs import log
from api.security.access import PUBLIC, allow
from api.security.routing import Router
from api.v1.documents import answers

router = Router(tags=["health"])


class Readiness(BaseModel):
    """The state of each component, and the queue of checks."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["ok", "degraded", "unavailable"]
    store: Literal["ok", "failed"]
    engine: Literal["ok", "failed"]
    storage: Literal["ok", "failed"]
    queue: Literal["ok", "late", "failed"]
    """`late`: the oldest check has waited for more than five minutes, or one failed three times."""
    waiting: int | None = None
    """Checks that wait for their decision."""
    oldest_seconds: int | None = None
    """Age of the oldest of them."""
    retried: int | None = None
    """How many of them failed at least once."""
    not_examined: int | None = None
    """Checks of the last day that were blocked without having been examined."""
    clock: Literal["ok", "ahead", "behind", "unknown"] = "ok"
    """Whether the clock is trusted; see `gatekeeper clock`."""


_ALIVE: Final = {"status": "ok"}
_QUEUE: Final = {"queue": "ok", "waiting": 0, "oldest_seconds": 0, "retried": 0, "not_examined": 0}
_READY: Final = {"status": "ok", "store": "ok", "engine": "ok", "storage": "ok", **_QUEUE, "clock": "ok"}
_NOT_READY: Final = {
    "status": "unavailable",
    "store": "failed",
    "engine": "ok",
    "storage": "ok",
    "queue": "failed",
    "clock": "unknown",
}


@router.get("/healthz", response_model=dict[str, str], responses=answers(example=_ALIVE))
@allow(PUBLIC)
async def is_alive() -> Response:
    """Check liveness: the process answers."""
    # On the event loop alone: no thread and no database, so no lock can delay it.
    return JSONResponse(_ALIVE)


@router.get(
    "/readyz",
    response_model=Readiness,
    responses=answers(example=_READY)
    | {
        503: {
            "description": "A component does not work.",
            "model": Readiness,
            "content": {"application/json": {"example": _NOT_READY}},
        }
    },
)
@allow(PUBLIC)
def is_ready(services: Use) -> Response:
    """Check readiness: the database, the face engine, and storage that answers, with room left.

    If all components work but checks wait too long, or the clock is in doubt, the status is
    `degraded` with 200: keep routing traffic, and look into it. While the clock is `ahead` or
    `behind` nothing is deleted, and while it is `behind` no release is served, until it is
    right or an administrator confirms it; checks and withdrawals go on.
    """
    parts = {"store": _store, "engine": _engine, "storage": _storage}
    works = {name: _works(part, services) for name, part in parts.items()}
    queue = _queue(services)
    clock = _clock(services) if works["store"] else "unknown"
    ready = all(works.values()) and queue["queue"] != "failed"
    well = queue["queue"] == "ok" and clock == "ok"
    status = "unavailable" if not ready else "ok" if well else "degraded"
    body = {"status": status, **{n: "ok" if ok else "failed" for n, ok in works.items()}, **queue, "clock": clock}
    return JSONResponse(body, 200 if ready else 503, None if ready else {"Retry-After": "10"})


def _queue(services: Services) -> dict[str, str | int]:
    try:
        backlog = read_backlog(services.store, services.clock())
    except Exception as error:  # noqa: BLE001 -- as for every other part
        log.warning("not_ready", reason="queue", error=type(error).__name__)
        return {"queue": "failed"}
    now = services.clock()
    return {
        "queue": "late" if is_late(backlog, now) else "ok",
        "waiting": backlog.waiting,
        "oldest_seconds": round(backlog.age(now).total_seconds()),
        "retried": backlog.retried,
        "not_examined": backlog.not_examined,
    }


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


def _clock(services: Services) -> str:
    with services.store.reading("system", services.clock()) as tx:
        doubt = tx.clock.doubt
    return "ok" if doubt is None else doubt.value


def _engine(services: Services) -> None:
    if services.tools.engine.embedder.dimension <= 0:
        raise ValueError


def _storage(services: Services) -> None:
    services.screener.pictures.objects.must_answer()
    must_have_room(services.settings.data)
    with tempfile.TemporaryFile(dir=services.settings.data) as file:
        file.write(b"ready")
