"""What is sent to be checked: a photo with its request, and the claim that it is sent once."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from api.application.errors import UseCaseError
from consent_db.accounts.clients import is_client
from consent_db.approvals.records import CheckDraft
from consent_db.transaction import Transaction
from gatekeeper.rendition import LEAST_BYTES, LEAST_SIDE, SizeLimit
from gatekeeper.types import ELSEWHERE, NOT_SHOWN, WORD_FIELDS, AcceptedChange, CheckRequest

SYSTEM: Final = "system"
"""The actor of automatic work in the audit."""

MOST_CHARACTERS: Final = 5_000
"""Characters of a text that is to go out with a picture."""

_LEAST: Final = {"max_side": LEAST_SIDE, "max_bytes": LEAST_BYTES}
_OF_REQUEST: Final = frozenset(one.name for one in fields(CheckRequest))


@dataclass(frozen=True, slots=True)
class Claim:
    """An idempotency key and a hash of the request that it came with."""

    key: str
    fingerprint: str


class ScreeningError(UseCaseError):
    """The base of what this module raises; every message says what to do next."""


class NoSuchCheck(ScreeningError):
    """There is no such check, or it is not this person's to see."""


class SubmissionInvalid(ScreeningError):
    """A field of what is asked cannot be taken; `field` is its name."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class AlreadyAsked(ScreeningError):
    """The same request was made before under the same idempotency key."""

    def __init__(self, check_id: str) -> None:
        super().__init__("This was asked before.")
        self.check_id = check_id


class RegisterBusy(ScreeningError):
    """The register kept changing while the photo was screened; it will be screened again."""


def build_draft(channel: str, **asked: Any) -> CheckDraft:
    """Return what is asked of a check: pages, API, command line and evaluation build it here.

    Args:
        channel: the name of a channel.
        asked: fields of `CheckRequest` and `CheckDraft` by their names, and of `SizeLimit`;
            None and empty text count as left out, and sets may come as any collection.

    Raises:
        SubmissionInvalid: a text is too long, a limit too small, or a moment without time zone.
    """
    given = {name: value for name, value in asked.items() if value is not None and str(value).strip()}
    limit = size_limit(**{name: given.pop(name, 0) for name in _LEAST})
    request = {name: given.pop(name) for name in _OF_REQUEST & given.keys()}
    _check_fields(request, given.get("publish_at"))
    request["attestations"] = frozenset(request.get("attestations", ()))
    request["accepted_changes"] = frozenset(map(AcceptedChange, request.get("accepted_changes", ())))
    return CheckDraft(channel, CheckRequest(**request, size_limit=limit), **given)


def size_limit(max_side: int = 0, max_bytes: int = 0) -> SizeLimit:
    """Return a limit for the release; 0 sets none.

    Raises:
        SubmissionInvalid: a limit is smaller than a picture can be.
    """
    limit = SizeLimit(max_side, max_bytes)
    for name, least in _LEAST.items():
        if 0 < getattr(limit, name) < least:
            raise SubmissionInvalid(name, f"This must be at least {least}.")
    return limit


def _check_fields(request: dict[str, Any], publish_at: datetime | None) -> None:
    for name in WORD_FIELDS:
        if len(request.get(name, "")) > MOST_CHARACTERS:
            raise SubmissionInvalid(name, f"This may have {MOST_CHARACTERS} characters at most. Shorten it.")
    if publish_at is not None and publish_at.tzinfo is None:
        raise SubmissionInvalid("publish_at", "A moment needs its time zone, as in 2026-09-01T15:00+01:00.")


def attested(request: CheckRequest, actor: str, *, alone: bool) -> CheckRequest:
    """Return the request with those attestations that count, and who looked.

    Those of a program count if it says who looked, or the policy lets programs attest.
    That a person who asked not to be shown is not there counts only from a person
    who was shown the picture.

    Args:
        request: what was sent.
        actor: who sent it.
        alone: whether the policy lets programs attest by themselves.
    """
    given = request.attestations
    if not is_client(actor):
        return replace(request, attested_by=None)
    never = frozenset(code for code in given if code.startswith((NOT_SHOWN, ELSEWHERE)))
    unlooked = given if not (alone or request.attested_by) else never
    return replace(request, attestations=given - unlooked, unlooked=unlooked)


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
