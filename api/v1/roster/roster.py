"""The roster for programs: import the school's list, list permissions. No names."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Form, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from api.http.dependencies import Reading, Use, Writing
from api.http.problems import Problem
from api.security.access import PROGRAM, allow
from api.security.required_scopes import Registrar
from api.security.routing import Router
from api.v1 import idempotency
from api.v1.cursors import Limit
from api.v1.documents import ASKING, SENDING, answers
from api.v1.idempotency import Key, Once
from api.v1.roster.forms import ImportForm
from api.v1.roster.models import IMPORT_EXAMPLE, PERSON_EXAMPLE, ImportShape, MayShape, PeopleShape, PersonShape
from consent_db import roster_import
from consent_db.accounts.records import ClientRecord
from consent_db.errors import ConsentDbError, NotFound
from consent_db.people.records import PersonRecord
from consent_db.publishing.records import ChannelRecord
from consent_db.roster.impact import Impact
from consent_db.roster.plan import Plan
from consent_db.roster.rejected import left_out_rows, rejected_csv
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import Subject
from gatekeeper.naming import natural_key
from gatekeeper.register import permission_on
from gatekeeper.types import PersonId

router = Router(prefix="/v1/roster", tags=["roster"])

PersonParam = Annotated[
    str, Path(pattern=r"^per_[A-Za-z0-9_-]{1,64}$", description="Id of the person.", examples=["per_3f9c1d"])
]
AfterPerson = Annotated[
    str | None,
    Query(max_length=100, description="Pagination cursor: `next` of the previous page.", examples=["per_3f9c1d"]),
]


@router.get(
    "/people",
    response_model=PeopleShape,
    responses=answers(*ASKING, 422, example={"register_version": 118, "people": [PERSON_EXAMPLE], "next": None}),
)
@allow(PROGRAM)
def list_people(client: Registrar, tx: Writing, after: AfterPerson = None, limit: Limit = 100) -> PeopleShape:
    """List people on the register, with what is permitted today on the client's channels.

    People are identified by the school's own numbers, without names. Reasons are not disclosed.
    """
    found = tx.people.page(PersonId(after) if after else None, limit + 1)
    if after is None:  # one entry for a listing, not for each page of it
        tx.hand_outs.roster_read(tx.people.count())
    shown = found[:limit]
    return PeopleShape(
        register_version=tx.register_version(),
        people=_people(shown, client, tx),
        next=shown[-1].id if len(found) > limit else None,
    )


@router.get("/people/{person_id}", response_model=PersonShape, responses=answers(*ASKING, 404, example=PERSON_EXAMPLE))
@allow(PROGRAM)
def read_person(person_id: PersonParam, client: Registrar, tx: Reading) -> PersonShape:
    """Retrieve a person, with what is permitted today on the client's channels."""
    return _people([tx.people.get(PersonId(person_id))], client, tx)[0]


_CHANGED: Final = (
    "Something has changed since the dry run. Send the file without plan, and look again; nothing was imported."
)
_NEEDED: Final = (
    "Send an Idempotency-Key of your own with plan: if the answer were lost, the import would go unnoticed."
)


@router.post(
    "/imports",
    response_model=ImportShape,
    responses=answers(
        *SENDING,
        "idempotency-key-missing",
        409,
        "idempotency-key-reused",
        example=IMPORT_EXAMPLE,
        instead={409: ("conflict", _CHANGED)},
    )
    | {
        201: {
            "description": "Imported.",
            "model": ImportShape,
            "content": {"application/json": {"example": IMPORT_EXAMPLE | {"imported": True, "number": 7}}},
        }
    },
)
@allow(PROGRAM)
def import_roster(
    request: Request,
    form: Annotated[ImportForm, Form(media_type="multipart/form-data")],
    client: Registrar,
    services: Use,
    idempotency_key: Key = None,
) -> Response:
    """Import a roster: a dry run, or with `plan` the import of exactly what the dry run showed.

    Rows with an open question, or that cannot be read, are left out; staff answer them under
    Import and export, where an import can also be undone. An import never takes a person off
    the do-not-publish list.
    """
    content = form.file.file.read()
    if form.plan is None:  # a dry run changes nothing, so it must not hold the write lock
        with services.store.reading(client.id, services.clock()) as tx:
            plan = _plan(tx, form, content)
            return _answer(plan, tx.import_impact(plan), _digest(tx, plan, form, content))
    key = idempotency.needed(idempotency_key, _NEEDED)
    said = form.said(content) | {"plan": form.plan}
    with services.store.transaction(client.id, services.clock()) as writing:
        once_only = Once(request, writing, client.id, key)
        return once_only.answer(said, lambda: _imported(writing, form, content))


@router.post(
    "/imports/rejected",
    response_class=Response,
    responses=answers(*SENDING)
    | {
        200: {
            "description": "The rejected rows with the reasons.",
            "content": {"text/csv": {"schema": {"type": "string"}}},
        }
    },
)
@allow(PROGRAM)
def refused_rows(
    form: Annotated[ImportForm, Form(media_type="multipart/form-data")],
    client: Registrar,  # noqa: ARG001, it is asked for so that only such a key may
    tx: Reading,
) -> Response:
    """Export rejected rows of a list as CSV, under its own headings and with the reasons.

    Nothing is changed. The corrected file can be imported like the list; people who are not in
    it do not count as missing.
    """
    content = form.file.file.read()
    plan = _plan(tx, form, content)
    headers = {"Content-Disposition": 'attachment; filename="not-imported.csv"'}
    return Response(rejected_csv(content, form.choices(tx), plan), media_type="text/csv", headers=headers)


def _imported(tx: Transaction, form: ImportForm, content: bytes) -> Response:
    plan = _plan(tx, form, content)
    digest = _digest(tx, plan, form, content)
    if form.plan != digest:
        raise Problem("conflict", HTTPStatus.CONFLICT, _CHANGED)
    impact = Impact.of(roster_import.apply(plan, tx, left_out_rows(content, form.choices(tx), plan)))
    number = None if plan.empty else tx.imports.all()[0].number
    return _answer(plan, impact, digest, number, imported=True)


def _plan(tx: Transaction, form: ImportForm, content: bytes) -> Plan:
    try:
        return roster_import.plan(content, tx, form.choices(tx))
    except ConsentDbError as error:
        detail = "There is no layout of this name. Save one first." if isinstance(error, NotFound) else str(error)
        raise Problem("invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, detail) from error


def _digest(tx: Transaction, plan: Plan, form: ImportForm, content: bytes) -> str:
    """Return what stands for this plan: the same file, register and day change the same."""
    said = [*sorted(form.said(content).items()), plan.register_version, tx.today.isoformat()]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _answer(plan: Plan, impact: Impact, digest: str, number: int | None = None, *, imported: bool = False) -> Response:
    shape = ImportShape.of(plan, impact, digest, number, imported=imported)
    return JSONResponse(shape.model_dump(mode="json"), HTTPStatus.CREATED if imported else HTTPStatus.OK)


def _channels(client: ClientRecord, tx: Transaction) -> list[ChannelRecord]:
    return [found for name in sorted(client.channels) if (found := tx.channels.get(name)) is not None]


def _people(records: Sequence[PersonRecord], client: ClientRecord, tx: Transaction) -> list[PersonShape]:
    """Return people as programs see them; reads what is kept about these people, never the whole register."""
    channels, age = _channels(client, tx), tx.terms().own_consent_age
    standings = tx.consent.standings([one.id for one in records])

    def may(one: PersonRecord, subject: Subject, channel: ChannelRecord) -> bool:
        return permission_on(channel.as_channel(), standings[one.id], subject, tx.today, age).allowed

    return [
        PersonShape(
            id=one.id,
            external_id=one.profile.external_id,
            kind=one.profile.kind,
            groups=sorted(one.profile.groups, key=natural_key),
            may=[
                MayShape(
                    channel=channel.draft.name,
                    picture=may(one, Subject.PICTURE, channel),
                    name=may(one, Subject.NAME, channel),
                )
                for channel in channels
            ],
        )
        for one in records
    ]
