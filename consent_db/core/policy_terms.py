"""Policy terms: what the school's policy says about the register, with its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from consent_db.core.context import SCHOOL, Context
from consent_db.errors import NotPossible
from consent_db.schema import TermsRow
from gatekeeper.consent.permission import MAJORITY


@dataclass(frozen=True, slots=True)
class Terms:
    """What the school's policy says about the register.

    Attributes:
        own_consent_age: from this age, in years, a pupil's own grant is needed too.
        biometrics: whether templates may exist at all.
        takedown_hours: how long there is to take something down.
    """

    own_consent_age: int = 13
    biometrics: bool = True
    takedown_hours: int = 24


_COLUMNS = (TermsRow.own_consent_age, TermsRow.biometrics, TermsRow.takedown_hours)


def current(context: Context) -> Terms:
    """Return the terms that hold now."""
    row = context.connection.execute(select(*_COLUMNS).order_by(TermsRow.id.desc()).limit(1)).one_or_none()
    return Terms() if row is None else Terms(*row)


def known_at(context: Context, moment: datetime) -> Terms:
    """Return the terms that held at a moment; before the first that were written down, those."""
    rows = context.connection.execute(select(TermsRow.at, *_COLUMNS).order_by(TermsRow.id)).all()
    held = [row for row in rows if row.at <= moment] or rows[:1]
    return Terms(*held[-1][1:]) if held else Terms()


def keep(context: Context, terms: Terms) -> None:
    """Let these terms hold from now on.

    Raises:
        NotPossible: the age does not lie between 0 and 18, or a take-down has no time.
    """
    if not 0 <= terms.own_consent_age <= MAJORITY:
        message = f"The age of own consent lies between 0 and {MAJORITY} years."
        raise NotPossible(message)
    if terms.takedown_hours < 1:
        message = "A take-down needs at least an hour."
        raise NotPossible(message)
    if terms == current(context):
        return
    values = {"at": context.now, "by": context.actor, "own_consent_age": terms.own_consent_age}
    values |= {"biometrics": terms.biometrics, "takedown_hours": terms.takedown_hours}
    context.connection.execute(insert(TermsRow).values(values))
    context.move_register()
    words = {"years": terms.own_consent_age, "biometrics": terms.biometrics, "takedown_hours": terms.takedown_hours}
    context.log("school.terms", SCHOOL, words)
