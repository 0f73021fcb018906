"""Checks as they are stored: one by its id, some of a list, all that a page shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, func, literal, select, tuple_

from consent_db.approvals.records import CheckDraft, CheckRecord, CheckState
from consent_db.checks.cells import open_facts, open_request
from consent_db.core.chunked_queries import portions
from consent_db.core.context import Context
from consent_db.errors import NotFound, NotPossible
from consent_db.schema import CheckPersonRow, CheckRow, Instant
from gatekeeper.types import PersonId

QUERY: Final = select(CheckRow.__table__)
"""All checks; what narrows it is read with `StoredChecks.select`."""


class StoredChecks:
    """Reads checks, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def find(self, check_id: str) -> CheckRecord | None:
        """Return a check, if there is one of this id."""
        return next(self.select(QUERY.where(CheckRow.id == check_id)), None)

    def get(self, check_id: str) -> CheckRecord:
        """Return a check.

        Raises:
            NotFound: there is none of this id.
        """
        found = self.find(check_id)
        if found is None:
            message = "There is no check of this id."
            raise NotFound(message)
        return found

    def several(self, checks: Sequence[str]) -> list[CheckRecord]:
        """Return these checks in their order; those that are not there are left out."""
        found: dict[str, CheckRecord] = {}
        for some in portions(checks):
            found |= {record.id: record for record in self.select(QUERY.where(CheckRow.id.in_(some)))}
        return [found[check] for check in checks if check in found]

    def about(self, person: PersonId) -> int:
        """Return how many checks a person is bound in."""
        query = select(func.count()).where(CheckPersonRow.person_id == person)
        return self._context.connection.execute(query).scalar_one()

    def unfinished(self) -> list[CheckRecord]:
        """Return the checks that were received and not decided, the oldest first."""
        query = QUERY.where(CheckRow.state == CheckState.RECEIVED).order_by(CheckRow.created_at, CheckRow.id)
        return list(self.select(query))

    def must_not_be_examined_again(self, check_id: str) -> None:
        """Make sure that no successor of a check waits for its answer.

        Raises:
            NotPossible: one does, and what is said of the old answer now would not be in it.
        """
        query = select(CheckRow.id).where(CheckRow.supersedes == check_id, CheckRow.state == CheckState.RECEIVED)
        if self._context.connection.execute(query.limit(1)).first() is not None:
            message = "This picture is being checked again already. Wait for the answer and go on from there."
            raise NotPossible(message)

    def by_release_token(self, sha256: str) -> CheckRecord | None:
        """Return the check whose release this token opens, whether it still stands or not."""
        return next(self.select(QUERY.where(CheckRow.release_token_sha256 == sha256)), None)

    def picture_keys(self) -> frozenset[str]:
        """Return the keys of the stored pictures that are still needed: every other may go."""
        waiting = select(CheckRow.upload_key).where(CheckRow.state == CheckState.RECEIVED)
        keys = waiting.union(select(CheckRow.examined_key))
        return frozenset(key for key in self._context.connection.execute(keys).scalars() if key is not None)

    def recent(self, actor: str | None = None, limit: int = 50) -> list[CheckRecord]:
        """Return the newest checks, of all actors or of one, the newest first."""
        query = QUERY.order_by(CheckRow.created_at.desc(), CheckRow.id).limit(limit)
        return list(self.select(query if actor is None else query.where(CheckRow.actor == actor)))

    def blocked(self, limit: int = 500) -> list[CheckRecord]:
        """Return the latest checks that stand as blocked, the newest first."""
        query = QUERY.where(CheckRow.state == CheckState.DECIDED.value, CheckRow.approved.is_(False))
        return list(self.select(query.order_by(CheckRow.created_at.desc(), CheckRow.id).limit(limit)))

    def page(self, actor: str, before: tuple[datetime, str] | None, limit: int) -> list[CheckRecord]:
        """Return some of an actor's checks, the newest first.

        Args:
            actor: who asked for them.
            before: moment and id of the check that the page before ended with; None for the first page.
            limit: how many at most.
        """
        order = (CheckRow.created_at, CheckRow.id)
        query = QUERY.where(CheckRow.actor == actor).order_by(*(column.desc() for column in order)).limit(limit)
        if before is not None:
            query = query.where(tuple_(*order) < tuple_(literal(before[0], Instant()), literal(before[1])))
        return list(self.select(query))

    def select(self, query: Select[*tuple[Any, ...]]) -> Iterator[CheckRecord]:
        """Yield the checks that a narrowed `QUERY` finds."""
        for row in self._context.connection.execute(query).all():
            yield self._record(row)

    def _record(self, row: Row[*tuple[Any, ...]]) -> CheckRecord:
        key = self._context.school_key
        request = open_request(key, row.id, row.request)
        draft = CheckDraft(row.channel, request, row.event, row.publish_at, row.upload_key, row.supersedes)
        return CheckRecord(
            id=row.id,
            state=CheckState(row.state),
            actor=row.actor,
            draft=draft,
            created_at=row.created_at,
            decided_at=row.decided_at,
            facts=None if row.facts is None else open_facts(key, row.id, row.facts),
            examined_key=row.examined_key,
            release_token_sha256=row.release_token_sha256,
            expires_at=row.expires_at,
            ended_at=row.ended_at,
            ended_why=row.ended_why,
            superseded_by=row.superseded_by,
        )
