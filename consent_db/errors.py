"""What can go wrong with what is remembered, one sentence a class.

    ConsentDbError
    ├── NotFound                  there is nothing under that id or name
    ├── AlreadyExists             that name, external id or address is taken
    ├── NotPossible               the thing is in a state that does not allow this
    │   └── NameUnfit             a user's name is too long or cannot be printed
    ├── RegisterMoved             the register changed between looking and recording
    ├── BiometricConsentMissing   a template was offered without permission for one
    ├── KeyReused                 an idempotency key came back with another request
    ├── PasswordUnfit             the password is too short, too long or too well known
    ├── ImportRefused             the whole import file cannot be used
    ├── PassphraseProblem         a backup's passphrase is too short or wrong, or the backup is damaged
    ├── KeyringProblem            the key file is missing, readable by others or damaged
    ├── SealBroken                a sealed cell does not belong where it was found
    └── DatabaseProblem           the database is not one that this release can use

Every message says what to do next. No message carries a name, a value from the
register or anything else about a person but an opaque id.
"""

from __future__ import annotations


class ConsentDbError(Exception):
    """The base of every error that this package raises on purpose."""


class NotFound(ConsentDbError):
    """There is nothing under that id or name."""


class AlreadyExists(ConsentDbError):
    """That name, external id, address or listing is there already."""


class NotPossible(ConsentDbError):
    """The thing is in a state that does not allow this step."""


class NameUnfit(NotPossible):
    """A user's name is too long or cannot be printed."""


class RegisterMoved(ConsentDbError):
    """The register changed between looking at the photo and recording the answer."""

    def __init__(self, seen: int, current: int) -> None:
        super().__init__(f"The register moved from version {seen} to {current}; screen the photo again.")
        self.seen = seen
        self.current = current


class BiometricConsentMissing(ConsentDbError):
    """A template may not exist for this person, so none was stored."""


class KeyReused(ConsentDbError):
    """The idempotency key was used before with a different request."""


class PasswordUnfit(ConsentDbError):
    """The password is too short, too long or too well known."""


class ImportRefused(ConsentDbError):
    """The import file cannot be used as a whole; nothing was read from it."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message if line == 1 else f"Line {line}: {message}")
        self.message = message
        self.line = line


class KeyringProblem(ConsentDbError):
    """The key file is missing, damaged, readable by others or not the database's own."""


class PassphraseProblem(ConsentDbError):
    """A backup cannot be made with this passphrase, or not be opened with it."""


class SealBroken(ConsentDbError):
    """A sealed cell was changed, moved to another place or sealed with another key."""


class DatabaseProblem(ConsentDbError):
    """The database cannot be used as it is."""
