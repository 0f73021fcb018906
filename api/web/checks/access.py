"""Who may see which check."""

from __future__ import annotations

from api.application.checks.resolve.resolving import asked_of as exceptions_for
from api.application.checks.resolve.resolving import asks_whether_nobody_else
from api.application.checks.screening import COMPROMISING
from api.http.problems import not_found
from api.web.checks.result.views import Viewer
from consent_db.accounts.clients import is_client
from consent_db.accounts.records import SessionRecord
from consent_db.approvals.records import CheckRecord, CheckState
from consent_db.transaction import Transaction
from gatekeeper.decision.authority import LEADERSHIP
from gatekeeper.types import Finding, Role


def visible_check(tx: Transaction, check_id: str, session: SessionRecord) -> CheckRecord:
    """Return a check that this person may see.

    Staff see what they uploaded or worked on, and what waits for their
    role; approvers, administrators and the safeguarding lead see all.

    Raises:
        Problem: 404, whether there is no such check or it is not theirs to see.
    """
    record = tx.checks.find(check_id)
    if record is None or not _may_see(tx, record, session):
        raise not_found()
    return record


def viewer_of(tx: Transaction, record: CheckRecord, session: SessionRecord) -> Viewer:
    """Return who looks at a check, as the page needs to know them."""
    return Viewer(session.user.role, is_uploader=session.user.id in tx.lineage.contributors(record))


def may_delete(tx: Transaction, record: CheckRecord, session: SessionRecord) -> bool:
    """Say whether this person may delete the picture: their own, and as leadership any."""
    own = session.user.id in tx.lineage.contributors(record)
    return record.ended_why != COMPROMISING and (own or session.user.role in LEADERSHIP)


def asked_of(record: CheckRecord, viewer: Viewer) -> tuple[Finding, ...]:
    """Return the exceptions of a blocked picture that this person may decide about; none of their own."""
    if record.state is not CheckState.DECIDED or viewer.is_uploader:
        return ()
    return exceptions_for(record, viewer.role)


def wants_a_look(record: CheckRecord) -> bool:
    """Say whether a program has sent a picture at which a person has to look."""
    return record.state is CheckState.DECIDED and is_client(record.actor) and asks_whether_nobody_else(record)


def _may_see(tx: Transaction, record: CheckRecord, session: SessionRecord) -> bool:
    user = session.user
    return (
        user.id in {record.actor, *tx.lineage.contributors(record)}
        or user.role is not Role.STAFF
        or bool(exceptions_for(record, user.role))
        or wants_a_look(record)
    )
