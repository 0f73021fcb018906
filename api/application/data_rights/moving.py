"""Copy every stored picture to another storage while the service runs, and prove each copy.

A copy is proved by reading it back and opening its seal. Nothing is deleted at the old place by
copying, and running it again takes it up where it was: what is there already is proved again. A new
bucket is marked as the school's only when everything has been proved, so no service starts on half a copy.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.application import installation
from api.application.checks.deleting import SETTLED, sweep
from api.application.errors import UseCaseError
from api.platform.settings import Settings
from api.platform.storage import GROUPS, NoSuchPicture, Objects, Pictures, Sealed, remember, remembered
from consent_db.data_rights import tombstones
from consent_db.errors import SealBroken
from consent_db.store import Store

ACTOR: Final = "command line"


class NotMovable(UseCaseError):
    """Pictures cannot be copied there; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What copying came to.

    Attributes:
        copied: how many pictures were copied.
        there: how many were there before.
        damaged: keys of pictures that do not open at the old place, or are not there; they were not copied.
    """

    copied: int
    there: int
    damaged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """From one storage to another, of one school."""

    store: Store
    settings: Settings
    source: Objects
    target: Objects

    def run(self, now: datetime) -> Moved:
        """Copy and prove everything that the database names; pictures that come meanwhile too.

        Raises:
            NotMovable: the new place holds something else, or is the old one.
            StorageAway: one of the places does not answer; run it again.
        """
        self._must_differ()
        school = self._school(now)
        where = self._marked_at()
        in_use = self._begin(where, school)
        proved, damaged, copied = set[str](), set[str](), 0
        there = len(self._stored() & self._named(now))
        while left := self._named(now) - proved - damaged:
            for key in sorted(left):
                try:
                    copied += self._copy(key)
                except (NoSuchPicture, SealBroken):
                    damaged.add(key)
                else:
                    proved.add(key)
        damaged &= self._named(now)  # what was deleted meanwhile is not missed
        if not self.target.local:  # a service that uses it already may be about to name what it has just stored
            sweep(self.store, Pictures(self.target, self.store), now, before=now - SETTLED if in_use else None)
        self._keep_tombstones()
        if not damaged:
            installation.mark(where, school)
        return Moved(copied, there, tuple(sorted(damaged)))

    def delete_old(self, now: datetime) -> int:
        """Delete what is this school's at the old place; return how many pictures. Only once the service uses the new.

        No machine starts with the old place afterwards, if it is a bucket.

        Raises:
            NotMovable: a picture does not open at the new place, or that is the old one; nothing was deleted.
        """
        self._must_differ()
        listed, named = set(self._listed(self.source)), self._named(now)
        if not all(self._opens(self.target, key) for key in sorted(listed & named)):
            raise NotMovable("A picture is not at the new place, so nothing was deleted. Copy again.")
        old = {key for key in listed if key in named or self._opens(self.source, key)}
        for key in old:
            self.source.delete(key)
        if not self.source.local:
            installation.unmark(Sealed(self.source, self.store.keyring), self._school(now))
        return len(old)

    def _must_differ(self) -> None:
        """Refuse one place under two addresses: what is stored at the new one must not appear at the old one."""
        probe = f"probe/{secrets.token_hex(16)}"
        self.target.put(probe, b"")
        try:
            same = self.source.modified(probe) is not None
        finally:
            self.target.delete(probe)
        if same:
            raise NotMovable("Both addresses lead to the same place. Give the old place first, and then the new one.")

    def _opens(self, objects: Objects, key: str) -> bool:
        """Say whether a picture is there and is this school's."""
        try:
            Pictures(objects, self.store).get(key)
        except (NoSuchPicture, SealBroken):
            return False
        return True

    def _begin(self, where: installation.Where, school: str) -> bool:
        """Mark a bucket as being copied to; return whether a service may be using it already."""
        if not isinstance(where, Sealed):
            return True
        found = installation.marked(where)
        if found is None and self._stored():
            raise NotMovable("The new place holds pictures that are not this school's. Give an empty prefix.")
        if found not in {None, school, f"{installation.MOVING}{school}"}:
            raise NotMovable("The new place belongs to another installation. Give an empty prefix.")
        if found is None:
            installation.mark(where, f"{installation.MOVING}{school}")
        return found == school

    def _copy(self, key: str) -> bool:
        """Make sure of one copy; return whether it had to be made."""
        if self._opens(self.target, key):
            return False
        old = Pictures(self.source, self.store)
        sealed = old.get_sealed(key)
        old.opened(key, sealed)
        self.target.put(key, sealed, replace=True)
        Pictures(self.target, self.store).get(key)
        return True

    def _keep_tombstones(self) -> None:
        keyring = self.store.keyring
        path = tombstones.beside(keyring.path)
        local = tombstones.read(path) if self.source.local and path.exists() else None
        known = local if self.source.local else remembered(self.source, keyring)
        if known is not None:
            remember(self.target, keyring, known)

    def _marked_at(self) -> installation.Where:
        return self.settings.data if self.target.local else Sealed(self.target, self.store.keyring)

    def _school(self, now: datetime) -> str:
        with self.store.reading(ACTOR, now) as tx:
            school = tx.installation.current()
        if school is None:
            raise NotMovable("Nothing is set up here yet, so there is nothing to copy.")
        return school

    def _named(self, now: datetime) -> set[str]:
        with self.store.reading(ACTOR, now) as tx:
            return set(tx.checks.picture_keys())

    def _stored(self) -> set[str]:
        return set(self._listed(self.target))

    @staticmethod
    def _listed(objects: Objects) -> Iterator[str]:
        for group in GROUPS:
            yield from objects.listing(group)
