"""The questions that several pictures of a batch have in common, each to be answered once for all of them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from api.application.checks.resolve.extending import extends_until
from api.application.services import Services
from api.web.checks.result import views
from api.web.checks.result.changes import LABEL, ProposalView, proposals
from consent_db.approvals.records import CheckRecord
from consent_db.checks.batch.batch_pictures import BatchPicture, Standing
from consent_db.transaction import Transaction
from gatekeeper.decision.findings import Topic, about
from gatekeeper.types import FindingCode, Words

SEVERAL: Final = 2
"""So many pictures with the same question are asked about together."""

_OF_WORDS: Final = about(Topic.TEXT) | {FindingCode.CAPTION_CHANGED}
_CODES: Final = frozenset(code.value for code in about(Topic.CONFIRMED) | about(Topic.LOOKED_AT) | _OF_WORDS)
"""Findings that may raise such a question; a picture without them need not be opened."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be confirmed of several pictures, each looked at.

    Attributes:
        key: names the question in an address; 16 hex digits.
        codes: what is confirmed, with its sentences.
        pictures: ids of the checks, in the order of sending.
    """

    key: str
    codes: Mapping[str, str]
    pictures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Worded:
    """Words that several pictures have in common and that cannot go out.

    Attributes:
        key: names the question in a form; 16 hex digits.
        offer: names what is proposed; 16 hex digits.
        typed: the words, by their fields.
        texts: those that are not empty, with their labels.
        proposed: what could go out instead; empty if the gate proposes nothing, or not the same for all.
        pictures: ids of the checks, in the order of sending.
    """

    key: str
    offer: str
    typed: Mapping[str, str] = field(repr=False)
    texts: tuple[tuple[str, str], ...] = field(repr=False)
    proposed: tuple[ProposalView, ...] = field(repr=False)
    pictures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Questions:
    """Everything that can be answered for several pictures at once; `extendable` are approvals that can last longer."""

    asked: tuple[Asked, ...] = ()
    worded: tuple[Worded, ...] = ()
    extendable: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether there is anything."""
        return bool(self.asked or self.worded or self.extendable)


def questions(services: Services, tx: Transaction, pictures: Sequence[BatchPicture], least: int = SEVERAL) -> Questions:
    """Return what the pictures of a batch have in common.

    Args:
        services: of the installation.
        tx: to read in.
        pictures: of the batch.
        least: how many pictures make a question; 1 while one is being answered, since others may be sorted out.
    """
    opened = [one.id for one in pictures if one.standing is Standing.OPEN and one.codes & _CODES]
    records = tx.checks.several(opened)
    asked = [one for one in _asked(services, records) if len(one.pictures) >= least]
    worded = [one for one in _worded(records) if len(one.pictures) >= least]
    return Questions(tuple(asked), tuple(worded), tuple(_extendable(services, tx, pictures)))


def _asked(services: Services, records: Sequence[CheckRecord]) -> Iterable[Asked]:
    groups = defaultdict[tuple[tuple[str, str], ...], list[str]](list)
    for record in records:
        missing = views.to_confirm(record, services.policy.attestations)
        if missing:
            groups[tuple(sorted(missing.items()))].append(record.id)
    return (Asked(_key("asked", *map(":".join, codes)), dict(codes), tuple(ids)) for codes, ids in groups.items())


def _worded(records: Sequence[CheckRecord]) -> Iterable[Worded]:
    groups = defaultdict[tuple[str, ...], list[CheckRecord]](list)
    for record in records:
        found = views.blocks(record.facts) if record.facts else ()
        if any(finding.code in _OF_WORDS and finding.region is None for finding in found):
            groups[_typed(record)].append(record)
    for typed, of in groups.items():
        first = proposals(of[0])
        proposed = first if all(proposals(record) == first for record in of) else ()
        yield Worded(
            key=_key("worded", *typed),
            offer=_key("offer", *(f"{one.label}:{one.became}" for one in proposed)),
            typed=dict(zip((kind.value for kind in Words), typed, strict=True)),
            texts=tuple((label, said) for label, said in zip(LABEL.values(), typed, strict=True) if said),
            proposed=proposed,
            pictures=tuple(record.id for record in of),
        )


def _typed(record: CheckRecord) -> tuple[str, ...]:
    return tuple(getattr(record.draft.request, kind.value) or "" for kind in Words)


def _extendable(services: Services, tx: Transaction, pictures: Sequence[BatchPicture]) -> Iterable[str]:
    if not services.policy.extension_days:
        return
    approved = [one.id for one in pictures if one.standing is Standing.APPROVED and one.expires_at is not None]
    for record in tx.checks.several(approved):
        if extends_until(record, services.policy, tx.now) is not None:
            yield record.id


def _key(*parts: str) -> str:
    """Return a short name for a question: words have no place in an address."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
