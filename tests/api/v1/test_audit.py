"""The audit for programs: the chain page by page or whole, proved here or elsewhere."""

from __future__ import annotations

import json

import pytest

from consent_db.audit import trail
from consent_db.audit.checkpoints import Checkpoint, signed_by
from tests.support.http import NewClient, Program
from tests.support.school import School


@pytest.fixture
def auditor(new_client: NewClient) -> Program:
    return new_client("audit", channels=())


def verified(auditor: Program, **body: str) -> tuple[int, dict[str, object]]:
    answer = auditor.http.post("/v1/audit/verification", headers=auditor.headers, json=body)
    return answer.status_code, answer.json()


def test_the_chain_can_be_proved_from_its_pages(auditor: Program) -> None:
    """The entries come in the very letters that are hashed; what was added since is asked for from the last one on."""
    page = auditor.get("/v1/audit/entries?limit=5").json()
    entries = page["entries"]
    while page["next"] is not None:
        page = auditor.get(f"/v1/audit/entries?after={page['next']}&limit=5").json()
        entries += page["entries"]
    report = trail.check(trail.read_lines(json.dumps(entry) for entry in entries))
    assert report.ok
    assert report.length == len(entries) > 5
    assert auditor.get(f"/v1/audit/entries?after={report.length}").json() == {"entries": [], "next": None}


def test_the_export_holds_what_the_checkpoint_vouches_for(auditor: Program) -> None:
    """Both are enough for somebody who has nothing else."""
    signed = auditor.get("/v1/audit/checkpoint").json()
    kept = Checkpoint.parse(signed["checkpoint"])
    assert signed_by(kept, signed["key"])
    export = auditor.get("/v1/audit/export")
    assert export.headers["Content-Type"] == "application/jsonl"
    assert trail.check(trail.read_lines(export.text.splitlines()), kept).ok


def test_a_chain_is_compared_with_the_checkpoint_that_is_sent(auditor: Program) -> None:
    """One that is in it, one that never was, and what is none."""
    signed = auditor.get("/v1/audit/checkpoint").json()["checkpoint"]
    status, report = verified(auditor, checkpoint=signed)
    assert (status, report["ok"], report["problem"]) == (200, True, None)
    other = f"gatekeeper-audit/1 3 {'ab' * 32}"
    assert verified(auditor, checkpoint=other)[1]["ok"] is False
    assert verified(auditor, checkpoint="once upon a time")[0] == 422


def test_no_other_scope_sees_the_audit(new_client: NewClient, school: School) -> None:
    """403 for reading and for proving; and whoever may audit may do nothing else."""
    other = new_client("check", "publish", "resolve", "roster")
    for path in ("entries", "export", "checkpoint"):
        assert other.get(f"/v1/audit/{path}").status_code == 403
    assert verified(other)[0] == 403
    auditor = new_client("audit")
    for path in ("checks", "publications", "takedowns", "webhooks", "roster/people"):
        assert auditor.get(f"/v1/{path}").status_code == 403
    assert auditor.check().status_code == 403
    assert school.services.store.verify_audit().ok
