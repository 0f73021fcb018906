"""What a change to one person permits from now on, and what it no longer permits; computed before it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from consent_db.core import policy_terms
from consent_db.core.context import Context
from consent_db.people.current_statements import standing_of
from consent_db.publishing.channels import Channels
from gatekeeper.consent.permission import EVERYWHERE, Permission, Standing, Statement, Subject
from gatekeeper.register import permission_on
from gatekeeper.types import Channel, PersonId


@dataclass(frozen=True, slots=True)
class Shift:
    """One answer that becomes another.

    Attributes:
        channel: the title of the channel; None for what is asked for the gate as a whole.
    """

    channel: str | None
    subject: Subject
    before: Permission
    after: Permission


def by_statements(context: Context, person: PersonId, said: Sequence[Statement]) -> list[Shift]:
    """Return what is permitted otherwise today once these statements are written down.

    Raises:
        NotFound: no person has this id.
    """
    before = standing_of(context, person)
    return _between(context, before, replace(before, statements=(*before.statements, *said)))


def _between(context: Context, before: Standing, after: Standing) -> list[Shift]:
    age, day = policy_terms.current(context).own_consent_age, context.today
    found = []
    for title, channel, subject in _asked(context):
        then, now = (permission_on(channel, one, subject, day, age) for one in (before, after))
        if (then.allowed, then.until) != (now.allowed, now.until):
            found.append(Shift(title, subject, then, now))
    return found


def _asked(context: Context) -> list[tuple[str | None, Channel, Subject]]:
    """Return what can be asked of a person: each subject for each open channel, and for the gate as a whole."""
    channels = [one for one in Channels(context).all() if one.open]
    each = [(one.title, one.as_channel(), subject) for one in channels for subject in Subject.of_channels()]
    anywhere = Channel("", frozenset({EVERYWHERE}), approved=True)
    return [*each, *((None, anywhere, subject) for subject in Subject if subject.as_a_whole)]
