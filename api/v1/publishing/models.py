"""Response models of version 1: publishing."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from pydantic import Field

from api.http.models import Shape
from consent_db.publishing.records import PublicationRecord, TakedownOutcome, TakedownRecord, Why


class PublicationShape(Shape):
    """One publication. The people it shows are not disclosed to programs."""

    id: str
    check: str
    channel: str
    sha256: str = Field(description="SHA-256 of the approved release.")
    url: str | None
    post_id: str | None
    published_at: datetime
    recorded_at: datetime
    taken_down_at: datetime | None
    takedown: str | None = Field(description="Id of its open take-down: take the post down.")

    @classmethod
    def of(cls, record: PublicationRecord, takedown: str | None) -> PublicationShape:
        """Return a post as programs read it."""
        return cls(
            id=record.id,
            check=record.check_id,
            channel=record.channel,
            sha256=record.release_sha256,
            url=record.address,
            post_id=record.post_id,
            published_at=record.published_at,
            recorded_at=record.recorded_at,
            taken_down_at=record.taken_down_at,
            takedown=takedown,
        )


class PublicationsShape(Shape):
    """A page of posts, the latest first."""

    publications: list[PublicationShape]
    next: str | None = Field(description="Pagination cursor of the next page; null on the last page.")


class TakedownShape(Shape):
    """One post that has to come down."""

    id: str
    publication: str
    channel: str
    url: str | None
    post_id: str | None
    why: Why
    message: str = Field(description="What to do.")
    opened_at: datetime
    due_at: datetime
    overdue: bool
    done_at: datetime | None
    outcome: TakedownOutcome | None

    @classmethod
    def of(cls, record: TakedownRecord, now: datetime) -> TakedownShape:
        """Return a take-down as programs read it."""
        post = record.publication
        return cls(
            id=record.id,
            publication=post.id,
            channel=post.channel,
            url=post.address,
            post_id=post.post_id,
            why=record.why,
            message=record.why.sentence,
            opened_at=record.opened_at,
            due_at=record.due_at,
            overdue=record.overdue(now),
            done_at=record.done_at,
            outcome=record.outcome,
        )


class TakedownsShape(Shape):
    """Take-downs, what is due first."""

    takedowns: list[TakedownShape]


PUBLICATION_EXAMPLE: Final[dict[str, Any]] = {
    "id": "pub_4c1f9be2",
    "check": "chk_9tq3v1",
    "channel": "website",
    "sha256": "1f3c7a1e2f5b9d0c4e8a7b6d5c4f3e2d1c0b9a8f7e6d5c4b3a291807f6e5d4c3",
    "url": "https://school.example/news/42",
    "post_id": "42",
    "published_at": "2026-11-20T10:00:00Z",
    "recorded_at": "2026-11-20T10:00:02Z",
    "taken_down_at": None,
    "takedown": None,
}

TAKEDOWN_EXAMPLE: Final[dict[str, Any]] = {
    "id": "tkd_7d20c3aa",
    "publication": "pub_4c1f9be2",
    "channel": "website",
    "url": "https://school.example/news/42",
    "post_id": "42",
    "why": "not_permitted",
    "message": Why.NOT_PERMITTED.sentence,
    "opened_at": "2026-11-22T08:00:00Z",
    "due_at": "2026-11-23T08:00:00Z",
    "overdue": False,
    "done_at": None,
    "outcome": None,
}
