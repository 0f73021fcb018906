"""The OAuth scopes of API keys and access tokens: their names, and what a key with each may do."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """The scopes of version 1."""

    CHECK = "check"
    PUBLISH = "publish"
    RESOLVE = "resolve"
    ROSTER = "roster"
    AUDIT = "audit"


MAY: Final = {
    Scope.CHECK: "Ask for checks and take what is approved. Sees no names.",
    Scope.PUBLISH: "Ask at the moment of publishing, report posts, and say that they are down.",
    Scope.RESOLVE: "Act for staff: see first names and findings, and resolve blocks.",
    Scope.ROSTER: "Import the school's list, and read whose picture may be shown where. Sees numbers, no names.",
    Scope.AUDIT: "Read what was done, and prove that nothing of it was changed. Sees no names.",
}
"""What a key with each scope may do."""
CHANNELLED: Final = frozenset({Scope.CHECK, Scope.PUBLISH, Scope.RESOLVE})
"""The scopes that are good for nothing without a channel."""
