"""Accounts, sessions, links and clients, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gatekeeper.types import Role


@dataclass(frozen=True, slots=True)
class UserRecord:
    """An account that may sign in."""

    id: str
    email: str = field(repr=False)
    role: Role
    created_at: datetime
    disabled_at: datetime | None = None
    name: str = field(default="", repr=False)
    """What colleagues call them; empty if it was not given."""
    factor_due_at: datetime | None = None
    """From when on they cannot do without a second factor, if their role needs one; None before that was asked."""

    @property
    def called(self) -> str:
        """Their name, or their address if it is not known."""
        return self.name or self.email


class Purpose(StrEnum):
    """What a one-time link is for."""

    SET_UP = "set_up"
    """To make the first administrator of an empty installation."""
    PASSWORD = "password"  # noqa: S105 -- not one
    """To choose a password, after an invitation or when it is forgotten."""


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """A one-time link that is not used yet."""

    purpose: Purpose
    user: str | None
    expires_at: datetime


class Step(StrEnum):
    """How far a user has come with signing in."""

    CODE = "code"
    """The password was right; the code of the second factor is outstanding."""
    ENROL = "enrol"
    """The password was right; a second factor has to be set up first."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A signed-in browser."""

    id: str
    user: UserRecord
    started_at: datetime
    last_used: datetime
    proved_at: datetime
    """When the person last proved who they are."""
    step: Step = Step.DONE
    device: str = ""
    """Such as `Firefox on Windows`; nothing finer is kept."""


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One key of a program: `gk_<prefix>_<secret>`."""

    prefix: str
    created_at: datetime
    expires_at: datetime
    last_used: datetime | None
    """To the minute."""


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """A program that may use the API."""

    id: str
    label: str = field(repr=False)
    scopes: frozenset[str]
    channels: frozenset[str]
    """Names of the channels it may ask for; empty means none."""
    created_at: datetime
    holder: str | None = None
    """The account that answers for what it does; None if none is on record."""
    keys: tuple[KeyRecord, ...] = ()
    """Its keys, the newest first, those that have ended too; two are good while a key is changed."""
    revoked_at: datetime | None = None

    @property
    def expires_at(self) -> datetime:
        """When its last key ends."""
        return max((key.expires_at for key in self.keys), default=self.created_at)

    @property
    def last_used(self) -> datetime | None:
        """When one of its keys was last used, to the minute."""
        return max((key.last_used for key in self.keys if key.last_used), default=None)

    def is_good(self, now: datetime) -> bool:
        """Say whether one of its keys is accepted."""
        return self.revoked_at is None and self.expires_at > now


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client that was just made; the key is shown once and not kept."""

    id: str
    key: str = field(repr=False)
