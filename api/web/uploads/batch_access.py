"""Whose batches may be seen, and filled."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from api.http.problems import not_found
from api.web.checks.lists.steps import may_see
from consent_db.accounts.records import SessionRecord
from consent_db.checks.batch.batches import BatchRecord
from consent_db.transaction import Transaction

BatchId = Annotated[str, Path(pattern=r"^bat_[0-9a-f]{32}$")]


def own(tx: Transaction, batch_id: str, session: SessionRecord) -> BatchRecord:
    """Return a batch of the account.

    Raises:
        Problem: 404, there is none of theirs.
    """
    batch = tx.batches.find(batch_id)
    if batch is None or batch.actor != session.user.id:
        raise not_found()
    return batch


def visible(tx: Transaction, batch_id: str, session: SessionRecord) -> BatchRecord:
    """Return a batch of the account; roles that may see every check may see every batch.

    Raises:
        Problem: 404, there is none, or it is not theirs to see.
    """
    batch = tx.batches.find(batch_id)
    if batch is None or not may_see(batch, session):
        raise not_found()
    return batch
