"""The fingerprints by which a deleted picture is recognised when it is uploaded again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress

from api.platform.storage import NoSuchPicture, Pictures
from consent_db.approvals.records import CheckRecord
from consent_db.checks.records import Mark
from consent_db.errors import SealBroken
from gatekeeper.decision.case import PhotoOpener
from gatekeeper.errors import PhotoRefused
from gatekeeper.media.local_features import local_features
from gatekeeper.rendition import Frames, Rendition


def marks_of(record: CheckRecord, pictures: Pictures, opener: PhotoOpener) -> Iterator[Mark]:
    """Yield the marks of a check's stored pictures; of one that cannot be opened only its hash.

    A file that is gone or damaged must not keep the others from being deleted.
    """
    for key in (record.draft.upload_key, record.examined_key):
        if key is None:
            continue
        try:
            data = pictures.get(key)
        except (NoSuchPicture, SealBroken):
            continue
        mark = Mark(hashlib.sha256(data).hexdigest())
        with suppress(PhotoRefused):
            photo = opener.open(data, Rendition(Frames.FIRST))
            mark = Mark(mark.sha256, photo.fingerprint, local_features(photo.pixels))
        yield mark
