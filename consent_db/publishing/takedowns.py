"""Take-downs: a clock that runs until a proof is given that a post is down."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, delete, insert, select, update

from consent_db.core import former, policy_terms
from consent_db.core.context import Context, new_id
from consent_db.errors import NotFound, NotPossible
from consent_db.keys.crypto import Place
from consent_db.publishing.publications import read_publications
from consent_db.publishing.records import PublicationRecord, TakedownOutcome, TakedownRecord, Why
from consent_db.schema import PublicationPersonRow, PublicationRow, TakedownRow
from consent_db.webhooks.outbox import Event, tell

_LONGEST_PROOF: Final = 2000


def open_takedowns(context: Context, wanted: Mapping[str, Why]) -> tuple[str, ...]:
    """Open a take-down for each of these publications that has none open; the only place that does.

    Returns:
        The ids of the take-downs that are open for them now, in the order of `wanted`.
    """
    held = policy_terms.current(context) if wanted else None
    return tuple(
        _open_for(context, publication) or _start(context, publication, why, held.takedown_hours)
        for publication, why in wanted.items()
        if held is not None
    )


def _open_for(context: Context, publication: str) -> str | None:
    query = select(TakedownRow.id).where(TakedownRow.publication_id == publication, TakedownRow.done_at.is_(None))
    return context.connection.execute(query.limit(1)).scalar_one_or_none()


def _start(context: Context, publication: str, why: Why, hours: int) -> str:
    row_id, due = new_id("tkd"), context.now + timedelta(hours=hours)
    values = {"id": row_id, "publication_id": publication, "why": why.value, "due_at": due}
    values |= {"opened_at": context.now, "opened_by": context.actor}
    context.connection.execute(insert(TakedownRow).values(values))
    context.log("takedown.opened", publication, {"takedown": row_id, "why": why, "due": due.isoformat()})
    _tell(context, Event.TAKEDOWN_OPENED, row_id, publication)
    return row_id


def _tell(context: Context, event: Event, takedown: str, publication: str) -> None:
    channel = select(PublicationRow.channel).where(PublicationRow.id == publication)
    ids = {"takedown": takedown, "publication": publication}
    tell(context, event, context.connection.execute(channel).scalar_one(), ids)


class Takedowns:
    """Take-downs, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def get(self, takedown: str) -> TakedownRecord:
        """Return one.

        Raises:
            NotFound: there is none of this id.
        """
        rows = self._context.connection.execute(_QUERY.where(TakedownRow.id == takedown)).all()
        if not rows:
            message = "There is no take-down of this id; look at the list again."
            raise NotFound(message)
        return self._records(rows)[0]

    def waiting(self) -> list[TakedownRecord]:
        """Return everything that has to come down, what is due first."""
        query = _QUERY.where(TakedownRow.done_at.is_(None)).order_by(TakedownRow.due_at, TakedownRow.id)
        return self._records(self._context.connection.execute(query).all())

    def of(self, publications: Collection[str]) -> list[TakedownRecord]:
        """Return the take-downs of these posts, open and closed, the oldest first."""
        query = _QUERY.where(TakedownRow.publication_id.in_(publications))
        return self._records(
            self._context.connection.execute(query.order_by(TakedownRow.opened_at, TakedownRow.id)).all()
        )

    def overdue(self) -> list[TakedownRecord]:
        """Return what should be down by now and is not, the longest first."""
        return [record for record in self.waiting() if record.overdue(self._context.now)]

    def all(self) -> list[TakedownRecord]:
        """Return everything that has to come down or had to, in no order."""
        return self._records(self._context.connection.execute(_QUERY).all())

    def finished(self, limit: int = 100) -> list[TakedownRecord]:
        """Return what was dealt with, the latest first."""
        query = _QUERY.where(TakedownRow.done_at.is_not(None)).order_by(TakedownRow.done_at.desc(), TakedownRow.id)
        return self._records(self._context.connection.execute(query.limit(limit)).all())

    def done(self, takedown: str, proof: str, outcome: TakedownOutcome = TakedownOutcome.DOWN) -> TakedownRecord:
        """Stop the clock: the post is down, or its text was changed, or it may stay.

        Who may say that it may stay is the caller's to ask.

        Args:
            takedown: the id.
            proof: what was seen: a note, the address of an archived page; kept sealed.
            outcome: how it ended.

        Raises:
            NotFound: there is none of this id.
            NotPossible: it is done already, there is no proof, or the outcome does
                not answer why it was opened.
        """
        record = self.get(takedown)
        _must_fit(record, proof, outcome)
        context = self._context
        sealed = context.school_key.seal(proof.strip().encode(), _place(takedown))
        values = {"done_at": context.now, "done_by": context.actor, "outcome": outcome.value, "proof": sealed}
        context.connection.execute(update(TakedownRow).where(TakedownRow.id == takedown).values(values))
        before = self._concluded(record.publication.id, outcome)
        entry = context.log("takedown.done", record.publication.id, {"takedown": takedown, "outcome": outcome})
        former.keep(context, entry, before)
        _tell(context, Event.TAKEDOWN_CLOSED, takedown, record.publication.id)
        return self.get(takedown)

    def reopen(self, takedown: str, entry: int) -> TakedownRecord:
        """Let the clock run again, from when it began: closing it was a mistake. The proof that was given stays.

        Args:
            takedown: the id.
            entry: of the audit, that tells how it was closed.

        Raises:
            NotFound: there is none of this id.
            NotPossible: it is open, or another one for the same post is.
        """
        record, context = self.get(takedown), self._context
        if record.done_at is None or _open_for(context, record.publication.id) is not None:
            message = "This post is on the list of what has to come down already."
            raise NotPossible(message)
        blank = dict.fromkeys(("done_at", "done_by", "outcome"))
        context.connection.execute(update(TakedownRow).where(TakedownRow.id == takedown).values(blank))
        if record.outcome is TakedownOutcome.DOWN:
            mine = PublicationRow.id == record.publication.id
            context.connection.execute(update(PublicationRow).where(mine).values(taken_down_at=None))
        self._restore(record.publication.id, former.read(context, entry) or [])
        context.log("takedown.reopened", record.publication.id, {"takedown": takedown})
        _tell(context, Event.TAKEDOWN_OPENED, takedown, record.publication.id)
        return self.get(takedown)

    def _restore(self, publication: str, people: Iterable[list[Any]]) -> None:
        """Let the ledger show and name these people in a post again, who are as `_concluded` returned them."""
        execute, row = self._context.connection.execute, PublicationPersonRow
        for person, named, found_by in people:
            execute(delete(row).where(row.publication_id == publication, row.person_id == person))
            values = {"publication_id": publication, "person_id": person, "named": named, "found_by": found_by}
            execute(insert(row).values(values))

    def _concluded(self, publication: str, outcome: TakedownOutcome) -> list[list[Any]]:
        """Let the ledger say what is true of the post now; return the people of whom it said otherwise."""
        execute, people = self._context.connection.execute, PublicationPersonRow
        mine = people.publication_id == publication
        rows = execute(select(people.person_id, people.named, people.found_by).where(mine)).all()
        if outcome is TakedownOutcome.DOWN:
            now = self._context.now
            execute(update(PublicationRow).where(PublicationRow.id == publication).values(taken_down_at=now))
            return []
        if outcome is TakedownOutcome.EDITED:
            execute(update(people).where(mine).values(named=False))
            return [list(row) for row in rows if row.named]
        execute(delete(people).where(mine, people.found_by == "search"))
        return [list(row) for row in rows if row.found_by == "search"]

    def _records(self, rows: Iterable[Row[*tuple[object, ...]]]) -> list[TakedownRecord]:
        rows = list(rows)
        publications = read_publications(self._context, [row.publication_id for row in rows])
        return [self._record(row, publications[row.publication_id]) for row in rows]

    def _record(self, row: Row[*tuple[object, ...]], publication: PublicationRecord) -> TakedownRecord:
        proof = row.proof and self._context.school_key.open(row.proof, _place(row.id)).decode()
        return TakedownRecord(
            id=row.id,
            publication=publication,
            why=Why(row.why),
            opened_at=row.opened_at,
            opened_by=row.opened_by,
            due_at=row.due_at,
            done_at=row.done_at,
            done_by=row.done_by,
            outcome=row.outcome and TakedownOutcome(row.outcome),
            proof=proof,
        )


_QUERY: Final = select(TakedownRow.__table__)

_STAYS: Final = {
    TakedownOutcome.EDITED: frozenset({Why.NAME_NOT_PERMITTED}),
    TakedownOutcome.KEPT: frozenset({Why.MAY_SHOW}),
}
"""What may end otherwise than by taking the post down, and why it then was opened."""


def _must_fit(record: TakedownRecord, proof: str, outcome: TakedownOutcome) -> None:
    problem = None
    if record.done_at is not None:
        problem = "This was dealt with already."
    elif not proof.strip() or len(proof) > _LONGEST_PROOF:
        problem = f"Say what you saw when you looked, in at most {_LONGEST_PROOF} letters."
    elif outcome is not TakedownOutcome.DOWN and record.why not in _STAYS[outcome]:
        problem = "This post has to come down; nothing else will do."
    if problem:
        raise NotPossible(problem)


def _place(takedown: str) -> Place:
    return Place("takedowns", takedown, "proof")
