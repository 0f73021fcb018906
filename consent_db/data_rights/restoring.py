"""After a restore from backup: what was destroyed or ended since the backup must not come alive again.

A backup knows nothing of what came after it: of erasures and deletions (the
tombstones tell), of consents taken back (nothing tells). So every approval ends,
and every channel has to be approved anew by a person who has made sure that what
was said since is written down again. Keys and sessions that may have been ended
since are ended too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from consent_db.accounts.clients import Clients
from consent_db.approvals.revocation import revoke_for_channel
from consent_db.checks.ending.deletion import DeletedPictures
from consent_db.checks.records import Mark
from consent_db.core.context import SCHOOL, Context
from consent_db.data_rights.tombstones import Tombstones
from consent_db.errors import NotFound, NotPossible
from consent_db.register.erasure import erase, is_erased
from consent_db.schema import ChannelRow, LinkRow, SessionRow
from gatekeeper.types import PersonId

RESTORED = "restored"
"""Why approvals ended that a backup held."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What was done so that nothing came alive again.

    Attributes:
        erased: how many people were erased again.
        pictures: how many deleted pictures were deleted again.
        approvals: how many approvals ended.
        channels: names of the channels that have to be approved anew.
        clients: how many keys of programs ended.
        files: keys of stored pictures that have to be deleted now.
    """

    erased: int
    pictures: int
    approvals: int
    channels: tuple[str, ...]
    clients: int
    files: frozenset[str]


def settle(context: Context, tombstones: Tombstones, made_at: datetime) -> Settled:
    """Do all of it, in the transaction that is the first after a restore."""
    context.move_register()
    erased, files = 0, set[str]()
    for person, listing in sorted(tombstones.people.items()):
        gone = _erase_again(context, person, listing=listing)
        erased += gone is not None
        files |= gone or set()
    pictures, more = _delete_again(context, tombstones.pictures)
    approvals = _end_approvals(context)
    channels = _close_channels(context)
    clients = _end_keys(context)
    for table in (SessionRow, LinkRow):
        context.connection.execute(delete(table))
    context.destroyed = True
    counts = {"erased": erased, "pictures": pictures, "approvals": approvals, "clients": clients}
    context.log("backup.restored", SCHOOL, counts | {"made_at": made_at.isoformat(), "channels": list(channels)})
    return Settled(erased, pictures, approvals, channels, clients, frozenset(files | more))


def _erase_again(context: Context, person: PersonId, *, listing: bool) -> frozenset[str] | None:
    """Erase a person again; None if the backup does not know them, or only as erased."""
    if is_erased(context, person):
        return None
    try:
        try:
            return erase(context, person, keep_listing=listing).files
        except NotPossible:  # listed or enrolled only after the backup: there is no entry to be kept
            return erase(context, person).files
    except NotFound:
        return None


def _delete_again(context: Context, marks: Iterable[Mark]) -> tuple[int, frozenset[str]]:
    pictures, deleted, files = DeletedPictures(context), 0, set[str]()
    known = {mark.sha256 for mark in pictures.marks()}
    missing = {mark.sha256: mark for mark in marks if mark.sha256 not in known}
    for check_id in pictures.with_file(missing.keys()):
        files |= pictures.delete(check_id, RESTORED, missing.values()).keys
        deleted += 1
    pictures.remember(missing.values())
    return deleted, frozenset(files)


def _end_approvals(context: Context) -> int:
    names = context.connection.execute(select(ChannelRow.name)).scalars().all()
    return sum(len(revoke_for_channel(context, name, RESTORED)) for name in names)


def _close_channels(context: Context) -> tuple[str, ...]:
    approved = select(ChannelRow.name).where(ChannelRow.approved_at.is_not(None)).order_by(ChannelRow.name)
    names = tuple(context.connection.execute(approved).scalars())
    context.connection.execute(update(ChannelRow).values(approved_at=None, approved_by=None))
    return names


def _end_keys(context: Context) -> int:
    clients = Clients(context)
    alive = [client.id for client in clients.all() if client.revoked_at is None]
    for client in alive:
        clients.revoke(client)
    return len(alive)
