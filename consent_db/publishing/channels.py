"""Channels: the school's own accounts and outlets, each approved by a named person."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from consent_db.approvals.revocation import revoke_for_channel
from consent_db.core import former
from consent_db.core.context import Context
from consent_db.errors import AlreadyExists, NotFound, NotPossible
from consent_db.keys.crypto import Place
from consent_db.publishing.records import ChannelDraft, ChannelRecord
from consent_db.schema import ChannelRow
from gatekeeper.decision.authority import LEADERSHIP
from gatekeeper.types import Role

STAFF_NEEDED: Final = 2
"""How many named staff run a channel, at least, before it can be approved."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")


class Channels:
    """Channels, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(self, draft: ChannelDraft) -> ChannelRecord:
        """Keep a new channel, not approved yet.

        Raises:
            AlreadyExists: there is a channel of this name.
            NotPossible: the name, or that of a purpose, cannot be used.
        """
        values = self._values(draft)
        if self.get(draft.name) is not None:
            message = "There is a channel of this name already; choose another."
            raise AlreadyExists(message)
        self._context.connection.execute(insert(ChannelRow).values(values))
        self._context.log("channel.added", draft.name, {"purposes": sorted(draft.purposes)})
        return self._must_get(draft.name)

    def change(self, draft: ChannelDraft) -> ChannelRecord:
        """Replace what is known of a channel.

        While enough people are named, they may change and the approval stands. With
        fewer, or when anything else changes, the channel is suspended: it has to be
        approved anew, and what was approved for it ends.

        Raises:
            NotFound: there is no such channel.
            NotPossible: the name of a purpose cannot be used.
        """
        before = self._must_get(draft.name)
        if before.draft == draft:
            return before
        staff_only = replace(before.draft, staff=draft.staff) == draft
        if staff_only and has_enough_staff(draft):
            self._update(draft.name, self._values(draft))
            self._keep(self._context.log("channel.staff_changed", draft.name, {"staff": len(draft.staff)}), before)
            return self._must_get(draft.name)
        self._update(draft.name, {**self._values(draft), "approved_by": None, "approved_at": None})
        revoke_for_channel(self._context, draft.name, "channel_short_of_staff" if staff_only else "channel_changed")
        self._keep(self._context.log("channel.changed", draft.name, {"purposes": sorted(draft.purposes)}), before)
        return self._must_get(draft.name)

    def former(self, entry: int) -> ChannelDraft | None:
        """Return what was known of a channel before the change of an entry of the audit, while it is kept."""
        kept = former.read(self._context, entry)
        if kept is None:
            return None
        name, title, platform, address, purposes, staff = kept
        return ChannelDraft(name, title, platform, address, frozenset(purposes), tuple(staff))

    def _keep(self, entry: int, before: ChannelRecord) -> None:
        one = before.draft
        words = [one.name, one.title, one.platform, one.address, sorted(one.purposes), list(one.staff)]
        former.keep(self._context, entry, words)

    def suspend(self, name: str) -> tuple[str, ...]:
        """Take the approval of a channel back; return the ids of the approvals of pictures that ended.

        Raises:
            NotFound: there is no such channel.
        """
        self._must_get(name)
        self._update(name, {"approved_by": None, "approved_at": None})
        self._context.log("channel.suspended", name)
        return revoke_for_channel(self._context, name, "channel_changed")

    def get(self, name: str) -> ChannelRecord | None:
        """Return a channel, if there is one of this name."""
        query = select(ChannelRow.__table__).where(ChannelRow.name == name)
        row = self._context.connection.execute(query).one_or_none()
        return None if row is None else self._record(row)

    def all(self) -> list[ChannelRecord]:
        """Return every channel, by name, closed ones too."""
        query = select(ChannelRow.__table__).order_by(ChannelRow.name)
        return [self._record(row) for row in self._context.connection.execute(query)]

    def approve(self, name: str, by: str, role: Role) -> ChannelRecord:
        """Let a channel be published to; a closed one is open again.

        Args:
            name: the channel's.
            by: who approves it: the id of a user, or the name of a person who has none.
            role: what they are.

        Raises:
            NotFound: there is no such channel.
            NotPossible: it has fewer than two named staff, or they are not of the leadership.
        """
        if role not in LEADERSHIP:
            message = "A channel is approved by the leadership team; ask an approver or the safeguarding lead."
            raise NotPossible(message)
        if not by.strip():
            message = "Say who of the leadership approves the channel."
            raise NotPossible(message)
        if not has_enough_staff(self._must_get(name).draft):
            message = f"A channel needs at least {STAFF_NEEDED} named staff before it can be approved; add them."
            raise NotPossible(message)
        self._update(name, {"approved_by": by, "approved_at": self._context.now, "closed_at": None})
        self._context.log("channel.approved", name, {"role": role.value})
        return self._must_get(name)

    def close(self, name: str) -> tuple[str, ...]:
        """Stop publishing to a channel; return the ids of the approvals that ended.

        Raises:
            NotFound: there is no such channel.
        """
        self._must_get(name)
        self._update(name, {"closed_at": self._context.now})
        self._context.log("channel.closed", name)
        return revoke_for_channel(self._context, name, "channel_closed")

    def _must_get(self, name: str) -> ChannelRecord:
        record = self.get(name)
        if record is None:
            message = "There is no channel of this name; check the spelling."
            raise NotFound(message)
        return record

    def _update(self, name: str, values: dict[str, Any]) -> None:
        # What the gate decides depends on the channel, so a check under way must be done again.
        self._context.move_register()
        self._context.connection.execute(update(ChannelRow).where(ChannelRow.name == name).values(values))

    def _values(self, draft: ChannelDraft) -> dict[str, Any]:
        if not all(_NAME.fullmatch(name) for name in (draft.name, *draft.purposes)):
            message = "Names of channels and purposes are made of a-z, 0-9, _ and -, at most 50 letters."
            raise NotPossible(message)
        values = {"name": draft.name, "title": draft.title, "platform": draft.platform, "address": draft.address}
        staff = self._context.seal(list(draft.staff), _place(draft.name))
        return {**values, "purposes": json.dumps(sorted(draft.purposes)), "staff": staff}

    def _record(self, row: Row[*tuple[Any, ...]]) -> ChannelRecord:
        staff = tuple(self._context.open(row.staff, _place(row.name)))
        purposes = frozenset(json.loads(row.purposes))
        draft = ChannelDraft(row.name, row.title, row.platform, row.address, purposes, staff)
        return ChannelRecord(draft, row.approved_by, row.approved_at, row.closed_at)


def has_enough_staff(draft: ChannelDraft) -> bool:
    """Say whether at least two different people are named; one in two spellings is one."""
    return len({name.strip().casefold() for name in draft.staff if name.strip()}) >= STAFF_NEEDED


def _place(name: str) -> Place:
    return Place("channels", name, "staff")
