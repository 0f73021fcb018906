"""An administrator confirms that the clock is right, after it made a step that nothing explains."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from api.http.dependencies import Writing

router = APIRouter()


@router.post("/admin/clock")
def confirm_clock(tx: Writing) -> Response:
    """Believe the clock from now on; the audit says who confirmed it, and go back to the overview."""
    tx.clock.confirm()
    return RedirectResponse("/admin", HTTPStatus.SEE_OTHER)
