"""The users as a table: who may sign in, with which role and which second factor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.application.services import Services
from api.platform import labels
from api.web.tables import Cell, Column, Filter, Layout, Listing, Row
from consent_db.accounts.records import UserRecord
from consent_db.transaction import Transaction
from gatekeeper.naming import natural_key
from gatekeeper.types import Role

_STATE: Final = {"active": "May sign in", "disabled": "Cannot sign in"}
_FACTOR: Final = {"on": "Second factor", "due": "Sets it up next time", "off": "Password only"}
_MOOD: Final[Mapping[str, labels.Mood]] = {"on": "ok", "due": "ask"}


@dataclass(frozen=True, slots=True)
class _Account:
    """An account, and how it signs in."""

    user: UserRecord
    factor: str

    @property
    def state(self) -> str:
        return "active" if self.user.disabled_at is None else "disabled"


def user_table(services: Services, tx: Transaction) -> Listing[_Account]:
    """Return all accounts, those first that may sign in."""
    factors, asked = tx.second_factors.users(), services.settings.second_factor
    accounts = [
        _Account(user, "on" if user.id in factors else "due" if user.role in asked else "off")
        for user in tx.users.all()
    ]
    return Listing(
        _LAYOUT,
        sorted(accounts, key=lambda one: (one.state, natural_key(one.user.email))),
        lambda one: _row(services, one),
        lambda one: (one.user.email, one.user.name, labels.ROLE_NAME[one.user.role]),
        _passes,
    )


_LAYOUT: Final = Layout(
    path="/admin/users",
    columns=(
        Column("user", "User", lambda one: natural_key(one.user.called)),
        Column("role", "Role", lambda one: list(Role).index(one.user.role)),
        Column("factor", "Signs in with", lambda one: one.factor),
        Column("added", "Added", lambda one: one.user.created_at, latest_first=True),
        Column("state", "State", lambda one: one.state),
    ),
    filters=(
        Filter("role", "Role", {role.value: labels.ROLE_NAME[role] for role in Role}),
        Filter("factor", "Signs in with", _FACTOR),
        Filter("state", "State", _STATE),
    ),
    sort="state",
    noun=("user", "users"),
    form="/admin/users/found",
)


def _passes(one: _Account, name: str, value: str) -> bool:
    return {"role": one.user.role.value, "factor": one.factor, "state": one.state}[name] == value


def _row(services: Services, one: _Account) -> Row:
    user, zone = one.user, services.policy.zone
    ended = labels.day(user.disabled_at, zone) if user.disabled_at else ""
    mood = _MOOD.get(one.factor)
    return Row((
        Cell(user.called, f"/admin/users/{user.id}", user.email if user.name else ""),
        Cell(labels.ROLE_NAME[user.role]),
        Cell("" if ended else _FACTOR[one.factor], mood=None if ended else mood),
        Cell(labels.day(user.created_at, zone)),
        Cell(_STATE[one.state], note=f"since {ended}" if ended else "", mood="stop" if ended else "ok"),
    ))  # fmt: skip
