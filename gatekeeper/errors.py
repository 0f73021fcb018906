"""What can go wrong, one sentence a class.

    GatekeeperError
    ├── PhotoRefused          the upload cannot be examined; carries a finding code
    ├── ReleaseNotClean       the walker found something in a release besides pixels
    ├── WeightsUnavailable    a model file is missing or is not the expected one
    └── PolicyInvalid         a policy file cannot be used as written

Every message is fit to be shown to a member of staff: what happened, and what
to do next. No message carries a name, a file name or picture content.
"""

from __future__ import annotations

from gatekeeper.types import FindingCode


class GatekeeperError(Exception):
    """The base of every error that this package raises on purpose."""


class PhotoRefused(GatekeeperError):
    """The upload cannot be opened safely and completely, so it cannot be examined."""

    def __init__(self, code: FindingCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class ReleaseNotClean(GatekeeperError):
    """The freshly made file holds something that is not needed to show its pixels."""


class WeightsUnavailable(GatekeeperError):
    """A model file is not to be found, or its SHA-256 is not the expected one."""


class PolicyInvalid(GatekeeperError):
    """A policy file cannot be used as it is written."""
