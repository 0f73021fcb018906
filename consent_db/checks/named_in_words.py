"""Approvals whose words give a name that a person does not bear any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import select

from consent_db.approvals.revocation import resting_on, standing_approvals
from consent_db.checks.cells import open_facts
from consent_db.core.context import Context
from consent_db.people.records import PersonDraft
from consent_db.schema import CheckRow
from gatekeeper.decision.reliance import Lapse, mentions
from gatekeeper.types import Facts, Kind, PersonId


def naming_them_otherwise(
    context: Context, person: PersonId, before: PersonDraft, after: PersonDraft
) -> dict[str, str]:
    """Return the standing approvals that a change of name ends, each with the code of why.

    A pupil is only named in pictures that show them. Adults may be named in the credit
    line of any picture, so every approval that stands is looked at for theirs.
    """
    gone = sorted(_names(before) - _names(after))
    if not gone:
        return {}
    shown = resting_on(context, person) if before.kind is Kind.PUPIL else standing_approvals(context)
    return {check: Lapse.NAME.value for check, facts in _read(context, shown) if _gives(facts, gone)}


def _names(draft: PersonDraft) -> set[str]:
    """Return what words may call a person: by first name, or an adult by surname."""
    public = {draft.known_as or draft.first_name}
    return public if draft.kind is Kind.PUPIL else public | {draft.last_name}


def _gives(facts: Facts, names: Iterable[str]) -> bool:
    words = (facts.caption, facts.alt_text, facts.credit)
    return any(mentions(text, name) for text in words for name in names)


def _read(context: Context, checks: Iterable[str]) -> Iterator[tuple[str, Facts]]:
    for check in checks:
        sealed = context.connection.execute(select(CheckRow.facts).where(CheckRow.id == check)).scalar_one()
        if sealed is not None:
            yield check, open_facts(context.school_key, check, sealed)
