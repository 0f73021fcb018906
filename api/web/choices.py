"""Lists to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from consent_db.people.records import PersonDraft
from consent_db.transaction import Transaction
from gatekeeper.naming import is_found, natural_key
from gatekeeper.naming.ordering import NaturalKey


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list: what is sent, and what is read."""

    value: str
    label: str


def channels(tx: Transaction) -> tuple[Choice, ...]:
    """Return the channels that may be published on."""
    return tuple(Choice(channel.name, channel.title) for channel in tx.channels.all() if channel.open)


def channel_title(tx: Transaction, name: str) -> str:
    """Return a channel's title; of one that is not on record, and of a purpose, the name in words."""
    channel = tx.channels.get(name)
    return channel.title if channel else name.replace("_", " ")


def channel_titles(tx: Transaction) -> dict[str, str]:
    """Return the title of every channel by its name, closed ones too."""
    return {channel.name: channel.title for channel in tx.channels.all()}


def events(tx: Transaction) -> tuple[Choice, ...]:
    """Return the events, the latest first."""
    found = sorted(tx.groups.events(), key=lambda event: event.date, reverse=True)
    return tuple(Choice(e.name, f"{e.title} ({e.date.day} {e.date:%B %Y})") for e in found)


def classes(tx: Transaction) -> tuple[str, ...]:
    """Return the names of classes and clubs."""
    return tuple(sorted(tx.groups.names(), key=natural_key))


def groups_of(profile: PersonDraft) -> list[str]:
    """Return the names of a person's classes and clubs in the order of lists: 7A before 10A."""
    return sorted(profile.groups, key=natural_key)


def full_name(profile: PersonDraft) -> str:
    """Return a name as colleagues read it."""
    return f"{profile.known_as or profile.first_name} {profile.last_name}"


def list_key(profile: PersonDraft) -> tuple[NaturalKey, NaturalKey]:
    """Return what sorts people in lists: surname, then first name."""
    return natural_key(profile.last_name), natural_key(profile.first_name)


def is_called(profile: PersonDraft, typed: str) -> bool:
    """Say whether each word that was typed is part of a person's name, however it is spelt, or number."""
    return is_found(typed, (profile.first_name, profile.last_name, profile.known_as, profile.external_id))
