"""Pictures on their way in: one becomes a check, many a batch of checks."""

from __future__ import annotations

from api.application.services import Services
from consent_db.approvals.records import CheckDraft
from consent_db.errors import NotPossible
from consent_db.transaction import Transaction


def address_known(tx: Transaction, draft: CheckDraft) -> bool:
    """Say whether channel and class or event are on record, before any picture is taken in."""
    event = draft.event
    known = event is None or event in tx.groups.names() or tx.groups.event(event) is not None
    return known and tx.channels.get(draft.channel) is not None


def fits(services: Services, size: int) -> bool:
    """Say whether a file of so many bytes is taken in."""
    return 0 < size <= services.settings.max_upload_bytes


def send(services: Services, data: bytes, draft: CheckDraft, actor: str) -> str:
    """Take one picture in, to be examined soon; return the id of its check."""
    services.queue.must_have_room(actor)
    check = services.screener.submit(data, draft, actor, later=True)
    services.queue.submit(check)
    return check


def send_to(
    services: Services, batch: str, data: bytes, draft: CheckDraft, actor: str, place: int | None = None
) -> str:
    """Take one picture of a batch in; `place` is that of its file among those chosen, from 0, if it is known.

    A crash between the two steps leaves a check without its batch: it is examined
    all the same, and stands among the sender's pictures.

    Raises:
        NotPossible: there is no such batch of theirs, or it has this one or all its pictures.
    """
    with services.store.reading(actor, services.clock()) as tx:
        found = tx.batches.find(batch)
    if found is None or found.actor != actor or len(found.checks) >= found.expected or place in found.places:
        message = "All pictures of this batch have come already. Send further ones as a new batch."
        raise NotPossible(message)
    check = send(services, data, draft, actor)
    with services.store.transaction(actor, services.clock()) as tx:
        tx.batches.add(batch, check, place)
    return check
