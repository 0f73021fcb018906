"""A person as a line of a list: who they are, and where they may be shown today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from api.application.services import Services
from api.platform import labels as words
from api.web import choices
from consent_db.people.records import PersonRecord
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import Subject
from gatekeeper.register import Register
from gatekeeper.types import Channel


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in the list."""

    id: str
    name: str
    about: str
    mood: words.Mood
    status: str


def standing(
    register: Register, record: PersonRecord, channels: Sequence[Channel], today: date
) -> tuple[words.Mood, str]:
    """Return in a few words on which of these channels a person may be shown today."""
    shown = sum(register.permission(record.id, Subject.PICTURE, one, today).allowed for one in channels)
    return in_words(record, shown, len(channels), today)


def in_words(record: PersonRecord, may: int, channels: int, today: date) -> tuple[words.Mood, str]:
    """Return what it means that a person may be shown on so many of the channels."""
    if record.listed:
        return "stop", "On the do-not-publish list"
    if record.held:
        return "stop", "Under a hold"
    if record.profile.leaving_date is not None and record.profile.leaving_date < today:
        return "stop", f"Left on {words.date(record.profile.leaving_date)}"
    if channels and may == channels:
        return "ok", "May be shown"
    return ("ask", f"On {may} of {channels} channels") if may else ("stop", "May not be shown")


def row(register: Register, record: PersonRecord, channels: Sequence[Channel], today: date) -> PersonRow:
    """Return a person as a line of a list."""
    mood, status = standing(register, record, channels, today)
    about = (
        words.KIND[record.profile.kind],
        *choices.groups_of(record.profile),
        record.profile.external_id,
    )
    return PersonRow(record.id, choices.full_name(record.profile), " · ".join(filter(None, about)), mood, status)


def open_channels(tx: Transaction) -> list[Channel]:
    """Return the channels that may be published on, as the gate knows them."""
    return [channel.as_channel() for channel in tx.channels.all() if channel.open]


def register_of(services: Services, tx: Transaction) -> Register:
    """Return the snapshot that the gate itself works with."""
    engine = services.tools.engine
    return tx.register(engine.name, engine.embedder.dimension)
