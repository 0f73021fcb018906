"""The one judgement of the clock: may what the machine says the time is destroy or revive anything?

A machine that boots with an empty battery is in 1970 or 2037; a clock that is set back
makes what had ended good again. So the last moment that was believed is kept, and moved
on by every writing transaction and by a heartbeat. A step of more than a day forward
that no other time source explains, or a material step back, puts the clock in doubt
until an administrator confirms it, or until it is right again. In doubt nothing is
deleted because of time; after a step back nothing is handed out either. What blocks,
withdraws or takes down is never held.

Other time sources are the kernel's count of seconds since the machine was started, and
on PostgreSQL the database's clock. Both are compared by how far they went since the last
believed moment, since either may be set to another time from the beginning. The
database may share the machine's clock: it can raise doubt, and it cannot lift it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from sqlalchemy import func, insert, select, update

from consent_db.audit.trail import newest_moment
from consent_db.core.context import SCHOOL, Context
from consent_db.errors import NotPossible
from consent_db.schema import ClockRow

JUMP: Final = timedelta(days=1)
"""How far the time may go on unseen: further, and the clock is in doubt."""
STEP_BACK: Final = timedelta(minutes=5)
"""How far the clocks of several machines may differ, and a clock may be corrected."""
_FALLS_BEHIND: Final = timedelta(hours=1)
"""How far a clock may fall behind another time source."""
BEAT: Final = timedelta(minutes=1)
"""How old the kept moment gets before a writing transaction moves it on."""
CONFIRMED: Final = "clock.confirmed"
"""What the audit calls an administrator's word that the clock is right."""
_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")


class Doubt(StrEnum):
    """What is wrong with the clock."""

    AHEAD = "ahead"
    """It has gone on for more than a day unseen: a school that was closed, or a wrong clock."""
    BEHIND = "behind"
    """It says an earlier moment than one that was seen before."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A moment, and what other time sources said then.

    Attributes:
        moment: of the service's clock (aware).
        boot: the id of the machine's start; empty where it is not known.
        running: seconds since then, those of sleep included.
        database: the database's clock; None on SQLite.
    """

    moment: datetime
    boot: str = ""
    running: float = 0.0
    database: datetime | None = None

    def elapsed_elsewhere(self, later: Sighting) -> tuple[timedelta | None, timedelta | None]:
        """Return how much time went by until another sighting, by the machine's start and by the database."""
        same_start = bool(self.boot) and self.boot == later.boot
        by_kernel = timedelta(seconds=later.running - self.running) if same_start else None
        both = self.database is not None and later.database is not None
        by_database = later.database - self.database if both and later.database and self.database else None
        return by_kernel, by_database


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is to be thought of the clock.

    Attributes:
        now: what it says.
        believed: the last moment that was believed.
        latest: the latest moment that it ever said, believed or not.
        doubt: what is wrong with it; None if nothing is.
    """

    now: datetime
    believed: datetime
    latest: datetime
    doubt: Doubt | None

    @property
    def careful(self) -> datetime:
        """The moment that permissions are held against: what had ended once stays ended."""
        return max(self.now, self.believed)


def judge(believed: Sighting, latest: datetime, now: Sighting) -> Doubt | None:
    """Say whether a clock is to be doubted.

    Args:
        believed: the last sighting that was believed.
        latest: the latest moment that was ever seen, believed or not.
        now: what is seen now.
    """
    elapsed = now.moment - believed.moment
    by_kernel, by_database = believed.elapsed_elsewhere(now)
    others = [other for other in (by_kernel, by_database) if other is not None]
    if now.moment < max(believed.moment, latest) - STEP_BACK:
        return Doubt.BEHIND
    if any(other - elapsed > _FALLS_BEHIND for other in others):
        return Doubt.BEHIND
    if by_database is not None and elapsed - by_database > JUMP:
        return Doubt.AHEAD
    explained = by_kernel is not None and elapsed - by_kernel <= JUMP
    return Doubt.AHEAD if elapsed > JUMP and not explained else None


class Clock:
    """The clock, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def judgement(self) -> Judgement:
        """Return what is to be thought of the moment of this transaction."""
        kept, now = self._kept(), self._sighting()
        if kept is None:  # nothing was ever written down
            return Judgement(now.moment, now.moment, now.moment, None)
        believed, latest = kept
        return Judgement(now.moment, believed.moment, latest, judge(believed, latest, now))

    @property
    def doubt(self) -> Doubt | None:
        """What is wrong with the clock; None if nothing is."""
        return self.judgement().doubt

    @property
    def is_news(self) -> bool:
        """Whether the moment is later than any that is kept."""
        kept = self._kept()
        return kept is None or self._context.now - kept[1] >= BEAT

    def note(self) -> None:
        """Keep the moment of a writing transaction: the heartbeat; at most once a minute."""
        kept, now = self._kept(), self._sighting()
        if kept is None:
            newest = newest_moment(self._context.connection)
            self._keep(now if newest is None else Sighting(newest), newest or now.moment, new=True)
            kept = self._kept()
        if kept is None or not self.is_news:
            return
        believed, latest = kept
        trusted = judge(believed, latest, now) is None
        self._keep(now if trusted else believed, max(latest, now.moment))

    def confirm(self) -> Judgement:
        """Believe the clock from now on, because an administrator has said that it is right.

        Raises:
            NotPossible: it is not in doubt.
        """
        before = self.judgement()
        if before.doubt is None:
            message = "The clock is not in doubt; nothing has to be confirmed."
            raise NotPossible(message)
        self._keep(self._sighting(), self._context.now)
        words = {"doubt": before.doubt, "believed": before.believed.isoformat(), "latest": before.latest.isoformat()}
        self._context.log(CONFIRMED, SCHOOL, words)
        return before

    def moments(self) -> tuple[datetime, ...]:
        """Return the moments on all of which a permission must have ended before what rests on it is destroyed."""
        found = self.judgement()
        return (found.now,) if found.doubt is None else (found.now, found.believed)

    def _kept(self) -> tuple[Sighting, datetime] | None:
        row = self._context.connection.execute(select(ClockRow.__table__)).one_or_none()
        if row is None:
            return None
        return Sighting(row.believed_at, row.boot, row.running, row.database_at), row.latest_at

    def _sighting(self) -> Sighting:
        boot, running = _machine()
        connection, database = self._context.connection, None
        if connection.dialect.name == "postgresql":
            database = connection.execute(select(func.clock_timestamp())).scalar_one()
        return Sighting(self._context.now, boot, running, database)

    def _keep(self, believed: Sighting, latest: datetime, *, new: bool = False) -> None:
        values = {"believed_at": believed.moment, "boot": believed.boot, "running": round(believed.running)}
        values |= {"database_at": believed.database, "latest_at": latest}
        written = insert(ClockRow).values(id=1, **values) if new else update(ClockRow).values(**values)
        self._context.connection.execute(written)


def _machine() -> tuple[str, float]:
    """Return the id of the machine's start and the seconds since then; an empty id where it cannot be told."""
    try:
        return _BOOT.read_text("ascii").strip(), time.clock_gettime(time.CLOCK_BOOTTIME)
    except (OSError, AttributeError, ValueError):
        return "", 0.0
