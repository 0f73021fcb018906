"""An administrator confirms that the clock is right, after it made a step that nothing explains."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import RedirectResponse, Response

from api.http.dependencies import Writing
from api.security.access import ADMIN, allow
from api.security.routing import Router

router = Router()


@router.post("/admin/clock")
@allow(ADMIN)
def confirm_clock(tx: Writing) -> Response:
    """Believe the clock from now on; the audit says who confirmed it, and go back to the overview."""
    tx.clock.confirm()
    return RedirectResponse("/admin", HTTPStatus.SEE_OTHER)
