"""Signed statements (JWS, RFC 7515) with the keys that the key file gives: Ed25519, rotated, known by their ids."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import KeySet, OKPKey
from joserfc.jws import JWSRegistry

from consent_db.keys.keyring import Keyring
from consent_db.keys.receipt_keys import ReceiptKey

ALGORITHM: Final = "EdDSA"
"""What our signatures are called in their headers: the name that most libraries know."""
NEWER: Final = "Ed25519"
"""The name that RFC 9864 gives the same signatures; it is read too."""
_NEWER_KEY: Final = "-ed25519"
"""What the id of a key ends with where it is listed for the newer name."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Signs statements and reads them again."""

    keyring: Keyring

    def public_keys(self) -> dict[str, Any]:
        """Return the keys that statements are verified with, as a JWK set (RFC 7517).

        Each is listed twice, the newest first: under its own id for `EdDSA`, and for readers
        that know only the names of RFC 9864 under an id of its own for `Ed25519`.
        """
        keys = [_jwk(key) for key in self.keyring.receipt_keys()]
        return {"keys": [*keys, *(key | {"kid": key["kid"] + _NEWER_KEY, "alg": NEWER} for key in keys)]}

    def sign(self, kind: str, claims: Mapping[str, Any]) -> str:
        """Return a statement; the same claims give the same letters, for as long as the key is the same.

        Args:
            kind: what it is (`typ`): a statement of one kind is never taken for another.
            claims: what it says.
        """
        key = self.keyring.receipt_keys()[0]
        header = {"alg": ALGORITHM, "typ": kind, "kid": key.id}
        secret = {**_jwk(key), "d": _base64(key.secret or b""), "key_ops": ["sign"]}
        payload = json.dumps(claims, separators=(",", ":"), sort_keys=True)
        return jws.serialize_compact(header, payload, OKPKey.import_key(secret), registry=_REGISTRY)

    def read(self, kind: str, statement: str) -> dict[str, Any] | None:
        """Return what a statement says; None if it was changed, is of another kind or was made elsewhere."""
        keys = KeySet([OKPKey.import_key(key) for key in self.public_keys()["keys"]])
        try:
            found = jws.deserialize_compact(statement, keys, registry=_REGISTRY)
            claims = json.loads(found.payload) if found.protected.get("typ") == kind else None
        except (JoseError, ValueError, TypeError, KeyError):
            claims = None
        return claims if isinstance(claims, dict) else None


def _jwk(key: ReceiptKey) -> dict[str, Any]:
    public = {"kty": "OKP", "crv": "Ed25519", "x": _base64(key.public)}
    return {**public, "kid": key.id, "alg": ALGORITHM, "use": "sig"}


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class _Registry(JWSRegistry):
    """Takes one way of signing, under either of its names; joserfc warns of the older one."""

    def get_alg(self, name: str) -> JWSAlgModel:
        if name not in {ALGORITHM, NEWER}:
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[name]


_REGISTRY: Final = _Registry()
