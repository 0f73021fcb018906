"""Pictures that must not be shown: deleted at once, and known again when they come back.

A mark is the SHA-256 of a file, a perceptual fingerprint of 64 bits, and features of
some corners without their places; no picture can be made of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import delete as delete_from
from sqlalchemy import insert, select, update

from consent_db.approvals.records import CheckRecord, CheckState
from consent_db.approvals.revocation import end
from consent_db.checks.cells import seal_facts, seal_request, wordless_facts
from consent_db.checks.lineage import Lineage
from consent_db.checks.reading import QUERY, StoredChecks
from consent_db.checks.records import Deleted, Mark
from consent_db.core.context import Context
from consent_db.publishing.publications import find_publications
from consent_db.publishing.records import Why
from consent_db.publishing.takedowns import open_takedowns
from consent_db.schema import CheckRow, DeletedPictureRow, OpinionRow, PublicationRow
from gatekeeper.types import Facts

_OPEN = frozenset({CheckState.RECEIVED, CheckState.DECIDED})


class DeletedPictures:
    """Deletes pictures at once and remembers their marks, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def marks(self) -> tuple[Mark, ...]:
        """Return the marks of every deleted picture."""
        row = DeletedPictureRow
        query = select(row.sha256, row.fingerprint, row.features).order_by(row.sha256)
        return tuple(
            Mark(sha256, None if print_ is None else int(print_, 16), features or b"")
            for sha256, print_, features in self._context.connection.execute(query)
        )

    def delete(self, check_id: str, why: str, seen: Iterable[Mark] = ()) -> Deleted:
        """Take a picture out at once: every check of it ends and loses its words and pictures.

        Posts that were made of them have to come down. What comes back are the stored
        files, which have to be deleted when this transaction is over.

        Args:
            check_id: any check of the picture.
            why: a short code such as `compromising`, for the audit; no names.
            seen: marks of files that were made from it, to know those again too.

        Raises:
            NotFound: there is none of this id.
        """
        context, records = self._context, Lineage(self._context).of_same_picture(check_id)
        end(context, [record.id for record in records if record.state in _OPEN], CheckState.REVOKED, why)
        posts = PublicationRow.check_id.in_([record.id for record in records])
        up = find_publications(context, posts, PublicationRow.taken_down_at.is_(None))
        open_takedowns(context, {post.id: Why.DELETED for post in up})
        for record in records:
            _empty(context, record)
        made = [mark for record in records if record.facts for mark in _marks_of(record.facts)]
        # Of a release that was uploaded again, the mark with the fingerprint is the one that is kept.
        found = {mark.sha256: mark for mark in sorted(made, key=lambda mark: mark.fingerprint is not None)}
        found |= {mark.sha256: mark for mark in seen}
        self.remember(found.values())
        keys = {key for record in records for key in (record.draft.upload_key, record.examined_key) if key is not None}
        checks = tuple(sorted(record.id for record in records))
        context.destroyed = True
        context.log("picture.deleted", check_id, {"why": why, "checks": list(checks), "marks": len(found)})
        return Deleted(checks, frozenset(keys))

    def with_file(self, sha256s: Collection[str]) -> list[str]:
        """Return the checks whose upload or release is one of these files."""
        if not sha256s:
            return []
        decided = StoredChecks(self._context).select(QUERY.where(CheckRow.facts.is_not(None)).order_by(CheckRow.id))
        return [
            record.id
            for record in decided
            if record.facts and {mark.sha256 for mark in _marks_of(record.facts)} & set(sha256s)
        ]

    def remember(self, found: Iterable[Mark]) -> None:
        """Keep marks of pictures that were deleted, so that those are refused; known ones stay as they are."""
        known = {mark.sha256 for mark in self.marks()}
        rows = [
            {
                "sha256": mark.sha256,
                "fingerprint": None if mark.fingerprint is None else f"{mark.fingerprint:016x}",
                "features": mark.features or None,
                "deleted_at": self._context.now,
                "deleted_by": self._context.actor,
            }
            for mark in found
            if mark.sha256 not in known
        ]
        if rows:
            self._context.connection.execute(insert(DeletedPictureRow), rows)


def _marks_of(facts: Facts) -> list[Mark]:
    """Return the marks of the release and of the upload."""
    release = [] if facts.release is None else [Mark(facts.release.sha256)]
    return release + ([] if facts.photo is None else [Mark(facts.photo.sha256, facts.photo.fingerprint)])


def _empty(context: Context, record: CheckRecord) -> None:
    key, request = context.school_key, record.draft.request.without_words()
    values: dict[str, bytes | None] = {"request": seal_request(key, record.id, request)}
    if record.facts is not None:
        values["facts"] = seal_facts(key, record.id, wordless_facts(record.facts))
    query = update(CheckRow).where(CheckRow.id == record.id)
    context.connection.execute(query.values(**values, upload_key=None, examined_key=None))
    context.connection.execute(delete_from(OpinionRow).where(OpinionRow.check_id == record.id))
