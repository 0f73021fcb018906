"""What all tests share: their order, how many examples property tests draw, passwords that cost little."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from consent_db.accounts import passwords
from consent_db.core import engine
from consent_db.keys import passphrase

# For a nightly run, or before a release:
# `pytest --hypothesis-profile=many tests/api/application/checks/resolve/test_chains.py`.
settings.register_profile("many", max_examples=3000, deadline=None)

FIRST: Final = (
    "browser/test_pages.py",
    "api/cli/test_check.py",
    "browser/test_journeys.py",
    "api/http/test_every_get_at_once.py",
    "gatekeeper/identity/test_enrolment.py",
    "gatekeeper/vision/detection/test_detector.py",
    "test_readme.py",
    "api/application/test_leftovers.py",
    "api/application/data_rights/test_installation.py",
    "api/application/data_rights/test_crashes.py",
    "consent_db/core/test_migrate.py",
    "browser/test_keyboard.py",
    "gatekeeper/media/sandbox/test_airlock.py",
    "test_sample_images.py",
)
"""The files that take longest: a worker that comes to one at the very end would let the other wait."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files of `FIRST` first, in their order."""
    within = Path(__file__).parent
    places = {within / name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(item.path, len(FIRST)))


def pytest_collection_finish() -> None:
    """Leave modules and tests out of garbage collection, and collect less often: it took an eighth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


_CHEAP = PasswordHash([Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1)])
_REAL = passwords._HASHER


def _hash_with(hasher: PasswordHash) -> Iterator[None]:
    """Hash passwords in this process with `hasher`; other processes hash as in service."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", hasher)
        for kept in (passwords.unknown_to_all, passwords._decoy_hash):
            kept.cache_clear()
        yield


@pytest.fixture(scope="session", autouse=True)
def _without_fsync() -> Iterator[None]:
    """Have SQLite leave it to the system when its files reach the disk: no test cuts the power."""
    quick = tuple(sentence.replace("synchronous = FULL", "synchronous = OFF") for sentence in engine._PRAGMAS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "_PRAGMAS", quick)
        yield


@pytest.fixture
def real_pragmas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open SQLite as in service."""
    monkeypatch.setattr(engine, "_PRAGMAS", _REAL_PRAGMAS)


_REAL_PRAGMAS: Final = engine._PRAGMAS


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Hash with argon2id at its smallest: what a hash costs is a matter of `test_accounts` alone."""
    yield from _hash_with(_CHEAP)


@pytest.fixture(scope="session", autouse=True)
def _cheap_passphrases() -> Iterator[None]:
    """Seal backups at scrypt's smallest; what a guess costs is looked at in `test_dump`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passphrase, "_COST", 2)
        yield


@pytest.fixture
def real_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seal backups as in service."""
    monkeypatch.setattr(passphrase, "_COST", _REAL_COST)


_REAL_COST: Final = passphrase._COST


@pytest.fixture
def real_passwords() -> Iterator[None]:
    """Hash as in service."""
    yield from _hash_with(_REAL)
