"""What is sent to be checked: a photo with its request, and the claim that it is sent once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from consent_db.accounts.clients import is_client
from consent_db.approvals.records import CheckDraft
from consent_db.transaction import Transaction
from gatekeeper.rendition import NO_LIMIT, SizeLimit
from gatekeeper.types import ELSEWHERE, NOT_SHOWN, AcceptedChange

SYSTEM: Final = "system"
"""The actor of automatic work in the audit."""


@dataclass(frozen=True, slots=True)
class Submission:
    """The request to publish, besides the picture."""

    channel: str
    caption: str | None = None
    alt_text: str | None = None
    credit: str | None = None
    event: str | None = None
    publish_at: datetime | None = None
    attestations: frozenset[str] = frozenset()
    attested_by: str | None = None
    """The account of the person who looked at the picture, where a program sends it."""
    accepted_changes: frozenset[AcceptedChange] = frozenset()
    """Changes of the words that the sender agrees to before seeing them."""
    single_use: bool = False
    """Whether the receipt is to hold for one post only; the policy may want it anyway."""
    size_limit: SizeLimit = NO_LIMIT


@dataclass(frozen=True, slots=True)
class Claim:
    """An idempotency key and a hash of the request that it came with."""

    key: str
    fingerprint: str


class ScreeningError(Exception):
    """The base of what this module raises; every message says what to do next."""


class NoSuchCheck(ScreeningError):
    """There is no such check, or it is not this person's to see."""


class AlreadyAsked(ScreeningError):
    """The same request was made before under the same idempotency key."""

    def __init__(self, check_id: str) -> None:
        super().__init__("This was asked before.")
        self.check_id = check_id


class RegisterBusy(ScreeningError):
    """The register kept changing while the photo was screened; it will be screened again."""


def attested(submission: Submission, actor: str, *, alone: bool) -> dict[str, Any]:
    """Return which attestations count that came with a picture, and who looked.

    Those of a program count if it says who looked, or the policy lets programs attest.
    That a person who asked not to be shown is not there counts only from a person
    who was shown the picture.

    Args:
        submission: what was sent.
        actor: who sent it.
        alone: whether the policy lets programs attest by themselves.
    """
    given, looked = submission.attestations, submission.attested_by
    if not is_client(actor):
        return {"attestations": given}
    never = frozenset(code for code in given if code.startswith((NOT_SHOWN, ELSEWHERE)))
    unlooked = given if not (alone or looked) else never
    return {"attestations": given - unlooked, "unlooked": unlooked, "attested_by": looked}


def receive(tx: Transaction, draft: CheckDraft, actor: str, claim: Claim | None, due_at: datetime) -> str:
    """Write down that a photo has arrived, under its claim; return the id of its check."""
    if draft.event is not None:
        tx.groups.members(draft.event)  # raises if there is no such class or event
    record = tx.checks.receive(draft, due_at)
    keep_claim(tx, actor, claim, record.id)
    return record.id


def keep_claim(tx: Transaction, actor: str, claim: Claim | None, check_id: str) -> None:
    """Bind the idempotency key to a check; a second request with it creates none."""
    if claim is None:
        return
    before = tx.idempotency.claim(actor, claim.key, claim.fingerprint, check_id)
    if before is not None:
        raise AlreadyAsked(before)
