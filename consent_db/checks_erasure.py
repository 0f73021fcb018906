"""Take an erased person out of the checks that they were in."""

from __future__ import annotations

from sqlalchemy import select, update

from consent_db.check_cells import (
    facts_without,
    open_facts,
    open_request,
    request_without,
    seal_facts,
    seal_request,
)
from consent_db.context import Context
from consent_db.schema import CheckPersonRow, CheckRow
from gatekeeper.types import PersonId


def forget_person(context: Context, person: PersonId) -> None:
    """Seal every check that a person was in anew, without the person and without its words."""
    key = context.school_key
    mine = CheckRow.id.in_(select(CheckPersonRow.check_id).where(CheckPersonRow.person_id == person))
    rows = context.connection.execute(select(CheckRow.id, CheckRow.request, CheckRow.facts).where(mine)).all()
    for check_id, request, facts in rows:
        bare = request_without(open_request(key, check_id, request), person)
        values = {"request": seal_request(key, check_id, bare)}
        if facts is not None:
            bare_facts = facts_without(open_facts(key, check_id, facts), person)
            values["facts"] = seal_facts(key, check_id, bare_facts)
        context.connection.execute(update(CheckRow).where(CheckRow.id == check_id).values(values))
