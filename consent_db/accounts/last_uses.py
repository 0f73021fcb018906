"""When sessions and keys were last used: kept in memory and written now and then, apart from the requests.

Looking a key or cookie up takes no writers' lock this way, so no import and no stranger's
request delays a caller who is only being authenticated.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from threading import Lock

from sqlalchemy import update

from consent_db.core.context import Context
from consent_db.schema import ClientKeyRow, SessionRow


class LastUses:
    """What one process knows and has not written yet; thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sessions: dict[str, datetime] = {}
        self._keys: dict[str, datetime] = {}

    def session_used(self, session: str, at: datetime) -> None:
        """Remember that a session was used; by its id."""
        with self._lock:
            self._sessions[session] = max(at, self._sessions.get(session, at))

    def key_used(self, prefix: str, at: datetime) -> None:
        """Remember that a key was used, to the minute; by its public part."""
        minute = at.replace(second=0, microsecond=0)
        with self._lock:
            self._keys[prefix] = max(minute, self._keys.get(prefix, minute))

    def of_session(self, session: str, written: datetime) -> datetime:
        """Return when a session was last used, of what is written and what is not yet."""
        with self._lock:
            return max(written, self._sessions.get(session, written))

    def unwritten(self) -> tuple[dict[str, datetime], dict[str, datetime]]:
        """Return what is to be written: of sessions by id, and of keys by public part."""
        with self._lock:
            return dict(self._sessions), dict(self._keys)

    def written(self, sessions: Mapping[str, datetime], keys: Mapping[str, datetime]) -> None:
        """Forget what was written, unless it was used again meanwhile."""
        with self._lock:
            for kept, done in ((self._sessions, sessions), (self._keys, keys)):
                for name, at in done.items():
                    if kept.get(name) == at:
                        del kept[name]


def write(context: Context, sessions: Mapping[str, datetime], keys: Mapping[str, datetime]) -> None:
    """Write last uses; one that ended meanwhile, or was used later elsewhere, stays as it is."""
    for session, at in sessions.items():
        older = (SessionRow.id == session) & (SessionRow.last_used < at)
        context.connection.execute(update(SessionRow).where(older).values(last_used=at))
    for prefix, at in keys.items():
        earlier = ClientKeyRow.last_used.is_(None) | (ClientKeyRow.last_used < at)
        mine = update(ClientKeyRow).where(ClientKeyRow.prefix == prefix, earlier)
        context.connection.execute(mine.values(last_used=at))
