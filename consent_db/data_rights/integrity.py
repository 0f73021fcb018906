"""Integrity check: every encrypted cell opens, every link leads somewhere, nothing is there that may not be.

Problems are sentences with ids and counts; no names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select, text

from consent_db.accounts.clients import Clients
from consent_db.accounts.users import Users
from consent_db.audit import trail
from consent_db.checks.cells import open_facts, open_request
from consent_db.core.context import Context
from consent_db.data_rights.subject_access import OPENERS, Asked
from consent_db.enrolment.photo_uploads import PhotoUploads
from consent_db.errors import ConsentDbError
from consent_db.keys.crypto import key_id_of
from consent_db.people.current_statements import biometric_permission
from consent_db.people.profiles import Profile
from consent_db.publishing.channels import Channels
from consent_db.publishing.publications import find_publications
from consent_db.register.holdings import Holding, holdings
from consent_db.register.left_out import LeftOut
from consent_db.schema import AuditRow, CheckRow, PersonRow, TemplateRow
from consent_db.webhooks.service import Webhooks
from gatekeeper.types import PersonId


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A picture that a check names, and what it has to be.

    Attributes:
        key: where it is stored.
        check: the check's id.
        sha256: of the opened file, if it was approved; None if anything may be in it.
    """

    key: str
    check: str
    sha256: str | None


def problems(context: Context) -> Iterator[str]:
    """Yield everything that is wrong with the database; nothing, if all is well."""
    report = trail.verify(context.connection)
    if not report.ok:
        yield f"The audit chain is broken at entry {report.first_broken}. {report.problem}"
    yield from _broken_links(context)
    yield from _broken_people(context)
    yield from _broken_checks(context)
    yield from _broken_rest(context)
    yield from _templates_without_permission(context)


def pictures(context: Context) -> Iterator[StoredPicture]:
    """Yield the pictures that have to be in the storage."""
    query = select(CheckRow.id, CheckRow.examined_key, CheckRow.approved, CheckRow.facts)
    for row in context.connection.execute(query.where(CheckRow.examined_key.is_not(None)).order_by(CheckRow.id)):
        approved = open_facts(context.school_key, row.id, row.facts) if row.approved else None
        yield StoredPicture(row.examined_key, row.id, approved.decision.release_sha256 if approved else None)


def keys_of_old(context: Context) -> int:
    """Return how many data keys are not wrapped with the newest key of the key file."""
    wrapped = context.connection.execute(select(PersonRow.wrapped_key).where(PersonRow.wrapped_key.is_not(None)))
    return sum(key is not None and key_id_of(key) != context.keyring.active_id for key in wrapped.scalars())


def _broken_links(context: Context) -> Iterator[str]:
    if context.connection.dialect.name != "sqlite":
        return  # PostgreSQL lets no link break
    for row in context.connection.execute(text("PRAGMA foreign_key_check")).all():
        yield f"A row of {row[0]} points at a row of {row[2]} that is not there."
    for (said,) in context.connection.execute(text("PRAGMA integrity_check")).all():
        if said != "ok":
            yield f"The database file is damaged: {said}."


def _broken_people(context: Context) -> Iterator[str]:
    query = select(PersonRow.id, PersonRow.wrapped_key, PersonRow.profile).where(PersonRow.erased_at.is_(None))
    for row in context.connection.execute(query.order_by(PersonRow.id)).all():
        yield from _tried(f"The names of {row.id}", _open_profile, context, row.id, row.profile)
    for holding in holdings():
        if holding.sealed:
            yield from _broken_cells(context, holding)


def _open_profile(context: Context, person: str, sealed: bytes) -> None:
    Profile.open(sealed, PersonId(person), context.person_key(PersonId(person)))


def _broken_cells(context: Context, holding: Holding) -> Iterator[str]:
    opener = OPENERS[holding.table.name]
    for row in context.connection.execute(select(holding.table).where(holding.person.is_not(None))).all():
        person = PersonId(row._mapping[holding.person.name])  # noqa: SLF001
        asked = Asked(person, reasons=True, templates=True)
        yield from _tried(
            f"A cell of {holding.table.name} about {person}", lambda row=row, a=asked: opener(context, row, a)
        )


def _broken_checks(context: Context) -> Iterator[str]:
    decided = select(AuditRow.object_id).where(AuditRow.action == "check.decided")
    known = set(context.connection.execute(decided).scalars())
    query = select(CheckRow.id, CheckRow.request, CheckRow.facts, CheckRow.decided_at).order_by(CheckRow.id)
    for row in context.connection.execute(query).all():
        yield from _tried(f"Check {row.id}", open_request, context.school_key, row.id, row.request)
        if row.facts is not None:
            yield from _tried(f"Check {row.id}", open_facts, context.school_key, row.id, row.facts)
        if row.decided_at is not None and row.id not in known:
            yield f"Check {row.id} was decided, and the audit knows nothing of it."


def _broken_rest(context: Context) -> Iterator[str]:
    yield from _tried("A channel", Channels(context).all)
    yield from _tried("A client", Clients(context).all)
    yield from _tried("A webhook", lambda: [Webhooks(context).of(client.id) for client in Clients(context).all()])
    yield from _tried("A user", Users(context).all)
    yield from _tried("A publication", find_publications, context)
    given = PhotoUploads(context)
    yield from _tried("A photograph of many", lambda: [given.files(upload.id) for upload in given.all()])
    numbers = LeftOut(context).counts()
    yield from _tried("A row that an import left out", lambda: [LeftOut(context).of(number) for number in numbers])


def _templates_without_permission(context: Context) -> Iterator[str]:
    query = select(TemplateRow.person_id, func.count()).group_by(TemplateRow.person_id)
    for person, count in context.connection.execute(query.order_by(TemplateRow.person_id)).all():
        if _forbidden(context, PersonId(person)):
            yield f"{person} has {count} templates without permission; `gatekeeper retention run` destroys them."


def _forbidden(context: Context, person: PersonId) -> bool:
    try:
        return not biometric_permission(context, person).allowed
    except ConsentDbError:
        return False  # the person cannot be read, which is said already


def _tried(what: str, look: Callable[..., object], *arguments: object) -> Iterator[str]:
    try:
        look(*arguments)
    except ConsentDbError as error:
        yield f"{what} cannot be read. {error}"
    except (ValueError, TypeError, KeyError):
        yield f"{what} holds something that this release cannot read."
