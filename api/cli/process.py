"""What every command does to its process before it begins, and what an error of it is called."""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import OperationalError

from api.application.errors import UseCaseError
from api.platform import logs
from api.platform.memory import use_few_arenas
from api.platform.storage import StorageAway, StorageFull, StorageProblem, is_full
from consent_db.errors import ConsentDbError
from gatekeeper.errors import GatekeeperError

_NO_DATABASE: Final = (
    "The database does not answer or is locked by another program. See that it runs, and that "
    "GATEKEEPER_DATABASE_URL names it with the right user and password; then run the command again."
)
_EXPECTED: Final = (UseCaseError, StorageFull, StorageAway, StorageProblem, GatekeeperError, ConsentDbError)


def prepare() -> None:
    """Allocate from few arenas, log errors only."""
    use_few_arenas()
    logs.configure("error")


def explained(error: Exception) -> str | None:
    """Return the sentence for an error that is expected; None for one that is a fault of the program."""
    if isinstance(error, _EXPECTED):
        return str(error)
    if isinstance(error, OSError | OperationalError):
        return _of_the_machine(error)
    return None


def _of_the_machine(error: OSError | OperationalError) -> str:
    """Return the sentence for a disk, file or database that cannot be used."""
    if is_full(error):
        return "The disk is full, so nothing more was written. Free some space and run the command again."
    if isinstance(error, OperationalError):
        return _NO_DATABASE
    return f"{error.strerror or 'A file could not be used'}: {error.filename or 'no name'}."
