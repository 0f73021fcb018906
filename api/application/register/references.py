"""Of whom reference photographs are asked for: those who may be recognised, and have none under a year old."""

from __future__ import annotations

from collections.abc import Iterator

from api.application.register.coverage import coverage
from api.application.register.directory import directory
from consent_db.data_rights.lifecycle import Due, DueKind
from consent_db.transaction import Transaction
from gatekeeper.consent.ages import age_on
from gatekeeper.policy.model import Policy
from gatekeeper.register import Register
from gatekeeper.types import Kind


def missing_references(tx: Transaction, register: Register, policy: Policy) -> tuple[Due, ...]:
    """Return, by name, who may have a template and has none that counts under the engine of `register`.

    A template counts for a year at most, so these have no reference photograph under a year old.
    Left out are pupils below `youngest_template_age`, whom staff name in each picture.
    """
    return tuple(_missing(tx, register, policy)) if policy.biometrics else ()


def _missing(tx: Transaction, register: Register, policy: Policy) -> Iterator[Due]:
    channels = tuple(one.as_channel() for one in tx.channels.all() if one.open)
    people = directory(tx, register)
    said = {due.person.id for due in people.falling_due if due.kind is DueKind.TEMPLATE_ENDS}
    wanted = coverage(register, channels, tx.today).no_photo - said
    for entry in people.entries:
        born = entry.record.profile.date_of_birth
        young = born is not None and age_on(born, tx.today) < policy.youngest_template_age
        if entry.record.id in wanted and not (young and entry.record.profile.kind is Kind.PUPIL):
            yield Due(tx.today, DueKind.REFERENCE_MISSING, entry.record)
