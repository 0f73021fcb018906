"""Tokens: carry one for ten minutes instead of the key."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Form
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPBasic
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import Client, Use
from api.tokens import LIFE
from api.v1.documents import answers
from api.v1.models import Shape

router = APIRouter(prefix="/v1/oauth", tags=["tokens"])


class TokenForm(BaseModel):
    """What RFC 6749 has a client send."""

    model_config = ConfigDict(extra="ignore")

    grant_type: Literal["client_credentials"]
    scope: str = Field(default="", max_length=200, description="Separated by spaces; without it all that the key has.")


class TokenShape(Shape):
    """What RFC 6749 has a server answer."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Seconds.")
    scope: str


_EXAMPLE: Final[dict[str, Any]] = {
    "access_token": "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln",
    "token_type": "Bearer",
    "expires_in": 600,
    "scope": "check publish",
}
_BASIC: Final = HTTPBasic(
    scheme_name="basic", description="The client's id, and its key as the password.", auto_error=False
)
_INVALID_SCOPE: Final[dict[str, Any]] = {"error": "invalid_scope", "error_description": "The key lacks that scope."}


@router.post(
    "/token",
    response_model=TokenShape,
    responses=answers(401, 422, 429, 503, example=_EXAMPLE)
    | {400: {"description": "The key lacks a scope.", "content": {"application/json": {"example": _INVALID_SCOPE}}}},
)
def make_token(
    form: Annotated[TokenForm, Form(media_type="application/x-www-form-urlencoded")],
    client: Client,
    services: Use,
    _basic: Annotated[object, Depends(_BASIC)],
) -> Response:
    """Get a token (OAuth 2.0 client credentials).

    Send the client's id and its key as user and password of HTTP Basic.
    """
    token = services.tokens.make(client, form.scope.split(), services.clock())
    if token is None:
        return JSONResponse(_INVALID_SCOPE, 400)
    body = TokenShape(
        access_token=token.text,
        token_type="Bearer",  # noqa: S106 -- not one
        expires_in=int(LIFE.total_seconds()),
        scope=" ".join(sorted(token.scopes)),
    )
    return JSONResponse(body.model_dump(), headers={"Pragma": "no-cache"})
