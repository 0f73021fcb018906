"""The register as one check sees it, read from the tables as a whole or from where an earlier one ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar

import numpy as np
from sqlalchemy import func, select

from consent_db.checks.acts import let_pass
from consent_db.checks.records import PhraseKind
from consent_db.core import policy_terms
from consent_db.core.context import Context
from consent_db.enrolment.siblings import siblings
from consent_db.enrolment.templates import counting, open_template
from consent_db.errors import SealBroken
from consent_db.keys.crypto import DataKey
from consent_db.people.known_people import Which, among, read_people
from consent_db.schema import RegisterChangeRow, TemplateRow
from gatekeeper.register import Gallery, Register
from gatekeeper.types import PersonId, Vector

Known = TypeVar("Known")

_END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A register, and what it takes to go on from it.

    Attributes:
        register: what the gate works with.
        position: up to which change it has been read.
        enrolled: when each template of its gallery was made.
        since: the moment for which it was read.
        until: when the first of its templates gets too old to count.
    """

    register: Register
    position: int
    enrolled: Mapping[PersonId, datetime]
    since: datetime
    until: datetime

    def holds(self, context: Context) -> bool:
        """Say whether it is what a transaction would read."""
        return self.since <= context.now < self.until and self.register.version == context.register_version()

    def precedes(self, context: Context, position: int) -> bool:
        """Say whether a transaction that sees changes up to `position` may go on from it.

        Not one that sees an older state, and not one whose clock was set back: templates
        that had become too old by then are missing here.
        """
        older = self.register.version <= context.register_version() and self.position <= position
        return older and self.since <= context.now


@dataclass(frozen=True, slots=True)
class _Template:
    """One template that counts."""

    vector: Vector
    references: int
    ages_from: datetime


def read_snapshot(context: Context, engine: str, dimension: int, earlier: Snapshot | None = None) -> Snapshot:
    """Return the people, what was said about each, and their templates under one engine.

    Args:
        context: of the transaction.
        engine: the engine's name.
        dimension: how many numbers its templates have.
        earlier: a snapshot of the same engine; if it precedes this state only what
            changed since is read.

    Raises:
        SealBroken: a template has another dimension, or a cell was tampered with.
    """
    position = context.connection.execute(select(func.coalesce(func.max(RegisterChangeRow.position), 0))).scalar_one()
    base = earlier if earlier is not None and earlier.precedes(context, position) else None
    changed = _changed_since(context, base.position) if base else frozenset[PersonId]()
    which = select(RegisterChangeRow.person_id).where(RegisterChangeRow.position > base.position) if base else None
    known = read_people(context, which) if changed or not base else None
    fresh = _templates(context, known.keys, (engine, dimension), which) if known else {}
    gallery, enrolled = _gallery(context, base, changed, fresh, (engine, dimension))
    before = base.register if base else None
    register = Register(
        context.register_version(),
        _joined(before.people if before else {}, changed, known.people if known else {}),
        _joined(before.standings if before else {}, changed, known.standings if known else {}),
        gallery,
        policy_terms.current(context).own_consent_age,
        not_pupils=let_pass.keys(context, PhraseKind.NOT_A_PUPIL),
        credited=let_pass.keys(context, PhraseKind.AUTHOR),
        indexed=before.index_at_hand if before else None,
        siblings=siblings(context),
    )
    lapse = min(enrolled.values()) + context.template_life if enrolled else _END_OF_TIME
    return Snapshot(register, position, enrolled, context.now, lapse)


def _changed_since(context: Context, position: int) -> frozenset[PersonId]:
    query = select(RegisterChangeRow.person_id).where(RegisterChangeRow.position > position)
    return frozenset(map(PersonId, context.connection.execute(query).scalars()))


def _joined(
    before: Mapping[PersonId, Known], changed: Collection[PersonId], fresh: Mapping[PersonId, Known]
) -> Mapping[PersonId, Known]:
    """Return what was known, without the people a change is about, and what is known of them now; by id."""
    if before and not changed:
        return before
    kept = {person: known for person, known in before.items() if person not in changed}
    return dict(sorted((kept | dict(fresh)).items()))


def _templates(
    context: Context, keys: Mapping[PersonId, DataKey], kind: tuple[str, int], which: Which
) -> dict[PersonId, _Template]:
    """Return the templates of one engine that are not too old to count, by person."""
    engine, dimension = kind
    row = TemplateRow
    query = select(row.id, row.person_id, row.photographs, row.ages_from, row.sealed)
    query = query.where(counting(context, engine), *among(row.person_id, which))
    found: dict[PersonId, _Template] = {}
    for one in context.connection.execute(query):
        person = PersonId(one.person_id)
        vector = open_template(one.sealed, keys[person], one.id, person, engine)
        if vector.shape != (dimension,):
            message = f"A template of {engine} has {vector.size} numbers, not {dimension}; enrol the person again."
            raise SealBroken(message)
        found[person] = _Template(vector, one.photographs, one.ages_from)
    return found


def _gallery(
    context: Context,
    base: Snapshot | None,
    changed: Collection[PersonId],
    fresh: Mapping[PersonId, _Template],
    kind: tuple[str, int],
) -> tuple[Gallery, Mapping[PersonId, datetime]]:
    """Return the templates that count now and when each was made: those of before that still stand, and fresh ones."""
    engine, dimension = kind
    before = base.register.gallery if base else Gallery.empty(engine, dimension)
    oldest = context.now - context.template_life
    made = dict(base.enrolled) if base else {}
    rows = [row for row, one in enumerate(before.people) if one not in changed and made[one] > oldest]
    if base is not None and not fresh and len(rows) == len(before.people):
        return before, base.enrolled
    people = [*(before.people[row] for row in rows), *fresh]
    order = sorted(range(len(people)), key=people.__getitem__)
    new = np.array([one.vector for one in fresh.values()], np.float32).reshape(len(fresh), dimension)
    references = np.array([one.references for one in fresh.values()], np.int64)
    gallery = Gallery(
        engine,
        tuple(people[place] for place in order),
        np.concatenate([before.templates[rows], new])[order],
        np.concatenate([before.references[rows], references])[order],
    )
    made |= {person: one.ages_from for person, one in fresh.items()}
    return gallery, {person: made[person] for person in gallery.people}
