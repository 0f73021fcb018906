"""Objects in a bucket of any cloud (S3, Google Cloud Storage, Azure), through obstore.

Retries have bounds, every request has a time limit, and an answer that never came is
`StorageAway`: a caller may go on only after an answer. obstore's messages quote addresses and
are therefore never passed on. Conditional creation is `If-None-Match: *` (RFC 9110, 13.1.2), or
what a cloud has in its place; where a store knows none, random names have to do.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog

from api.platform.storage.errors import AlreadyStored, NoSuchPicture, StorageAway, StorageProblem
from api.platform.storage.objects import checked

if TYPE_CHECKING:
    from obstore.store import ObjectStore

log = structlog.get_logger(__name__)

_NOT_INSTALLED = (
    "GATEKEEPER_PICTURES names a bucket, which needs one library more: pip install 'gatekeeper-photos[bucket]'."
)
_NO_BUCKET = (
    "GATEKEEPER_PICTURES names a bucket that cannot be opened. Write s3://bucket/prefix, gs://bucket/prefix or "
    "az://container/prefix, and set the credentials by the cloud's own environment variables."
)
_WITHOUT_TLS: Final = ("AWS_ALLOW_HTTP", "AZURE_ALLOW_HTTP", "GOOGLE_ALLOW_HTTP")
"""The clouds' own variables that allow a service without TLS, such as one on this machine."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a bucket is waited for.

    Attributes:
        connecting: seconds for a connection.
        silent: seconds for which no byte may come.
        request: seconds for one whole request; the largest picture has to get through in them.
        retries: how often a request is made again after a fault of the network or the server.
        altogether: seconds after which no further attempt begins.
    """

    connecting: float = 5
    silent: float = 15
    request: float = 60
    retries: int = 3
    altogether: float = 30


QUICK = Patience(connecting=2, silent=3, request=4, retries=0, altogether=4)
"""For a look whether it answers."""


class Bucket:
    """Objects below an address such as `s3://bucket/prefix`; credentials come from the cloud's own environment."""

    local = False

    def __init__(self, address: str, patience: Patience | None = None) -> None:
        """Open a bucket; nothing is sent yet.

        Raises:
            StorageProblem: the library is missing, or the address or the environment cannot be used.
        """
        self._store, self._probe = _opened(address, patience or Patience()), _opened(address, QUICK)

    def put(self, key: str, data: bytes, *, replace: bool = False) -> None:
        import obstore  # noqa: PLC0415, an extra

        path = checked(key)
        with _answering():
            if replace:
                obstore.put(self._store, path, data, mode="overwrite", use_multipart=False)
                return
            try:
                obstore.put(self._store, path, data, mode="create", use_multipart=False)
            except obstore.exceptions.NotSupportedError:
                obstore.put(self._store, path, data, mode="overwrite", use_multipart=False)
            except (obstore.exceptions.AlreadyExistsError, obstore.exceptions.PreconditionError):
                if self.get(key) != data:  # equal after a retry whose first answer was lost
                    raise AlreadyStored(key) from None

    def get(self, key: str) -> bytes:
        import obstore  # noqa: PLC0415, an extra

        with _answering():
            try:
                return bytes(obstore.get(self._store, checked(key)).bytes())
            except FileNotFoundError:
                raise NoSuchPicture(key) from None

    def delete(self, key: str) -> None:
        import obstore  # noqa: PLC0415, an extra

        with _answering():
            try:
                obstore.delete(self._store, checked(key))
            except FileNotFoundError:
                return

    def modified(self, key: str) -> datetime | None:
        import obstore  # noqa: PLC0415, an extra

        with _answering():
            try:
                return obstore.head(self._store, checked(key))["last_modified"]
            except FileNotFoundError:
                return None

    def listing(self, group: str) -> Mapping[str, datetime]:
        import obstore  # noqa: PLC0415, an extra

        with _answering():
            pages = obstore.list(self._store, group, chunk_size=1000)
            return {meta["path"]: meta["last_modified"] for page in pages for meta in page}

    def must_answer(self) -> None:
        import obstore  # noqa: PLC0415, an extra

        with _answering():
            next(iter(obstore.list(self._probe, "ready")), None)


def _opened(address: str, patience: Patience) -> ObjectStore:
    try:
        from obstore.store import from_url  # noqa: PLC0415, an extra
    except ImportError:
        raise StorageProblem(_NOT_INSTALLED) from None
    client: Any = {
        "connect_timeout": timedelta(seconds=patience.connecting),
        "read_timeout": timedelta(seconds=patience.silent),
        "timeout": timedelta(seconds=patience.request),
        "allow_http": any(os.environ.get(name, "").lower() in {"1", "true"} for name in _WITHOUT_TLS),
    }
    retry: Any = {"max_retries": patience.retries, "retry_timeout": timedelta(seconds=patience.altogether)}
    try:
        return from_url(address, client_options=client, retry_config=retry)
    except Exception as error:  # noqa: BLE001, whatever it is, its message may quote the environment
        log.warning("storage_not_opened", error=type(error).__name__)
        raise StorageProblem(_NO_BUCKET) from None


@contextmanager
def _answering() -> Iterator[None]:
    """Make `StorageAway` of whatever obstore raises, without its words.

    Raises:
        StorageAway: the bucket does not answer, or refuses.
    """
    import obstore  # noqa: PLC0415, an extra

    denied = (obstore.exceptions.PermissionDeniedError, obstore.exceptions.UnauthenticatedError, FileNotFoundError)
    try:
        yield
    except denied as error:
        log.warning("storage_away", error=type(error).__name__)
        raise StorageAway("refused") from None
    except (obstore.exceptions.BaseError, OSError) as error:
        log.warning("storage_away", error=type(error).__name__)
        raise StorageAway from None
