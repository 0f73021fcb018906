"""Whether everything that is stored is whole: the database, and the pictures that it names."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from api.platform.storage import NoSuchPicture, Pictures
from consent_db.data_rights.integrity import StoredPicture
from consent_db.errors import SealBroken
from consent_db.store import Store

SYSTEM: Final = "system"


def problems(store: Store, pictures: Pictures, now: datetime, gone: Collection[str] = ()) -> list[str]:
    """Return everything that is wrong, in sentences without names; nothing if all is well.

    It opens every cell and every picture, which takes a while.

    Args:
        store: the database.
        pictures: the stored pictures.
        now: the moment.
        gone: keys of pictures that are known not to be there.
    """
    with store.reading(SYSTEM, now) as tx:
        found = tx.problems()
        needed = [picture for picture in tx.pictures_needed() if picture.key not in gone]
    return [*found, *_of_pictures(needed, pictures)]


def _of_pictures(needed: list[StoredPicture], pictures: Pictures) -> Iterator[str]:
    for picture in needed:
        try:
            data = pictures.get(picture.key)
        except NoSuchPicture:
            yield f"The picture of check {picture.check} is not there."
        except SealBroken:
            yield f"The picture of check {picture.check} was changed or moved."
        else:
            if picture.sha256 is not None and hashlib.sha256(data).hexdigest() != picture.sha256:
                yield f"The picture of check {picture.check} is not the one that was approved."
