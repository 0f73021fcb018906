"""The audit log for programs: entries, export, checkpoints and verification of the hash chain."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Query
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from api.http.dependencies import Reading, Use
from api.http.models import Shape
from api.http.problems import FieldProblem, Problem
from api.security.access import PROGRAM, allow
from api.security.required_scopes import AUDITOR
from api.security.routing import Router
from api.v1.cursors import Limit
from api.v1.documents import ASKING, SENDING, answers
from consent_db.audit.records import AuditEntry
from consent_db.errors import NotPossible

router = Router(prefix="/v1/audit", tags=["audit"], dependencies=[AUDITOR])

After = Annotated[
    int,
    Query(
        ge=0, le=2**53, description="Pagination cursor: `next` of the previous page; 0 for the beginning.", examples=[0]
    ),
]


class EntryShape(Shape):
    """One audit entry: ids, counts and codes, character for character as they are hashed."""

    seq: int
    at: str
    actor: str
    action: str
    object_id: str
    payload: str
    previous: str
    hash: str

    @classmethod
    def of(cls, entry: AuditEntry) -> EntryShape:
        """Return an entry as programs read it."""
        return cls(
            seq=entry.seq,
            at=entry.at.isoformat(),
            actor=entry.actor,
            action=entry.action,
            object_id=entry.object_id,
            payload=entry.payload,
            previous=entry.previous,
            hash=entry.hash,
        )


class EntriesShape(Shape):
    """A page of entries, in order."""

    entries: list[EntryShape]
    next: int | None = Field(description="Pagination cursor (`after`) of the next page; null on the last page.")


class CheckpointShape(Shape):
    """A signed checkpoint of the chain; keep it outside this installation."""

    checkpoint: str
    key: str = Field(description="The public key that it is signed with.")


class VerificationForm(BaseModel):
    """The checkpoint to verify the chain against."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"checkpoint": None}]})

    checkpoint: str | None = Field(
        default=None,
        max_length=2_000,
        description="An earlier checkpoint, or its first line. Without one a truncated chain is not detected.",
    )


class VerificationShape(Shape):
    """The result: whether the chain is intact, and contains the checkpoint if one was sent."""

    ok: bool
    length: int
    head: str = Field(description="The hash of the last entry, or of the last before the fault.")
    first_broken: int | None
    problem: str | None


_HASH: Final = "5f0c" * 16
_ENTRY: Final[dict[str, Any]] = {
    "seq": 118,
    "at": "2026-11-20T09:30:00+00:00",
    "actor": "usr_3f9c1d",
    "action": "consent.recorded",
    "object_id": "per_77ab01",
    "payload": "{}",
    "previous": _HASH,
    "hash": _HASH,
}
_CHECKPOINT: Final = f"gatekeeper-audit/1 118 {_HASH}\n2026-11-20T09:30:00+00:00\n\n— gatekeeper-audit c2ln\n"


@router.get(
    "/entries",
    response_model=EntriesShape,
    responses=answers(*ASKING, 422, example={"entries": [_ENTRY], "next": None}),
)
@allow(PROGRAM)
def list_entries(tx: Reading, after: After = 0, limit: Limit = 100) -> EntriesShape:
    """List audit entries, the oldest first.

    Keep `next` to retrieve later entries.
    """
    found = tx.audit.entries(after, limit + 1)
    shown = [EntryShape.of(entry) for entry in found[:limit]]
    return EntriesShape(entries=shown, next=shown[-1].seq if len(found) > limit else None)


@router.get(
    "/export",
    response_class=Response,
    responses=answers(*ASKING)
    | {200: {"description": "All entries as JSON Lines.", "content": {"application/jsonl": {}}}},
)
@allow(PROGRAM)
def export_entries(services: Use) -> StreamingResponse:
    """Export the audit chain as JSON Lines.

    docs/how-to/verify-the-audit.md describes its verification elsewhere.
    """
    lines = (f"{line}\n" for line in services.store.export_audit())
    return StreamingResponse(lines, media_type="application/jsonl")


@router.get(
    "/checkpoint",
    response_model=CheckpointShape,
    responses=answers(
        *ASKING,
        409,
        example={"checkpoint": _CHECKPOINT, "key": "gatekeeper-audit+5f0c5f0c+AQ=="},
        instead={409: ("conflict", "The audit chain is broken; look at the report of its verification first.")},
    ),
)
@allow(PROGRAM)
def read_checkpoint(services: Use) -> CheckpointShape:
    """Retrieve a signed checkpoint of the audit chain.

    Keep it elsewhere: verification against it detects a truncated or rewritten chain.
    """
    store = services.store
    return CheckpointShape(checkpoint=store.audit_checkpoint(services.clock()), key=store.audit_key())


@router.post(
    "/verification",
    response_model=VerificationShape,
    responses=answers(
        *SENDING,
        example={"ok": True, "length": 118, "head": _HASH, "first_broken": None, "problem": None},
    ),
)
@allow(PROGRAM)
def verify_audit(form: VerificationForm, services: Use) -> VerificationShape:
    """Verify the audit chain, against a checkpoint if one is sent."""
    try:
        report = services.store.verify_audit(form.checkpoint)
    except NotPossible as error:
        problem = Problem("invalid-request", 422, "Send a checkpoint as this installation gave it, or none.")
        problem.errors = [FieldProblem(field="checkpoint", detail=str(error))]
        raise problem from error
    return VerificationShape(
        ok=report.ok,
        length=report.length,
        head=report.head,
        first_broken=report.first_broken,
        problem=report.problem,
    )
