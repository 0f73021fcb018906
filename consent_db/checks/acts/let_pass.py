"""Phrases that a school lets pass in its captions: names of no pupil, and authors of pictures.

`Rosa Parks` is asked about once. Whether a phrase is a name of the register is for
`gatekeeper.caption.phrases` to say, before it is added and again in every caption.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from consent_db.checks.records import LetPassRecord, PhraseKind
from consent_db.core.context import Context, changed, new_id
from consent_db.errors import NotPossible
from consent_db.keys.crypto import Place
from consent_db.schema import LetPassRow
from gatekeeper.caption import phrases

_LONGEST: Final = 100
_MOST: Final = 2_000


class LetPass:
    """The school's phrases, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(self, phrase: str, kind: PhraseKind) -> LetPassRecord:
        """Let a phrase pass from now on; one that is on the list already stays as it is.

        Args:
            phrase: as it stands in a caption; kept sealed.
            kind: what was said of it.

        Raises:
            NotPossible: the phrase has no words, is too long, or the list is full.
        """
        context, words = self._context, " ".join(phrase.split())
        if not phrases.key(words) or len(words) > _LONGEST:
            message = f"Give the name as it stands in the caption, in at most {_LONGEST} letters."
            raise NotPossible(message)
        here = self.all()
        same = (one for one in here if one.kind is kind and phrases.key(one.phrase) == phrases.key(words))
        if (found := next(same, None)) is not None:
            return found
        if len(here) >= _MOST:
            message = f"The list holds at most {_MOST:,} names. Remove some first."
            raise NotPossible(message)
        row_id = new_id("phr")
        values: dict[str, Any] = {"id": row_id, "kind": kind, "phrase": context.seal(words, _place(row_id))}
        values |= {"recorded_at": context.now, "recorded_by": context.actor}
        context.connection.execute(insert(LetPassRow).values(values))
        context.move_register()
        context.log("phrase.let_pass", row_id, {"kind": kind.value})
        return LetPassRecord(row_id, kind, words, context.now, context.actor)

    def withdraw(self, phrase_id: str) -> None:
        """Ask about a phrase again; the entry stays in the history.

        Raises:
            NotPossible: there is none of this id, or it was withdrawn.
        """
        context, row = self._context, LetPassRow
        query = update(row).where(row.id == phrase_id, row.withdrawn_at.is_(None))
        done = context.connection.execute(query.values(withdrawn_at=context.now, withdrawn_by=context.actor))
        changed(done.rowcount, "This name is not on the list any more; look at the list again.")
        context.move_register()
        context.log("phrase.withdrawn", phrase_id, {})

    def get(self, phrase_id: str) -> LetPassRecord:
        """Return an entry, a withdrawn one too.

        Raises:
            NotPossible: there is none of this id.
        """
        row = self._context.connection.execute(select(LetPassRow.__table__).where(LetPassRow.id == phrase_id)).first()
        if row is None:
            message = "There is no such name; look at the list again."
            raise NotPossible(message)
        return _record(self._context, row)

    def all(self) -> list[LetPassRecord]:
        """Return what is let pass now, in the order in which it was added."""
        return all_of(self._context)


def all_of(context: Context) -> list[LetPassRecord]:
    """Return what a school lets pass now, in the order in which it was added."""
    query = select(LetPassRow.__table__).where(LetPassRow.withdrawn_at.is_(None))
    rows = context.connection.execute(query.order_by(LetPassRow.recorded_at, LetPassRow.id))
    return [_record(context, row) for row in rows]


def keys(context: Context, kind: PhraseKind) -> frozenset[str]:
    """Return the phrases of a kind as captions are searched for them."""
    return frozenset(phrases.key(one.phrase) for one in all_of(context) if one.kind is kind)


def _record(context: Context, row: Row[*tuple[Any, ...]]) -> LetPassRecord:
    words = context.open(row.phrase, _place(row.id))
    return LetPassRecord(row.id, PhraseKind(row.kind), words, row.recorded_at, row.recorded_by)


def _place(phrase_id: str) -> Place:
    return Place("let_pass_phrases", phrase_id, "phrase")
