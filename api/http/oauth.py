"""Error responses of the token endpoint (RFC 6749, section 5.2), which are no problem details."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from starlette.responses import JSONResponse, Response

from api.http.problems import Problem

TOKEN_PATH: Final = "/v1/oauth/token"  # noqa: S105 -- not one
"""Where a key is changed for a token."""


class OAuthError(StrEnum):
    """The codes of RFC 6749 that can come up here."""

    INVALID_REQUEST = "invalid_request"
    INVALID_CLIENT = "invalid_client"
    INVALID_SCOPE = "invalid_scope"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"


_SENTENCES: Final[Mapping[OAuthError, str]] = {
    OAuthError.INVALID_REQUEST: "Send grant_type, and scope if you like, each once, as a form.",
    OAuthError.INVALID_CLIENT: "Send the client's id and its key as user and password of HTTP Basic.",
    OAuthError.INVALID_SCOPE: "The key lacks that scope. Leave scope out for all that it has.",
    OAuthError.UNSUPPORTED_GRANT_TYPE: "The only grant_type is client_credentials.",
}
_CODES: Final[Mapping[int, OAuthError]] = {
    HTTPStatus.BAD_REQUEST: OAuthError.INVALID_REQUEST,
    HTTPStatus.UNAUTHORIZED: OAuthError.INVALID_CLIENT,
    HTTPStatus.UNPROCESSABLE_ENTITY: OAuthError.INVALID_REQUEST,
}


def body(error: OAuthError) -> dict[str, str]:
    """Return the body of an error response; the sentence is for people."""
    return {"error": error.value, "error_description": _SENTENCES[error]}


def refusal(error: OAuthError) -> Response:
    """Return the error response; 401 carries a `WWW-Authenticate` challenge."""
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    if error is OAuthError.INVALID_CLIENT:
        return JSONResponse(body(error), 401, headers | {"WWW-Authenticate": 'Basic realm="gatekeeper"'})
    return JSONResponse(body(error), 400, headers)


def translated(problem: Problem) -> Response:
    """Return a problem of the token endpoint as the RFC has it; what it has no code for stays a problem."""
    error = _CODES.get(problem.status)
    return problem.response() if error is None else refusal(error)
