"""The way back from acts that are about no one person's record: switches, roles, events, take-downs, phrases.

An act is found by its entry in the audit, and undone by the act that is its opposite, with the checks that
this one has whenever it is made (`Way.rule`). Only the last act about a thing can be undone, so each once:
what undoes it comes after it. Why, and what has no way back: `docs/decisions/0073`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from api.application.checks.resolve.phrases import let_pass
from api.application.services import Services
from consent_db.audit.records import AuditEntry
from consent_db.core.former import UNDO_WITHIN
from consent_db.errors import NotFound, NotPossible
from consent_db.transaction import Transaction
from gatekeeper.types import Role

UNDONE: Final = "act.undone"
"""What the audit calls an undo, beside the act that it makes; `entry` is the number of what was undone."""

CHANGED_SINCE: Final = "This was changed again since, so it cannot be undone. Change it as it is now."
_NO_WAY: Final = "This cannot be undone. Look at the list again, and change what is there now."
_NOT_APPROVED: Final = (
    "This channel was not approved when it was closed. Look at it, and approve it if it is the school’s."
)
_TOO_OLD: Final = f"This is longer ago than {UNDO_WITHIN.days} days, so it cannot be undone. Change it as it is now."


@dataclass(frozen=True, slots=True)
class By:
    """Who undoes, and with what."""

    services: Services
    role: Role


@dataclass(frozen=True, slots=True)
class Way:
    """How one kind of act is undone.

    Attributes:
        said: what was done, in a sentence.
        rule: an address in whose line of the table of access it stands who may make the opposite act.
        undo: makes the opposite act.
        about: what the act is about besides its object; acts that are about the same follow each other.
    """

    said: str
    rule: str
    undo: Callable[[Transaction, AuditEntry, By], object]
    about: str = ""


def latest(tx: Transaction, object_id: str) -> int | None:
    """Return the number of the last act about an object that has a way back, to be offered right after it."""
    return max((entry.seq for entry in tx.audit.about(object_id) if entry.action in WAYS), default=None)


def recent(tx: Transaction, object_id: str, most: int = 5) -> list[AuditEntry]:
    """Return the last acts about an object that are of a kind that has a way back, the latest first."""
    found = [entry for entry in tx.audit.about(object_id) if entry.action in WAYS]
    return found[: -most - 1 : -1]


def found(tx: Transaction, number: int) -> AuditEntry:
    """Return the entry of an act that can be undone.

    Raises:
        NotFound: no entry has this number.
        NotPossible: it is of no kind that can be undone, too old, undone, or followed by another.
    """
    entry = next(iter(tx.audit.entries(number - 1, 1)), None)
    if entry is None or entry.seq != number:
        raise NotFound("There is no entry of this number; look at the list again.")
    if why := why_not(tx, entry):
        raise NotPossible(why)
    return entry


def why_not(tx: Transaction, entry: AuditEntry) -> str | None:
    """Return why an act cannot be undone, in a sentence; None if it can."""
    if entry.action not in WAYS:
        return _NO_WAY
    if tx.now - entry.at > UNDO_WITHIN:
        return _TOO_OLD
    thing = _thing(entry)
    since = (later for later in tx.audit.about(entry.object_id) if later.seq > entry.seq)
    return CHANGED_SINCE if any(_stands_on(later, entry, thing) for later in since) else None


def undo(tx: Transaction, entry: AuditEntry, by: By) -> None:
    """Make the act that undoes another; whether the role may make it is the caller's to ask.

    Raises:
        NotFound: what it was about is gone.
        NotPossible: the opposite act is not allowed now.
    """
    WAYS[entry.action].undo(tx, entry, by)
    tx.audit.append(UNDONE, entry.object_id, {"entry": entry.seq, "act": entry.action})


def _stands_on(later: AuditEntry, entry: AuditEntry, thing: tuple[str, str]) -> bool:
    if later.action == UNDONE:
        return bool(_said(later).get("entry") == entry.seq)
    return _thing(later) == thing


def _thing(entry: AuditEntry) -> tuple[str, str]:
    """Return what an act was about: the kind of thing, and which one of its object's."""
    family = _FAMILIES.get(entry.action, "")
    return family, str(_said(entry).get(_WHICH.get(family, ""), ""))


def _said(entry: AuditEntry) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(entry.payload)
    return said


def _role_back(tx: Transaction, entry: AuditEntry, _: By) -> None:
    before = tx.users.former_role(entry.seq)
    if before is None:
        raise NotPossible(_TOO_OLD)
    tx.users.set_role(entry.object_id, before)


def _channel_back(tx: Transaction, entry: AuditEntry, _: By) -> None:
    before = tx.channels.former(entry.seq)
    if before is None:
        raise NotPossible(_TOO_OLD)
    tx.channels.change(before)


def _opened_again(tx: Transaction, entry: AuditEntry, by: By) -> None:
    """Open a closed channel again; one that no leader had approved is not approved by a tap that says another thing."""
    channel = tx.channels.get(entry.object_id)
    if channel is None or channel.approved_at is None:
        raise NotPossible(_NOT_APPROVED)
    tx.channels.approve(entry.object_id, tx.actor, by.role)


def _phrase_back(tx: Transaction, entry: AuditEntry, by: By) -> None:
    engine, was = by.services.tools.engine, tx.let_pass.get(entry.object_id)
    let_pass(tx, was.phrase, was.kind, tx.register(engine.name, engine.embedder.dimension))


def _objection_back(tx: Transaction, entry: AuditEntry, by: By) -> None:
    tx.objections.restore(str(_said(entry)["objection"]), by.services.policy.objection_days)


_NO_ID: Final = "0" * 32
_USER: Final = f"/admin/users/usr_{_NO_ID}"
_WEBHOOK: Final = f"/admin/webhooks/whk_{_NO_ID}"
_EVENT: Final = f"/admin/events/grp_{_NO_ID}"

WAYS: Final[Mapping[str, Way]] = {
    "user.disabled": Way(
        "The account was ended.", f"{_USER}/enable", lambda tx, entry, _: tx.users.enable(entry.object_id)
    ),
    "user.enabled": Way(
        "They can sign in again.", f"{_USER}/disable", lambda tx, entry, _: tx.users.disable(entry.object_id)
    ),
    "user.role_changed": Way("The role was changed.", f"{_USER}/role", _role_back),
    "webhook.disabled": Way(
        "The webhook was switched off.", f"{_WEBHOOK}/enable", lambda tx, entry, _: tx.webhooks.enable(entry.object_id)
    ),
    "webhook.enabled": Way(
        "The webhook was switched on.",
        f"{_WEBHOOK}/disable",
        lambda tx, entry, _: tx.webhooks.disable(entry.object_id, "by_hand"),
    ),
    "channel.closed": Way(
        "The channel was closed.",
        "/admin/channels/any/approval",
        _opened_again,
    ),
    "channel.approved": Way(
        "The channel was approved.",
        "/admin/channels/any/closing",
        lambda tx, entry, _: tx.channels.suspend(entry.object_id),
    ),
    "channel.changed": Way("The channel’s details were changed.", "/admin/channels/any", _channel_back),
    "channel.staff_changed": Way("The channel’s people were changed.", "/admin/channels/any", _channel_back),
    "event.added": Way(
        "The event was added.", f"{_EVENT}/people", lambda tx, entry, _: tx.groups.remove_event(entry.object_id)
    ),
    "event.changed": Way(
        "The list of people was changed.",
        f"{_EVENT}/people",
        lambda tx, entry, _: tx.groups.undo_change(entry.object_id, entry.seq),
    ),
    "objection.recorded": Way(
        "The wish not to be shown was recorded.",
        f"{_EVENT}/objections/obj_{_NO_ID}/withdrawal",
        lambda tx, entry, _: tx.objections.withdraw(str(_said(entry)["objection"])),
    ),
    "objection.withdrawn": Way("The wish not to be shown was withdrawn.", f"{_EVENT}/objections", _objection_back),
    "takedown.done": Way(
        "The take-down was closed.",
        f"/admin/publications/pub_{_NO_ID}/takedown",
        lambda tx, entry, _: tx.takedowns.reopen(str(_said(entry)["takedown"]), entry.seq),
    ),
    "phrase.let_pass": Way(
        "Captions may give this name.",
        f"/admin/phrases/phr_{_NO_ID}/removal",
        lambda tx, entry, _: tx.let_pass.withdraw(entry.object_id),
    ),
    "phrase.withdrawn": Way("The name is asked about again.", "/admin/phrases", _phrase_back),
}
"""What has a way back, by the name of the act in the audit."""

_FAMILIES: Final[Mapping[str, str]] = {
    "user.disabled": "account",
    "user.enabled": "account",
    "user.role_changed": "role",
    "webhook.deleted": "webhook",
    "webhook.disabled": "webhook",
    "webhook.enabled": "webhook",
    "channel.approved": "channel",
    "channel.changed": "channel",
    "channel.closed": "channel",
    "channel.staff_changed": "channel",
    "channel.suspended": "channel",
    "event.added": "event",
    "event.changed": "event",
    "event.removed": "event",
    "objection.recorded": "objection",
    "objection.withdrawn": "objection",
    "takedown.done": "takedown",
    "takedown.opened": "post",
    "takedown.reopened": "takedown",
    "phrase.let_pass": "phrase",
    "phrase.withdrawn": "phrase",
}
"""Which acts follow each other, as they are about one thing."""

_WHICH: Final[Mapping[str, str]] = {"objection": "objection", "takedown": "takedown"}
"""Where the entry names the thing, as its object has several."""
