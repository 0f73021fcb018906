"""Opening the register alone: what every command needs, and nothing that looks at a picture (docs/decisions/0048)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from api.application import installation, leftovers
from api.application.checks.submission import SYSTEM
from api.platform import capacity
from api.platform.settings import Settings
from api.platform.storage import Sealed, kept_in, keyring_of
from consent_db.errors import DatabaseProblem, KeyringProblem
from consent_db.keys.keyring import Keyring
from consent_db.store import Store
from gatekeeper.policy.model import Policy

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]

UNFINISHED: Final = "restore-not-finished"
"""The file in the data folder that says so."""


def now() -> datetime:
    """Return the moment, aware, in UTC."""
    return datetime.now(UTC)


@contextmanager
def open_store(settings: Settings, *, bound: bool = True) -> Iterator[Store]:
    """Open the store alone, for work that screens nothing.

    Args:
        settings: where everything is.
        bound: whether folder and database have to belong together, as they have to for all work.
    """
    with opened(settings, Policy.load(settings.policy), now, bound=bound) as (store, _):
        yield store


@contextmanager
def opened(settings: Settings, policy: Policy, clock: Clock, *, bound: bool = True) -> Iterator[tuple[Store, Keyring]]:
    """Open the store, with the key ring that other secrets are made from."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (settings.data / UNFINISHED).exists():
        raise DatabaseProblem("A restore was not finished here. Empty the data folder and the database, and try again.")
    removed = leftovers.sweep(settings)
    keyring = _keyring(settings, bound=bound)
    lives = timedelta(days=policy.template_days), timedelta(days=policy.young_template_days)
    size = capacity.connections(settings.workers)
    with closing(Store.open(settings.database, keyring, policy.zone, *lives, connections=size)) as store:
        if bound:
            installation.bind(marked_at(settings, keyring), store, clock())
        if removed:
            _tell_removed(store, clock(), removed)
        yield store, keyring


def _tell_removed(store: Store, moment: datetime, count: int) -> None:
    log.warning("leftovers_removed", count=count)
    with store.transaction(SYSTEM, moment) as tx:
        tx.audit.append("leftovers.removed", "school", {"count": count})


def _keyring(settings: Settings, *, bound: bool) -> Keyring:
    """Load the key file; make one only where there is no school yet that needs its own.

    Raises:
        DatabaseProblem: the database belongs to another folder, so no keys of this one would fit.
        KeyringProblem: there is a school and no key file.
    """
    if settings.database_url:
        founding = Store.founding(settings.database)
        if bound and not settings.bucket:
            installation.must_not_be_elsewhere(settings.data, founding.installation)
        founded = founding.founded
    else:
        founded = (settings.data / "gatekeeper.sqlite3").exists()
    if not founded and not settings.key and not settings.keys.exists():
        with suppress(KeyringProblem):  # another process was first
            return Keyring.create(settings.keys)
    return keyring_of(settings)


def marked_at(settings: Settings, keyring: Keyring) -> Path | Sealed:
    """Return what belongs to the database: the bucket with the pictures, or the data folder."""
    return Sealed(kept_in(settings.pictures), keyring) if settings.bucket else settings.data
