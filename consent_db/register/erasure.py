"""Erasure (UK GDPR, article 17): everything that identifies a data subject is destroyed; a search can prove it.

What stays is a bare id with the day of the erasure (the tombstone), and rows that
hold ids and codes only (`holdings.KEPT`). On request one thing more: the entry on
the do-not-publish list and its template, without which the gate cannot know the
face any more.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, delete, func, select, update

from consent_db.approvals.revocation import revoke_resting_on
from consent_db.checks.ending import erasure
from consent_db.core.context import Context
from consent_db.core.notes import EVIDENCE
from consent_db.enrolment.photo_uploads import PhotoUploads
from consent_db.enrolment.templates import destroy_templates, has_templates
from consent_db.errors import NotPossible
from consent_db.people.current_statements import person_row, restrictions_in_force
from consent_db.people.profiles import Profile
from consent_db.people.records import Change
from consent_db.publishing.records import Why
from consent_db.publishing.takedowns import open_takedowns
from consent_db.register.holdings import Holding, holdings
from consent_db.register.impact import showing
from consent_db.register.left_out import LeftOut
from consent_db.schema import NoteRow, PersonRow, StatementRow, TemplateRow
from gatekeeper.consent.history import Restriction
from gatekeeper.consent.permission import Subject
from gatekeeper.types import Kind, PersonId

ERASED = "person.erased"
"""What the audit calls an erasure; its payload says whether the listing was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure(Change):
    """What an erasure destroyed.

    Attributes:
        person: the id, which says nothing any more.
        kept_listing: whether the entry on the do-not-publish list and its template stayed.
        deleted: how many rows of each table went.
        kept: how many rows of each table stay, with ids and codes only.
        checks: in how many checks the person was bound.
        redacted: in how many more the words named the person.
        files: keys of stored pictures that have to be deleted now.
        cells: the sealed bytes that were destroyed, to be searched for.
    """

    person: PersonId
    kept_listing: bool = False
    deleted: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    checks: int = 0
    redacted: int = 0
    files: frozenset[str] = frozenset()
    cells: tuple[bytes, ...] = field(default=(), repr=False)


def erase(context: Context, person: PersonId, *, keep_listing: bool = False) -> Erasure:
    """Destroy everything that tells who this was.

    The person's data key goes, so that what other copies of the rows hold opens
    with no key that is still there. Erasing again changes nothing.

    Args:
        context: of the transaction.
        person: who it is.
        keep_listing: leave the entry on the do-not-publish list and its template,
            under a made-up name; the key stays then.

    Raises:
        NotFound: no person has this id.
        NotPossible: the listing is to be kept, but there is none, or no template.
    """
    if is_erased(context, person):
        return Erasure(context.register_version(), person=person)
    row = person_row(context, person)
    key = context.person_key(person)
    if keep_listing:
        _must_be_recognisable(context, person)
    profile = Profile.open(row.profile, person, key)
    identity = profile.person(person, Kind(row.kind))
    version = context.move_register()
    revoked = revoke_resting_on(context, person, "person_erased")
    takedowns = open_takedowns(context, {post.id: Why.NOT_PERMITTED for post in showing(context, person)})
    cells = _cells_of(context, person, keep_listing=keep_listing)
    going = [
        (holding, _which(holding, person, keep_listing=keep_listing)) for holding in holdings() if not holding.kept
    ]
    deleted = {holding.table.name: _count(context, holding, *which) for holding, which in going}
    templates = 0 if keep_listing else destroy_templates(context, person, "person_erased")
    forgotten = erasure.forget_person(context, identity)
    left_out = LeftOut(context).forget_person(person, profile)
    photographs = PhotoUploads(context).forget_person(profile)
    for holding, which in going:
        context.connection.execute(delete(holding.table).where(*which))
    kept = {h.table.name: _count(context, h, h.person == person) for h in holdings() if h.kept}
    if keep_listing:
        _rename(context, person)
    else:
        _blank(context, person)
    context.destroyed = True
    counts = {"templates": templates, "checks": forgotten.checks, "redacted": forgotten.redacted}
    context.log(ERASED, person, counts | {"kept_listing": keep_listing})
    return Erasure(
        register_version=version,
        revoked_checks=revoked,
        destroyed_templates=templates,
        takedowns=takedowns,
        person=person,
        kept_listing=keep_listing,
        deleted=deleted | {"roster_left_out": len(left_out)},
        kept=kept,
        checks=forgotten.checks,
        redacted=forgotten.redacted,
        files=forgotten.files,
        cells=(*cells, *forgotten.cells, *left_out, *photographs),
    )


def is_erased(context: Context, person: PersonId) -> bool:
    """Say whether this id is a tombstone."""
    query = select(PersonRow.id).where(PersonRow.id == person, PersonRow.erased_at.is_not(None))
    return context.connection.execute(query).first() is not None


def _must_be_recognisable(context: Context, person: PersonId) -> None:
    listed = Restriction.LISTING in restrictions_in_force(context, person).get(person, frozenset())
    if not listed or not has_templates(context, person):
        message = (
            "Only the entry of a person who is on the do-not-publish list and can be recognised is worth keeping; "
            "erase without it."
        )
        raise NotPossible(message)


def _cells_of(context: Context, person: PersonId, *, keep_listing: bool) -> list[bytes]:
    """Return the sealed bytes of every row that is about to go."""
    found: list[bytes] = []
    for holding in holdings():
        if not holding.kept and holding.sealed:
            query = select(*holding.sealed).where(*_which(holding, person, keep_listing=keep_listing))
            found += [cell for row in context.connection.execute(query) for cell in row if cell]
    own = select(PersonRow.profile, PersonRow.external_index, PersonRow.wrapped_key).where(PersonRow.id == person)
    profile, index, key = context.connection.execute(own).one()
    return found + [cell for cell in (profile, index, None if keep_listing else key) if cell is not None]


def _which(holding: Holding, person: PersonId, *, keep_listing: bool) -> list[ColumnElement[bool]]:
    """Return the conditions for the rows that go: with a listing kept, all but the template and its consent."""
    conditions: list[ColumnElement[bool]] = [holding.person == person]
    if keep_listing and holding.table is TemplateRow.__table__:
        conditions.append(TemplateRow.id.is_(None))
    if keep_listing and holding.table is NoteRow.__table__:
        biometric = select(StatementRow.id).where(StatementRow.subject == Subject.BIOMETRICS)
        conditions.append(~((NoteRow.about == EVIDENCE) & NoteRow.row_id.in_(biometric)))
    return conditions


def _count(context: Context, holding: Holding, *which: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(holding.table).where(*which)
    return context.connection.execute(query).scalar_one()


def _blank(context: Context, person: PersonId) -> None:
    blank = dict.fromkeys(("external_index", "wrapped_key", "profile", "leaving_date"))
    values = {**blank, "erased_at": context.now}
    context.connection.execute(update(PersonRow).where(PersonRow.id == person).values(values))
    context.forget_key(person)


def _rename(context: Context, person: PersonId) -> None:
    """Leave a name without meaning, so that the list can still be read aloud."""
    nameless = Profile(f"Listed-{secrets.token_hex(3)}", "", None, None, None)
    values = {"profile": nameless.seal(person, context.person_key(person)), "external_index": None}
    context.connection.execute(update(PersonRow).where(PersonRow.id == person).values(values))
