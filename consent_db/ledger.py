"""The ledger of publications as a transaction offers it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from consent_db.approvals.records import CheckRecord
from consent_db.checks.service import Checks
from consent_db.core.chunked_queries import portions
from consent_db.core.context import Context
from consent_db.publishing.publications import (
    bind_found,
    find_publications,
    get_publication,
    insert_publication,
    page_of_publications,
)
from consent_db.publishing.records import PublicationDraft, PublicationRecord, Why
from consent_db.publishing.takedowns import Takedowns, open_takedowns
from consent_db.register import impact
from consent_db.schema import PublicationPersonRow, PublicationRow
from gatekeeper.types import PersonId

_CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""How far the clock of the publisher may be behind ours."""


class Publications:
    """Every post that was made of a picture, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def record(self, draft: PublicationDraft) -> PublicationRecord:
        """Write a post down; the same post again is found, not written twice.

        What may not be up comes down, with a clock that runs from now: a post of a
        picture whose approval did not stand yet or any more when it was published, or
        was for another channel, or for one post only and this is another, or whose people may not be shown any more by
        the time that it is reported.

        Raises:
            NotFound: there is no such check.
            NotPossible: it was published in the future, or nothing was released by the check.
        """
        context = self._context
        check = Checks(context).get(draft.check_id)
        row_id, new = insert_publication(context, check, draft)
        record = get_publication(context, row_id)
        why = None if not new else impact.objected(context, record)
        if new and why is None and not (_stood(check, draft) and self._is_one_of_those_approved(check)):
            why = Why.NOT_APPROVED
        if why is not None:
            open_takedowns(context, {row_id: why})
        return record

    def _is_one_of_those_approved(self, check: CheckRecord) -> bool:
        return not check.draft.request.single_use or len(self.of_check(check.id)) == 1

    def get(self, publication: str) -> PublicationRecord:
        """Return one.

        Raises:
            NotFound: there is none of this id.
        """
        return get_publication(self._context, publication)

    def all(self) -> list[PublicationRecord]:
        """Return every post, the latest first."""
        return find_publications(self._context)

    def page(
        self, channels: Collection[str], before: tuple[datetime, str] | None, limit: int
    ) -> list[PublicationRecord]:
        """Return some of the posts on these channels, the latest first.

        Args:
            channels: their names.
            before: the moment and id of the post that the page before ended with; None for the first page.
            limit: how many at most.
        """
        return page_of_publications(self._context, PublicationRow.channel.in_(channels), before, limit)

    def up(self) -> list[PublicationRecord]:
        """Return the posts that are not reported down, the latest first."""
        return find_publications(self._context, PublicationRow.taken_down_at.is_(None))

    def showing(self, person: PersonId) -> list[PublicationRecord]:
        """Return the posts that are up and show a person, the latest first."""
        return impact.showing(self._context, person)

    def of_person(self, person: PersonId) -> list[PublicationRecord]:
        """Return every post that shows a person, those too that are down, the latest first."""
        mine = select(PublicationPersonRow.publication_id).where(PublicationPersonRow.person_id == person)
        return find_publications(self._context, PublicationRow.id.in_(mine))

    def of_check(self, check_id: str) -> list[PublicationRecord]:
        """Return the posts that were made of one check's picture, the latest first."""
        return self.of_checks([check_id])

    def of_checks(self, checks: Sequence[str]) -> list[PublicationRecord]:
        """Return the posts that were made of these checks' pictures, the latest first of each portion."""
        return [
            post
            for some in portions(checks)
            for post in find_publications(self._context, PublicationRow.check_id.in_(some))
        ]

    def lapsed(self) -> list[PublicationRecord]:
        """Return the posts that are up although a permission has ended since, without an objection.

        No person asked for them to come down, so no clock runs; a person decides.
        """
        return impact.posts_today(self._context, self.up())[1]

    def catch_up(self) -> tuple[str, ...]:
        """Open a take-down for every post that is objected to as of today and that is up; return those opened.

        For the daily run: a refusal may have been written down that begins on a later day.
        """
        before = {record.id for record in Takedowns(self._context).waiting()}
        opened = open_takedowns(self._context, impact.posts_today(self._context, self.up())[0])
        return tuple(takedown for takedown in opened if takedown not in before)

    def take_down(self, publication: str, why: Why = Why.NOT_PERMITTED) -> str:
        """Have a post come down because a person decided so; return the take-down's id.

        Raises:
            NotFound: there is none of this id.
        """
        get_publication(self._context, publication)
        return open_takedowns(self._context, {publication: why})[0]

    def found(self, person: PersonId, release_sha256: str) -> tuple[str, ...]:
        """Note that a search found a person in a released picture; return the take-downs that are open for it."""
        posts = find_publications(
            self._context, PublicationRow.release_sha256 == release_sha256, PublicationRow.taken_down_at.is_(None)
        )
        bind_found(self._context, [post.id for post in posts], person)
        return open_takedowns(self._context, {post.id: Why.MAY_SHOW for post in posts})


def _stood(check: CheckRecord, draft: PublicationDraft) -> bool:
    """Say whether there was an approval, for that channel, that stood at the moment of publishing."""
    ended = [moment for moment in (check.expires_at, check.ended_at) if moment is not None]
    if check.decided_at is None or draft.published_at < check.decided_at - _CLOCKS_DIFFER:
        return False
    if draft.channel not in {None, check.draft.channel}:
        return False
    return check.approved and all(draft.published_at < moment for moment in ended)
