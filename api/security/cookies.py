"""The cookie that holds a session's token, and the one that lasts while the school's sign-in service is asked."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

_WHILE_ASKED: Final = 600
"""Seconds that a sign-in at the school's identity provider may take."""


def cookie_name(*, https: bool) -> str:
    """Return the session cookie's name; browsers accept `__Host-` only with https."""
    return "__Host-sid" if https else "sid"


def journey_name(*, https: bool) -> str:
    """Return the name of the cookie that binds an answer of the sign-in service to the browser that asked."""
    return "__Host-journey" if https else "journey"


def set_cookie(response: Response, token: str, *, https: bool) -> None:
    """Hand the token to the browser until it is closed."""
    response.set_cookie(cookie_name(https=https), token, secure=https, httponly=True, samesite="lax", path="/")


def clear_cookie(response: Response, *, https: bool) -> None:
    """Take the token and everything kept for this site out of the browser."""
    response.delete_cookie(cookie_name(https=https), secure=https, httponly=True, samesite="lax", path="/")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def set_journey(response: Response, sealed: str, *, https: bool) -> None:
    """Hand the browser what it has to bring back from the sign-in service."""
    name = journey_name(https=https)
    response.set_cookie(name, sealed, _WHILE_ASKED, secure=https, httponly=True, samesite="lax", path="/")


def clear_journey(response: Response, *, https: bool) -> None:
    """Take it out of the browser again."""
    response.delete_cookie(journey_name(https=https), secure=https, httponly=True, samesite="lax", path="/")
