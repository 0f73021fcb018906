"""Copy every stored picture to another storage while the service runs, and prove each copy.

A copy is proved by reading it back and opening its seal. Nothing is deleted at the old place by
copying, and running it again takes it up where it was: what is there already is proved again. The new
place is marked as the school's only when everything has been proved, so no service starts on half a copy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.application import installation
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
            NotMovable: the new place holds something else.
            StorageAway: one of the places does not answer; run it again.
        """
        school = self._school(now)
        where = self._marked_at()
        self._begin(where, school)
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
        if not self.target.local:
            for key in self._stored() - self._named(now):
                self.target.delete(key)
        self._keep_tombstones()
        if not damaged:
            installation.mark(where, school)
        return Moved(copied, there, tuple(sorted(damaged)))

    def delete_old(self, now: datetime) -> int:
        """Delete everything at the old place; return how many pictures. Only once the service uses the new place.

        Raises:
            NotMovable: a picture does not open at the new place; nothing was deleted.
        """
        old, new = set(self._listed(self.source)), Pictures(self.target, self.store)
        for key in sorted(old & self._named(now)):
            try:
                new.get(key)
            except (NoSuchPicture, SealBroken):
                raise NotMovable("A picture is not at the new place, so nothing was deleted. Copy again.") from None
        for key in old:
            self.source.delete(key)
        return len(old)

    def _begin(self, where: installation.Where, school: str) -> None:
        if not isinstance(where, Sealed):
            return
        found = installation.marked(where)
        if found is None and self._stored():
            raise NotMovable("The new place holds pictures that are not this school's. Give an empty prefix.")
        if found not in {None, school, f"{installation.MOVING}{school}"}:
            raise NotMovable("The new place belongs to another installation. Give an empty prefix.")
        if found is None:
            installation.mark(where, f"{installation.MOVING}{school}")

    def _copy(self, key: str) -> int:
        """Make sure of one copy; return 1 if it had to be made."""
        new = Pictures(self.target, self.store)
        try:
            new.get(key)
        except (NoSuchPicture, SealBroken):
            old = Pictures(self.source, self.store)
            sealed = old.get_sealed(key)
            old.opened(key, sealed)
            self.target.put(key, sealed, replace=True)
            new.get(key)
            return 1
        return 0

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
