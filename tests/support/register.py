"""A made-up school for the tests of what is remembered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from consent_db.approvals.records import CheckDraft, CheckRecord
from consent_db.people.records import PersonDraft
from consent_db.publishing.records import ChannelDraft
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import (
    BoundBy,
    Box,
    Decision,
    FaceStatus,
    Facts,
    Finding,
    FindingCode,
    Kind,
    PersonId,
    ReleaseFacts,
    Role,
    ScreenedFace,
    Vector,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = date(2026, 11, 20)
ADMIN = "user:usr_1"
ENGINE = "sface"
DIMENSION = 16
PUPIL = PersonDraft(
    kind=Kind.PUPIL,
    first_name="Amira Jane",
    last_name="Quillfeather-Odubanjo",
    known_as="Mimi",
    external_id="P-0077",
    date_of_birth=date(2017, 2, 3),
    groups=frozenset({"Oak", "Choir"}),
)


def believe(tx: Transaction) -> None:
    """Have an administrator confirm the clock, where a test has moved it on by more than a day."""
    if tx.clock.doubt is not None:
        tx.clock.confirm()


def said(
    subject: Subject = Subject.PICTURE,
    scope: str = EVERYWHERE,
    stance: Stance = Stance.GRANTED,
    party: Party = Party.PARENT,
    until: date | None = None,
) -> Statement:
    return Statement(party, subject, scope, stance, NOW, TODAY, until)


def template(seed: int = 1, dimension: int = DIMENSION) -> Vector:
    vector = np.random.default_rng(seed).normal(size=dimension).astype(np.float32)
    return vector / np.linalg.norm(vector)


def add_pupil(tx: Transaction, draft: PersonDraft = PUPIL, *, enrolled: bool = True) -> PersonId:
    """Add somebody whose parents agree to everything, with a template if wanted."""
    person = tx.people.add(draft)
    for subject in Subject:
        tx.consent.record(person, said(subject), "form 12")
    if enrolled:
        tx.enrolment.enrol(person, ENGINE, template(), 3)
    return person


def add_channel(tx: Transaction, name: str = "website") -> None:
    tx.channels.add(ChannelDraft(name, name.title(), purposes=frozenset({"online"}), staff=("usr_1", "usr_2")))
    tx.channels.approve(name, "usr_head", Role.APPROVER)


def facts(version: int, *people: PersonId, approved: bool = True) -> Facts:
    """Return what the gate says of a picture that shows these people."""
    findings = () if approved else (Finding(FindingCode.NO_CONSENT, "Nobody agreed."),)
    faces = tuple(
        ScreenedFace(n, Box(0.1, 0.1, 0.2, 0.2), FaceStatus.CONSENTED, person, BoundBy.ENGINE, "Mimi")
        for n, person in enumerate(people, 1)
    )
    statuses = {face.number: face.status for face in faces}
    return Facts(
        decision=Decision(findings, statuses, ("everybody_permitted",), "ab" * 32),
        faces=faces,
        caption="Mimi plants beans",
        alt_text=None,
        credit=None,
        photo=None,
        release=None,
        policy="primary@1",
        engine=ENGINE,
        register_version=version,
        valid_until=None,
    )


def released(found: Facts) -> Facts:
    """Return the facts with a release that could be published."""
    return replace(found, release=ReleaseFacts("ab" * 32, "image/jpeg", 640, 480, 1000))


def approve(
    tx: Transaction, *people: PersonId, days: int = 14, channel: str = "website", event: str | None = None
) -> CheckRecord:
    """Receive a check and record an approval that rests on these people."""
    check = tx.checks.receive(CheckDraft(channel, event=event))
    return tx.checks.record(
        check.id,
        released(facts(tx.register_version(), *people)),
        examined_key=f"examined/{check.id}",
        release_token_sha256=check.id,
        expires_at=NOW + timedelta(days=days),
    )


def stored_bytes(folder: Path) -> bytes:
    """Return every byte of a SQLite database: the file, its log and its index of the log."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))
