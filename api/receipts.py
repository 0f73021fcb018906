"""Receipts: signed statements of what was approved, to be shown at the moment of publishing.

A receipt is a JWS (RFC 7515) signed with Ed25519. It binds the released bytes, the
words, the channel and its account, the purposes, the time, and the versions of policy
and register that it was decided by. Whoever holds the public keys can check it without
asking; only asking tells whether the approval still stands. It holds no names: words
are bound by their SHA-256.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import KeySet, OKPKey
from joserfc.jws import JWSRegistry

from api.present import Leaving
from api.problems import FieldProblem, Problem
from api.screening import SYSTEM, ReleaseWithdrawn, Screener
from consent_db.receipt_keys import ReceiptKey
from consent_db.records import ChannelRecord, CheckRecord

ALGORITHM: Final = "EdDSA"
TYPE: Final = "gatekeeper-receipt+jwt"

WORDS: Final = ("caption", "alt_text", "credit")
"""What goes out with the picture."""

LONGEST: Final = 4_000
"""Letters in a receipt, at most; they have about 1,000."""

_DIFFERS: Final = "This is not what was approved."


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody is about to publish.

    Attributes:
        receipt: as the check gave it.
        sha256: of the file's bytes, 64 hex digits.
        words: caption, alt text and credit; None for what there is not.
        channel: where to.
        at: when, now or later; None means now.
    """

    receipt: str = field(repr=False)
    sha256: str
    words: Mapping[str, str | None] = field(repr=False)
    channel: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipts:
    """Makes and verifies receipts."""

    screener: Screener
    issuer: str
    """The address of this installation."""

    def leaving(self, record: CheckRecord) -> Leaving | None:
        """Return what takes a check's picture out; None unless it was approved."""
        token = self.screener.token(record)
        if token is None:
            return None
        with self.screener.store.reading(SYSTEM, self.screener.clock()) as tx:
            channel = tx.channels.get(record.draft.channel)
        claims = _claims(record, channel, self.issuer)
        return Leaving(token, self._sign(claims)) if claims else None

    def public_keys(self) -> dict[str, Any]:
        """Return the keys that receipts are verified with, as a JWK set (RFC 7517)."""
        return {"keys": [_jwk(key) for key in self._keys()]}

    def read(self, receipt: str) -> dict[str, Any]:
        """Return what a receipt says.

        Raises:
            Problem: 422, it was changed, or made elsewhere.
        """
        keys = KeySet([OKPKey.import_key(_jwk(key)) for key in self._keys()])
        try:
            found = jws.deserialize_compact(receipt, keys, registry=_REGISTRY)
            claims = json.loads(found.payload) if found.protected.get("typ") == TYPE else None
        except (JoseError, ValueError, TypeError, KeyError):
            claims = None
        if not isinstance(claims, dict):
            detail = "Do not publish. Ask for the check again and use the receipt that it gives."
            raise Problem("receipt-invalid", HTTPStatus.UNPROCESSABLE_ENTITY, detail)
        return claims

    def verify(self, offer: Offer) -> CheckRecord:
        """Return the check whose approval covers exactly this, at that moment.

        Raises:
            Problem: 422, it is no receipt of ours; 409, something is not what was
                approved, or the moment is not; 410, the approval has ended.
        """
        claims = self.read(offer.receipt)
        _must_be_the_same(claims, offer)
        at = offer.at or self.screener.clock()
        _must_be_in_time(claims, at, self.screener.clock())
        with self.screener.store.reading(SYSTEM, self.screener.clock()) as tx:
            record = tx.checks.find(claims["sub"])
            channel = tx.channels.get(offer.channel)
        if record is None or _claims(record, channel, claims["iss"]) != claims:
            raise withdrawn()
        try:
            self.screener.standing(record, at)
        except ReleaseWithdrawn as error:
            raise withdrawn() from error
        return record

    def _sign(self, claims: Mapping[str, Any]) -> str:
        key = self._keys()[0]
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": key.id}
        secret = {**_jwk(key), "d": _base64(key.secret or b""), "key_ops": ["sign"]}
        payload = json.dumps(claims, separators=(",", ":"), sort_keys=True)
        return jws.serialize_compact(header, payload, OKPKey.import_key(secret), registry=_REGISTRY)

    def _keys(self) -> tuple[ReceiptKey, ...]:
        return self.screener.keyring.receipt_keys()


def withdrawn() -> Problem:
    """Return the answer for an approval that has ended; why is not for programs to know."""
    detail = "Do not publish. If it is published already, take it down; ask for a new check."
    return Problem("approval-withdrawn", HTTPStatus.GONE, detail)


def sha256_of(words: str | None) -> str | None:
    """Return how a receipt binds words: SHA-256 of their UTF-8, as hex; None for none."""
    return hashlib.sha256(words.encode()).hexdigest() if words else None


def _claims(record: CheckRecord, channel: ChannelRecord | None, issuer: str) -> dict[str, Any] | None:
    """Return what a receipt says of an approval; the same whenever it is asked for."""
    facts = record.facts
    if channel is None or facts is None or facts.release is None:
        return None
    if record.decided_at is None or record.expires_at is None:
        return None
    words = {f"{name}_sha256": sha256_of(getattr(facts, name)) for name in WORDS}
    place = {"platform": channel.draft.platform, "address": channel.draft.address}
    return {
        "iss": issuer,
        "sub": record.id,
        "aud": record.draft.channel,
        "nbf": int(record.decided_at.timestamp()),
        "exp": int(record.expires_at.timestamp()),
        "sha256": facts.release.sha256,
        "bytes": facts.release.bytes,
        "media_type": facts.release.media_type,
        **words,
        "account": place,
        "purposes": sorted(channel.draft.purposes),
        "policy": facts.policy,
        "register_version": facts.register_version,
    }


def _must_be_the_same(claims: Mapping[str, Any], offer: Offer) -> None:
    """Compare what is about to be published with what was approved.

    Raises:
        Problem: 409, naming each field that differs.
    """
    given = {"sha256": offer.sha256.lower(), "aud": offer.channel}
    given |= {f"{name}_sha256": sha256_of(offer.words[name]) or "" for name in WORDS}
    fields = {"aud": "channel"} | {f"{name}_sha256": name for name in WORDS}
    wrong = [fields.get(name, name) for name, value in given.items() if (claims.get(name) or "") != value]
    if wrong:
        detail = "Do not publish. Send exactly the bytes and words that the check gave, to its channel."
        problem = Problem("receipt-mismatch", HTTPStatus.CONFLICT, detail)
        problem.errors = [FieldProblem(field=name, detail=_DIFFERS) for name in wrong]
        raise problem


def _must_be_in_time(claims: Mapping[str, Any], at: datetime, now: datetime) -> None:
    """Make sure that a moment lies in the window and not in the past.

    Raises:
        Problem: 410, the window is over; 409, the moment lies outside it.
    """
    begins, ends = (datetime.fromtimestamp(claims[name], UTC) for name in ("nbf", "exp"))
    if now >= ends:
        raise withdrawn()
    if not begins <= at < ends:
        detail = "Do not publish then. Choose a moment between nbf and exp of the receipt, or ask for a new check."
        raise Problem("outside-window", HTTPStatus.CONFLICT, detail)


def _jwk(key: ReceiptKey) -> dict[str, Any]:
    public = {"kty": "OKP", "crv": "Ed25519", "x": _base64(key.public)}
    return {**public, "kid": key.id, "alg": ALGORITHM, "use": "sig"}


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class _Registry(JWSRegistry):
    """Takes one way of signing, and calls it by the name that most libraries know it by.

    RFC 9864 gives EdDSA over Ed25519 the name `Ed25519`, which few read yet; joserfc
    warns of the older name.
    """

    def get_alg(self, name: str) -> JWSAlgModel:
        if name != ALGORITHM:
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[name]


_REGISTRY: Final = _Registry()
