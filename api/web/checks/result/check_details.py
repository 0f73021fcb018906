"""The particulars of a check, for looking into it later: policy, register, engine, hash."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from api.web.checks.result.second_opinions import name_of
from consent_db.accounts.clients import is_client
from consent_db.approvals.records import CheckRecord
from consent_db.transaction import Transaction


def details(tx: Transaction, record: CheckRecord, channel: str, created: str) -> tuple[tuple[str, str], ...]:
    """Return labels and values; `channel` is the title, `created` the moment in words."""
    return (*_details(record, channel, created), *_looked(tx, record))


def _looked(tx: Transaction, record: CheckRecord) -> Iterator[tuple[str, str]]:
    """Yield who looked at the picture before a program sent it, and whether that was said at all."""
    if not is_client(tx.lineage.origin(record)):
        return
    request = record.draft.request
    if request.attested_by is not None:
        yield "Looked at by, as the program says", name_of(tx, request.attested_by)
    elif request.attestations:
        yield "Looked at by", "not said; the policy lets programs confirm by themselves"


_BY_HAND: Final = "none (every face named by hand)"


def _details(record: CheckRecord, channel: str, created: str) -> tuple[tuple[str, str], ...]:
    rows = [("Check", record.id), ("Asked", created), ("Channel", channel)]
    if record.draft.event:
        rows.append(("Class or event", record.draft.event))
    if facts := record.facts:
        rows += [
            ("Policy", facts.policy),
            ("Register version", str(facts.register_version)),
            ("Face engine", facts.engine or _BY_HAND),
        ]
        if facts.release:
            rows.append(("SHA-256 of the picture", facts.release.sha256))
    return tuple(rows)
