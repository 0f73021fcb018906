"""What was made of one upload: the checks that replaced each other, and who had a hand in them."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import replace

from sqlalchemy import select

from consent_db.approvals.records import CheckRecord
from consent_db.checks.reading import QUERY, StoredChecks
from consent_db.core.context import Context
from consent_db.schema import CheckPersonRow, CheckRow, ClientRow
from gatekeeper.types import UNEDITED, CheckRequest, PersonId, Said


class Lineage:
    """Follows checks back to their upload and on to what replaced them, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._checks = StoredChecks(context)

    def origin(self, record: CheckRecord) -> str:
        """Return who sent the picture, not who resolved something since."""
        while record.draft.supersedes is not None:
            record = self._checks.get(record.draft.supersedes)
        return record.actor

    def contributors(self, record: CheckRecord) -> frozenset[str]:
        """Return who uploaded the picture or has said anything about it, approvals apart.

        The holder of a key that did so is one of them, and the person who looked before a
        program sent it. None of them can be the second person for it.
        """
        said = set[str]()
        while record.draft.supersedes is not None:
            before = self._checks.get(record.draft.supersedes)
            if _facts_of(record) != replace(_facts_of(before), edit=UNEDITED):
                said |= _acted(record)
            record = before
        return frozenset({*said, *_acted(record)}) | self._holders({*said, *_acted(record)})

    def of_same_picture(self, check_id: str) -> list[CheckRecord]:
        """Return every check of the picture: what replaced what, and other uploads of the same file.

        Raises:
            NotFound: there is none of this id.
        """
        about = self._chain(self._checks.get(check_id))
        files = {record.facts.photo.sha256 for record in about if record.facts and record.facts.photo}
        kept = list(self._checks.select(QUERY.where(CheckRow.examined_key.is_not(None)))) if files else []
        others = [r for r in kept if r.facts and r.facts.photo and r.facts.photo.sha256 in files]
        found = {record.id: record for other in others for record in self._chain(other)}
        return list((found | {record.id: record for record in about}).values())

    def named_before(self, sha256: str, people: Collection[PersonId]) -> tuple[Said, ...]:
        """Return what was said by hand of these people in earlier uploads of a file, the oldest first.

        Only of checks in which nothing was cropped, so that the places are those of the file.

        Args:
            sha256: of the upload.
            people: such as those on the do-not-publish list.
        """
        about = select(CheckPersonRow.check_id).where(CheckPersonRow.person_id.in_(people))
        query = QUERY.where(CheckRow.id.in_(about), CheckRow.facts.is_not(None))
        found: dict[Said, None] = {}
        for record in self._checks.select(query.order_by(CheckRow.created_at, CheckRow.id)):
            photo = record.facts.photo if record.facts else None
            said = [one for one in record.draft.request.said if one.person in people]
            if photo is not None and photo.sha256 == sha256 and said and not self._cropped(record):
                found |= dict.fromkeys(said)
        return tuple(found)

    def _cropped(self, record: CheckRecord) -> bool:
        while record.draft.request.edit.crop is None and record.draft.supersedes is not None:
            record = self._checks.get(record.draft.supersedes)
        return record.draft.request.edit.crop is not None

    def _chain(self, record: CheckRecord) -> list[CheckRecord]:
        """Return everything that was made of the upload that this check goes back to."""
        while record.draft.supersedes is not None:
            record = self._checks.get(record.draft.supersedes)
        found, new = [record], [record]
        while new:
            query = QUERY.where(CheckRow.supersedes.in_([record.id for record in new]))
            new = list(self._checks.select(query))
            found += new
        return found

    def _holders(self, actors: AbstractSet[str]) -> frozenset[str]:
        query = select(ClientRow.holder).where(ClientRow.id.in_(actors), ClientRow.holder.is_not(None))
        return frozenset(holder for holder in self._context.connection.execute(query).scalars() if holder)


def _acted(record: CheckRecord) -> frozenset[str]:
    looked = record.draft.request.attested_by
    return frozenset({record.actor} if looked is None else {record.actor, looked})


def _facts_of(record: CheckRecord) -> CheckRequest:
    """Return what was said of a picture and done to it; what others agree to, and what the gate found, is no part."""
    return replace(record.draft.request, approvals=(), traces=(), seen=(), extended_from=None)
