"""Pictures that must not be shown: deleted at once, and known again when they come back.

A mark is the SHA-256 of a file, a perceptual fingerprint of 64 bits, and features of
some corners without their places; no picture can be made of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete as delete_from
from sqlalchemy import insert, select, update

from consent_db.approvals.records import CheckRecord, CheckState
from consent_db.approvals.revocation import end
from consent_db.checks.cells import seal_facts, seal_request, wordless_facts
from consent_db.checks.records import Deleted, Mark
from consent_db.core.context import Context
from consent_db.publishing.publications import find_publications
from consent_db.publishing.records import Why
from consent_db.publishing.takedowns import open_takedowns
from consent_db.schema import CheckRow, DeletedPictureRow, OpinionRow, PublicationRow

_OPEN = frozenset({CheckState.RECEIVED, CheckState.DECIDED})


def marks(context: Context) -> tuple[Mark, ...]:
    """Return the marks of every deleted picture."""
    row = DeletedPictureRow
    query = select(row.sha256, row.fingerprint, row.features).order_by(row.sha256)
    return tuple(
        Mark(sha256, None if print_ is None else int(print_, 16), features or b"")
        for sha256, print_, features in context.connection.execute(query)
    )


def delete(context: Context, asked: str, records: Sequence[CheckRecord], why: str, seen: Iterable[Mark]) -> Deleted:
    """End these checks, take their words and pictures from them, and remember the marks.

    Posts that were made of them have to come down.

    Args:
        context: of the transaction.
        asked: the check that was named.
        records: every check of the picture.
        why: a short code for the audit.
        seen: marks of files that were made from the picture.
    """
    end(context, [record.id for record in records if record.state in _OPEN], CheckState.REVOKED, why)
    posts = PublicationRow.check_id.in_([record.id for record in records])
    up = find_publications(context, posts, PublicationRow.taken_down_at.is_(None))
    open_takedowns(context, {post.id: Why.DELETED for post in up})
    for record in records:
        _empty(context, record)
    photos = [record.facts.photo for record in records if record.facts and record.facts.photo]
    releases = [record.facts.release for record in records if record.facts and record.facts.release]
    found = {release.sha256: Mark(release.sha256) for release in releases}
    found |= {photo.sha256: Mark(photo.sha256, photo.fingerprint) for photo in photos}
    found |= {mark.sha256: mark for mark in seen}
    remember(context, found.values())
    keys = {key for record in records for key in (record.draft.upload_key, record.examined_key) if key is not None}
    checks = tuple(sorted(record.id for record in records))
    context.destroyed = True
    context.log("picture.deleted", asked, {"why": why, "checks": list(checks), "marks": len(found)})
    return Deleted(checks, frozenset(keys))


def _empty(context: Context, record: CheckRecord) -> None:
    key, request = context.school_key, record.draft.request.without_words()
    values: dict[str, bytes | None] = {"request": seal_request(key, record.id, request)}
    if record.facts is not None:
        values["facts"] = seal_facts(key, record.id, wordless_facts(record.facts))
    query = update(CheckRow).where(CheckRow.id == record.id)
    context.connection.execute(query.values(**values, upload_key=None, examined_key=None))
    context.connection.execute(delete_from(OpinionRow).where(OpinionRow.check_id == record.id))


def remember(context: Context, found: Iterable[Mark]) -> None:
    """Keep these marks; those that are known already stay as they are."""
    known = {mark.sha256 for mark in marks(context)}
    rows = [
        {
            "sha256": mark.sha256,
            "fingerprint": None if mark.fingerprint is None else f"{mark.fingerprint:016x}",
            "features": mark.features or None,
            "deleted_at": context.now,
            "deleted_by": context.actor,
        }
        for mark in found
        if mark.sha256 not in known
    ]
    if rows:
        context.connection.execute(insert(DeletedPictureRow), rows)
