"""The fingerprints by which a deleted picture is recognised again, and what is left of pictures that no check names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import structlog

from api.application.checks.submission import SYSTEM
from api.platform.storage import NoSuchPicture, Pictures, StorageAway
from consent_db.approvals.records import CheckRecord
from consent_db.checks.records import Mark
from consent_db.errors import SealBroken
from consent_db.store import Store
from gatekeeper.decision.case import PhotoOpener
from gatekeeper.errors import PhotoRefused
from gatekeeper.media.local_features import local_features
from gatekeeper.rendition import Frames, Rendition

SETTLED: Final = timedelta(days=1)
"""How old a stored picture has to be to be left over where others store too: no process takes as long to name one."""

log = structlog.get_logger(__name__)


def marks_of(record: CheckRecord, pictures: Pictures, opener: PhotoOpener) -> Iterator[Mark]:
    """Yield the marks of a check's stored pictures; of one that cannot be opened only its hash.

    A file that is gone or damaged, or a storage that does not answer, must not keep the others from being
    deleted, nor approvals from ending: the marks that the database has stay in any case.
    """
    for key in (record.draft.upload_key, record.examined_key):
        if key is None:
            continue
        try:
            data = pictures.get(key)
        except (NoSuchPicture, SealBroken, StorageAway):
            continue
        mark = Mark(hashlib.sha256(data).hexdigest())
        with suppress(PhotoRefused):
            photo = opener.open(data, Rendition(Frames.FIRST))
            mark = Mark(mark.sha256, photo.fingerprint, local_features(photo.pixels))
        yield mark


def sweep(store: Store, pictures: Pictures, now: datetime, before: datetime | None = None) -> int:
    """Delete stored pictures that no check names, what a crash left between two lines; return how many.

    What does not open with this school's keys stays: two schools may have been given one folder.

    Args:
        store: the database.
        pictures: the stored pictures.
        now: the moment.
        before: only those that were written before it. A process that is not alone has to give one:
            another may have stored a picture that it is about to name.
    """
    stored = pictures.all_keys(before)
    with store.reading(actor=SYSTEM, now=now) as tx:
        left = stored - tx.checks.picture_keys()
    own = [key for key in sorted(left) if _is_own(key, pictures)]
    for key in own:
        pictures.discard(key)
    if len(own) < len(left):
        log.warning("pictures_of_others", count=len(left) - len(own))
    return len(own)


def _is_own(key: str, pictures: Pictures) -> bool:
    try:
        pictures.get(key)
    except (NoSuchPicture, SealBroken):
        return False
    return True
