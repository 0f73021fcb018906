"""The ledger: every post that was made of a picture, and the people it shows."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Row, Select, insert, literal, select, tuple_

from consent_db.approvals.records import CheckRecord
from consent_db.core.chunked_queries import portions
from consent_db.core.context import Context, new_id
from consent_db.errors import NotFound, NotPossible
from consent_db.keys.crypto import Place
from consent_db.publishing.records import PublicationDraft, PublicationRecord
from consent_db.schema import Instant, PublicationPersonRow, PublicationRow
from gatekeeper.types import PersonId

BY_CHECK: Final = "check"
BY_SEARCH: Final = "search"
_LONGEST: Final = 2000


def is_web_address(address: str) -> bool:
    """Say whether an address leads to a page of the web: http or https, with a host, in printable letters."""
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and address.isprintable()
    except ValueError:
        return False


def read_publications(context: Context, ids: Sequence[str]) -> dict[str, PublicationRecord]:
    """Return these publications by id; those that are not there are left out."""
    found: dict[str, PublicationRecord] = {}
    for some in portions(sorted(set(ids))):
        rows = context.connection.execute(select(PublicationRow.__table__).where(PublicationRow.id.in_(some))).all()
        people = _people(context, some)
        found |= {row.id: _record(context, row, people[row.id]) for row in rows}
    return found


def insert_publication(context: Context, check: CheckRecord, draft: PublicationDraft) -> tuple[str, bool]:
    """Write a post down, with the people that the check had bound; return its id, and whether it is new.

    Raises:
        NotPossible: it was published in the future, has too long an address, or
            nothing was released by the check.
    """
    if check.facts is None or check.facts.release is None:
        message = "Nothing came out of this check that could have been published; give the right check."
        raise NotPossible(message)
    _must_be_possible(context, draft)
    index = context.keyring.index(_spelled(draft), "publications.post")
    known = select(PublicationRow.id).where(PublicationRow.post_index == index)
    before = context.connection.execute(known).scalar_one_or_none()
    if before is not None:
        return before, False
    row_id = new_id("pub")
    values: dict[str, Any] = {"id": row_id, "check_id": check.id, "channel": check.draft.channel}
    values |= {"release_sha256": check.facts.release.sha256, "published_at": draft.published_at, "post_index": index}
    values |= {"post": context.seal([draft.address, draft.post_id], _place(row_id))}
    values |= {"recorded_at": context.now, "recorded_by": context.actor}
    context.connection.execute(insert(PublicationRow).values(values))
    named = {face.person: face.first_name is not None for face in check.facts.faces if face.person is not None}
    if named:
        rows = [
            {"publication_id": row_id, "person_id": person, "named": is_named, "found_by": BY_CHECK}
            for person, is_named in sorted(named.items())
        ]
        context.connection.execute(insert(PublicationPersonRow), rows)
    words = {"check": check.id, "channel": check.draft.channel, "release_sha256": check.facts.release.sha256}
    context.log("publication.recorded", row_id, words | {"people": sorted(named)})
    return row_id, True


def bind_found(context: Context, publications: Sequence[str], person: PersonId) -> None:
    """Note that a search found a person in these publications, who was not bound in them before."""
    people = PublicationPersonRow
    known = select(people.publication_id).where(people.person_id == person, people.publication_id.in_(publications))
    missing = sorted(set(publications) - set(context.connection.execute(known).scalars()))
    if missing:
        rows = [{"publication_id": one, "person_id": person, "named": False, "found_by": BY_SEARCH} for one in missing]
        context.connection.execute(insert(people), rows)


def find_publications(context: Context, *conditions: Any) -> list[PublicationRecord]:
    """Return the publications that meet these conditions, the latest first."""
    return _latest_first(context, select(PublicationRow.id).where(*conditions))


def page_of_publications(
    context: Context, condition: ColumnElement[bool], before: tuple[datetime, str] | None, limit: int
) -> list[PublicationRecord]:
    """Return some of the publications that meet a condition, the latest first, from behind `before` on."""
    order = (PublicationRow.published_at, PublicationRow.id)
    query = select(PublicationRow.id).where(condition).order_by(*(column.desc() for column in order)).limit(limit)
    if before is not None:
        query = query.where(tuple_(*order) < tuple_(literal(before[0], Instant()), literal(before[1])))
    return _latest_first(context, query)


def get_publication(context: Context, publication: str) -> PublicationRecord:
    """Return one.

    Raises:
        NotFound: there is none of this id.
    """
    found = read_publications(context, [publication]).get(publication)
    if found is None:
        message = "There is no publication of this id; look at the list again."
        raise NotFound(message)
    return found


def _latest_first(context: Context, ids: Select[str]) -> list[PublicationRecord]:
    records = read_publications(context, list(context.connection.execute(ids).scalars())).values()
    return sorted(records, key=lambda record: (record.published_at, record.id), reverse=True)


def _people(context: Context, publications: Sequence[str]) -> defaultdict[str, dict[PersonId, bool]]:
    people = PublicationPersonRow
    query = select(people.publication_id, people.person_id, people.named)
    found: defaultdict[str, dict[PersonId, bool]] = defaultdict(dict)
    for publication, person, named in context.connection.execute(query.where(people.publication_id.in_(publications))):
        found[publication][PersonId(person)] = named
    return found


def _record(context: Context, row: Row[*tuple[Any, ...]], people: dict[PersonId, bool]) -> PublicationRecord:
    address, post_id = context.open(row.post, _place(row.id))
    return PublicationRecord(
        id=row.id,
        check_id=row.check_id,
        channel=row.channel,
        release_sha256=row.release_sha256,
        published_at=row.published_at,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        address=address,
        post_id=post_id,
        people=frozenset(people),
        named=frozenset(person for person, named in people.items() if named),
        taken_down_at=row.taken_down_at,
    )


def _spelled(draft: PublicationDraft) -> str:
    """Return what tells one post from another; without address and id only the moment does."""
    post = [draft.address, draft.post_id]
    return json.dumps([draft.check_id, *(post if any(post) else [draft.published_at.isoformat()])])


def _must_be_possible(context: Context, draft: PublicationDraft) -> None:
    if draft.published_at > context.now:
        message = "It cannot have been published in the future; report it when it is."
        raise NotPossible(message)
    if draft.address is not None and not is_web_address(draft.address):
        message = "The address of a post begins with https:// or http://; give it as the browser shows it."
        raise NotPossible(message)
    if any(len(text or "") > _LONGEST for text in (draft.address, draft.post_id)):
        message = f"An address or id of a post has at most {_LONGEST} letters."
        raise NotPossible(message)


def _place(publication: str) -> Place:
    return Place("publications", publication, "post")
