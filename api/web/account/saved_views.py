"""Saved filters: a user keeps the filters, order and columns of a list under a name, for themselves alone."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import Form, Path
from starlette.responses import RedirectResponse, Response

from api.http.dependencies import Session, Writing
from api.http.problems import Problem, not_found
from api.security.access import SIGNED_IN, allow, may
from api.security.requests.paths import own_path
from api.security.routing import Router
from api.web.tables.saved import address_of, to_keep
from consent_db.accounts.saved_views import LONGEST_NAME
from consent_db.errors import NotFound

router = Router(prefix="/saved-filters")

ViewId = Annotated[str, Path(pattern=r"^svw_[0-9a-f]{32}$")]
Address = Annotated[str, Form(max_length=2000)]


@router.post("")
@allow(SIGNED_IN)
def save_view(
    session: Session, tx: Writing, address: Address = "", name: Annotated[str, Form(max_length=LONGEST_NAME)] = ""
) -> Response:
    """Keep the filters of a list that this person may see; what was typed to search is not in its address."""
    found = to_keep(address)
    if found is None or not may(session.user.role, found[0]):
        raise Problem("invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, "Save filters on the page of a list.")
    tx.saved_views.save(session.user.id, found[0], name, found[1])
    return RedirectResponse(address_of(*found), HTTPStatus.SEE_OTHER)


@router.post("/{view_id}/deletion")
@allow(SIGNED_IN)
def remove_view(view_id: ViewId, session: Session, tx: Writing, address: Address = "/") -> Response:
    """Forget filters of one's own, and go back to the list."""
    try:
        tx.saved_views.remove(session.user.id, view_id)
    except NotFound as error:
        raise not_found() from error
    return RedirectResponse(own_path(address), HTTPStatus.SEE_OTHER)
