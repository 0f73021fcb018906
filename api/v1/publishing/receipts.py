"""Receipts: verify that exactly what was approved is published, while the approval is valid."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from fastapi.responses import JSONResponse, Response

from api.http.dependencies import Use
from api.http.models import Shape
from api.security.access import PROGRAM, PUBLIC, allow
from api.security.required_scopes import Publisher, need_channel
from api.security.routing import Router
from api.v1.documents import SENDING, answers
from api.v1.etags import IfNoneMatch, unless_same
from api.v1.idempotency import Key
from api.v1.publishing.forms import VerifyForm

router = Router(tags=["receipts"])


_FOR_A_WHILE: Final = "public, max-age=300, must-revalidate"
"""A key that was taken out after it was copied is believed for so long elsewhere, and no longer."""
_KEYS: Final = {
    "keys": [
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            "kid": "3d1e7f209cb445a6",
            "alg": "EdDSA",
            "use": "sig",
        }
    ]
}


class VerifiedShape(Shape):
    """A verified receipt: the content may be published at that moment."""

    check: str
    valid_until: datetime


class KeyShape(Shape):
    """One public key (RFC 8037)."""

    kty: str
    crv: str
    x: str
    kid: str
    alg: str
    use: str


class KeysShape(Shape):
    """The public keys that receipts are signed with; the first is the newest."""

    keys: list[KeyShape]


@router.post(
    "/v1/receipts/verify",
    response_model=VerifiedShape,
    responses=answers(
        *SENDING,
        "receipt-mismatch",
        "outside-window",
        "receipt-used",
        410,
        "clock-in-doubt",
        "receipt-invalid",
        example={"check": "chk_9tq3v1", "valid_until": "2026-11-21T09:30:00Z"},
    ),
)
@allow(PROGRAM)
def verify_receipt(
    form: VerifyForm, client: Publisher, services: Use, idempotency_key: Key = None
) -> Response:  # fmt: skip
    """Verify a receipt at the moment of publication.

    The approval, consent and policy as of now, the names in the text, the channel and
    the time window are checked again. Verification uses a `single_use` receipt up: one
    request is answered 200, all others 409 `receipt-used`. With an `Idempotency-Key` the
    request may be retried until ten minutes after the moment of the post.
    """
    need_channel(client, form.channel)
    record = services.receipts.verify(form.offer(), client.id, idempotency_key)
    body = VerifiedShape(check=record.id, valid_until=record.expires_at or services.clock())
    return JSONResponse(body.model_dump(mode="json"))


@router.get(
    "/.well-known/jwks.json",
    response_model=KeysShape,
    responses=answers(422, example=_KEYS) | {304: {"description": "Not modified."}},
)
@allow(PUBLIC)
def read_keys(services: Use, if_none_match: IfNoneMatch = None) -> Response:
    """Retrieve the public keys (JWK Set, RFC 7517) that verify receipts offline.

    Cache them as `Cache-Control` says, and retrieve them again when a receipt names an
    unknown key (`kid`).
    """
    keys = services.receipts.signatures.public_keys()
    return unless_same(JSONResponse(keys, headers={"Cache-Control": _FOR_A_WHILE}), if_none_match)
