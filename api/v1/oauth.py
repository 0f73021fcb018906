"""Access tokens (OAuth 2.0 client credentials), valid for ten minutes. Errors follow RFC 6749, section 5.2."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import Depends, Form, Request
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPBasic
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from api.application.publishing.tokens import LIFE
from api.http import oauth
from api.http.dependencies import Client, Use
from api.http.models import Shape
from api.http.oauth import OAuthError
from api.security.access import PROGRAM, allow
from api.security.routing import Router
from api.v1.documents import answers

router = Router(prefix="/v1/oauth", tags=["tokens"])

_GRANT: Final = "client_credentials"


class TokenForm(BaseModel):
    """The token request (RFC 6749, 4.4.2)."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [{"grant_type": "client_credentials", "scope": "check publish"}],
            "required": ["grant_type"],
        },
    )

    # Errors must follow the RFC, so the value is validated in the route.
    grant_type: Annotated[str, WithJsonSchema({"type": "string", "enum": [_GRANT]})] = Field(
        default_factory=str, max_length=100
    )
    scope: str = Field(
        default="", max_length=200, description="Scopes separated by spaces; without it all scopes of the key."
    )


class TokenShape(Shape):
    """The access token response (RFC 6749, 5.1)."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Lifetime in seconds.")
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


class RefusalShape(Shape):
    """The error response (RFC 6749, 5.2)."""

    error: OAuthError
    error_description: str


def _refusals(*errors: OAuthError) -> dict[str, Any]:
    examples = {error.value: {"value": oauth.body(error)} for error in errors}
    return {
        "description": "Token refused.",
        "model": RefusalShape,
        "content": {"application/json": {"examples": examples}},
    }


async def _repeated(request: Request) -> bool:
    """Return whether a parameter is repeated, which RFC 6749 (3.2) forbids."""
    names = [name for name, _ in (await request.form()).multi_items()]
    return len(names) != len(set(names))


@router.post(
    "/token",
    response_model=TokenShape,
    responses=answers(413, 429, 503, example=_EXAMPLE)
    | {
        400: _refusals(OAuthError.INVALID_REQUEST, OAuthError.INVALID_SCOPE, OAuthError.UNSUPPORTED_GRANT_TYPE),
        401: _refusals(OAuthError.INVALID_CLIENT),
    },
)
@allow(PROGRAM)
def make_token(
    form: Annotated[TokenForm, Form(media_type="application/x-www-form-urlencoded")],
    client: Client,
    request: Request,
    services: Use,
    repeated: Annotated[bool, Depends(_repeated)],
    _basic: Annotated[object, Depends(_BASIC)],
) -> Response:
    """Create an access token (OAuth 2.0 client credentials).

    Send the client's id and its key as user name and password of HTTP Basic.
    """
    if repeated or not form.grant_type:
        return oauth.refusal(OAuthError.INVALID_REQUEST)
    if form.grant_type != _GRANT:
        return oauth.refusal(OAuthError.UNSUPPORTED_GRANT_TYPE)
    token = services.tokens.make(client, request.state.key, form.scope.split(), services.clock())
    if token is None:
        return oauth.refusal(OAuthError.INVALID_SCOPE)
    body = TokenShape(
        access_token=token.text,
        token_type="Bearer",  # noqa: S106 -- not one
        expires_in=int(LIFE.total_seconds()),
        scope=" ".join(sorted(token.scopes)),
    )
    return JSONResponse(body.model_dump(), headers={"Pragma": "no-cache"})
