"""A success is told only after it is saved."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from sqlalchemy import text

from api.http.dependencies import Writing, _transaction
from consent_db.transaction import Transaction
from tests.support.http import AddRoute, Program


def _break_at_commit(tx: Transaction) -> None:
    """Point at a check that is not there; the foreign key is asked when the transaction is committed."""
    connection = tx._context.connection
    connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    connection.execute(text("UPDATE checks SET supersedes = 'nothing'"))


def test_a_commit_that_fails_is_not_told_as_a_success(scheduler: Program, add_route: AddRoute) -> None:
    """The commit happens before the answer: when it fails, the answer is 500."""
    scheduler.check(0.0)

    def writes(tx: Writing) -> dict[str, str]:
        _break_at_commit(tx)
        return {"saved": "yes"}

    add_route("/v1/writes", writes)
    answer = scheduler.get("/v1/writes")
    assert answer.status_code == 500
    assert "saved" not in answer.text


def test_the_frameworks_default_would_have_told_a_success(scheduler: Program, add_route: AddRoute) -> None:
    """Why `scope="function"` stands in dependencies.py: without it the same failure is a 200."""
    scheduler.check(0.0)

    def writes(tx: Annotated[Transaction, Depends(_transaction)]) -> dict[str, str]:
        _break_at_commit(tx)
        return {"saved": "yes"}

    add_route("/v1/writes", writes)
    assert scheduler.get("/v1/writes").status_code == 200
