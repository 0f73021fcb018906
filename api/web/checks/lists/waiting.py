"""What waits for a person's decision or look."""

from __future__ import annotations

from api.web.checks.access import asked_of, viewer_of, wants_a_look
from consent_db.accounts.records import SessionRecord
from consent_db.approvals.records import CheckRecord
from consent_db.transaction import Transaction


def waiting_for(tx: Transaction, session: SessionRecord) -> list[CheckRecord]:
    """Return what a person may decide about or is to look at, what waits longest first."""
    return [record for record in reversed(tx.checks.blocked()) if waits_for(tx, record, session)]


def waits_for(tx: Transaction, record: CheckRecord, session: SessionRecord) -> bool:
    """Say whether a check waits for this person."""
    asked = bool(asked_of(record, viewer_of(tx, record, session))) and not tx.opinions.declined(record.id)
    return asked or wants_a_look(record)
