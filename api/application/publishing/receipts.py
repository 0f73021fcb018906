"""Receipts: signed statements of what was approved, to be shown at the moment of publishing.

A receipt is a JWS (RFC 7515) signed with Ed25519. It binds the released bytes, the
words, the channel and its account, the purposes, the time, and the versions of policy
and register that it was decided by. A holder of the public keys can verify it without
asking; only asking tells whether the approval still stands. It holds no names: words
are bound by their SHA-256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from api.application.checks.release.releasing import ReleaseWithdrawn
from api.application.checks.screening import Screener
from api.application.checks.submission import SYSTEM
from api.application.publishing.signing import Signatures
from consent_db.approvals.records import CheckRecord
from consent_db.publishing.receipt_uses import Use
from consent_db.publishing.records import ChannelRecord

TYPE: Final = "gatekeeper-receipt+jwt"

WORDS: Final = ("caption", "alt_text", "credit")
"""What goes out with the picture."""

LONGEST: Final = 4_000
"""Letters in a receipt, at most; they have about 1,000."""

_USED: Final = (
    "Do not publish it again. Only the request that was answered first may be sent again, with its Idempotency-Key, "
    "until a few minutes after the moment of the post. Ask for a new check if there is to be another post."
)


class ReceiptError(Exception):
    """The base of why nothing may be published on a receipt; every message says what to do next."""


class ReceiptInvalid(ReceiptError):
    """It was changed, or made elsewhere."""


class ReceiptMismatch(ReceiptError):
    """What is about to be published is not what was approved.

    Attributes:
        fields: the names of those that differ.
    """

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__("Do not publish. Send exactly the bytes and words that the check gave, to its channel.")
        self.fields = tuple(fields)


class ReceiptUsed(ReceiptError):
    """It held for one post, and is used up."""


class OutsideWindow(ReceiptError):
    """The moment lies outside the approval's window."""


class ApprovalEnded(ReceiptError):
    """The approval has ended; why is not for programs to know."""

    def __init__(self) -> None:
        super().__init__("Do not publish. If it is published already, take it down; ask for a new check.")


@dataclass(frozen=True, slots=True)
class Leaving:
    """What takes an approved picture out.

    Attributes:
        token: the release's secret name.
        receipt: the signed statement of what was approved.
    """

    token: str = field(repr=False)
    receipt: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a client is about to publish.

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
    signatures: Signatures
    issuer: str
    """The address of this installation."""

    def leaving(self, record: CheckRecord) -> Leaving | None:
        """Return what takes a check's picture out; None unless it was approved."""
        token = self.screener.releases.token(record)
        if token is None:
            return None
        with self.screener.store.reading(SYSTEM, self.screener.clock()) as tx:
            channel = tx.channels.get(record.draft.channel)
        claims = _claims(record, channel, self.issuer)
        return Leaving(token, self.signatures.sign(TYPE, claims)) if claims else None

    def read(self, receipt: str) -> dict[str, Any]:
        """Return what a receipt says.

        Raises:
            ReceiptInvalid: it was changed, or made elsewhere.
        """
        claims = self.signatures.read(TYPE, receipt)
        if claims is None:
            detail = "Do not publish. Ask for the check again and use the receipt that it gives."
            raise ReceiptInvalid(detail)
        return claims

    def verify(self, offer: Offer, client: str = SYSTEM, key: str | None = None) -> CheckRecord:
        """Return the check whose approval covers exactly this, at that moment.

        A receipt for one post is used up by this.

        Args:
            offer: what is about to be published.
            client: who asks.
            key: the idempotency key of the request; the same client may ask again with it.

        Raises:
            ReceiptInvalid: it is no receipt of ours.
            ReceiptMismatch: something is not what was approved.
            OutsideWindow: the moment is not.
            ReceiptUsed: it held for one post, and is used up.
            ApprovalEnded: the approval has ended.
            ClockSetBack: it cannot be told whether it has ended.
        """
        claims = self.read(offer.receipt)
        _must_be_the_same(claims, offer)
        at = offer.at or self.screener.clock()
        _must_be_in_time(claims, at, self.screener.clock())
        with self.screener.store.reading(SYSTEM, self.screener.clock()) as tx:
            record = tx.checks.find(claims["sub"])
            channel = tx.channels.get(offer.channel)
        if record is None or _claims(record, channel, claims["iss"]) != claims:
            raise ApprovalEnded
        try:
            self.screener.releases.standing(record, at)
        except ReleaseWithdrawn as error:
            raise ApprovalEnded from error
        if record.draft.request.single_use or self.screener.policy.single_use_receipts:
            self._use_up(record, Use(client, key, at))
        return record

    def _use_up(self, record: CheckRecord, use: Use) -> None:
        """Take the one use of a receipt, if the approval still stands in the same transaction.

        Raises:
            ReceiptUsed: it is used up.
            ApprovalEnded: the approval has ended meanwhile.
        """
        moment = self.screener.clock()
        with self.screener.store.transaction(use.client, moment) as tx:
            if not tx.checks.get(record.id).stands(moment):
                raise ApprovalEnded
            if not tx.receipt_uses.take(record.id, use):
                raise ReceiptUsed(_USED)


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
        **({"single_use": True} if record.draft.request.single_use else {}),
    }


def _must_be_the_same(claims: Mapping[str, Any], offer: Offer) -> None:
    """Compare what is about to be published with what was approved.

    Raises:
        ReceiptMismatch: naming each field that differs.
    """
    given = {"sha256": offer.sha256.lower(), "aud": offer.channel}
    given |= {f"{name}_sha256": sha256_of(offer.words[name]) or "" for name in WORDS}
    fields = {"aud": "channel"} | {f"{name}_sha256": name for name in WORDS}
    wrong = [fields.get(name, name) for name, value in given.items() if (claims.get(name) or "") != value]
    if wrong:
        raise ReceiptMismatch(wrong)


def _must_be_in_time(claims: Mapping[str, Any], at: datetime, now: datetime) -> None:
    """Make sure that a moment lies in the window and not in the past.

    Raises:
        ApprovalEnded: the window is over.
        OutsideWindow: the moment lies outside it.
    """
    begins, ends = (datetime.fromtimestamp(claims[name], UTC) for name in ("nbf", "exp"))
    if now >= ends:
        raise ApprovalEnded
    if not begins <= at < ends:
        detail = "Do not publish then. Choose a moment between nbf and exp of the receipt, or ask for a new check."
        raise OutsideWindow(detail)
