"""Where pictures and waiting files are kept: a local folder, or a bucket of any cloud (docs/decisions/0078)."""

from api.platform.storage.errors import (
    AlreadyStored,
    NoSuchPicture,
    StorageAway,
    StorageFull,
    StorageProblem,
    is_full,
)
from api.platform.storage.folder import Folder
from api.platform.storage.objects import Objects
from api.platform.storage.pictures import GROUPS, Pictures
from api.platform.storage.places import Installation, kept_in, keyring_of, pictures_of, waiting_in
from api.platform.storage.sealed import Sealed, remember, remembered

__all__ = [
    "GROUPS",
    "AlreadyStored",
    "Folder",
    "Installation",
    "NoSuchPicture",
    "Objects",
    "Pictures",
    "Sealed",
    "StorageAway",
    "StorageFull",
    "StorageProblem",
    "is_full",
    "kept_in",
    "keyring_of",
    "pictures_of",
    "remember",
    "remembered",
    "waiting_in",
]
