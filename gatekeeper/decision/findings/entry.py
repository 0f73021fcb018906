"""What the catalogue knows of one code, and the phrases that several entries share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gatekeeper.types import Remedy, Role, Severity


class Topic(StrEnum):
    """What a finding has in common with others, wherever they are treated alike."""

    FORBIDDEN = "forbidden"
    """A recognised person may not be published; the reasons are told apart only to keepers of the register."""
    IDENTITY = "identity"
    """It depends on who a face is, and comes and goes with the thresholds."""
    TEXT = "text"
    """A part of the text does not go out as it was typed."""
    CONFIRMED = "confirmed"
    """A ticked box resolves it."""
    APPROVED = "approved"
    """It waits for the agreement of another person."""
    LOOKED_AT = "looked_at"
    """A person has to look, so a program cannot resolve it."""
    FACELESS = "faceless"
    """Its place may be a person without a face, whose head can be marked."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one code.

    Attributes:
        title: its name for staff.
        why: it is there.
        steps: what staff can do.
        ask: who can help.
        means: the definition, in Markdown.
        can: who can do what, in Markdown.
        plain: what a program is told instead of a sentence that may name people; `{face}` is the number.
        topics: what it has in common with others.
        place: what a place in the picture is called that it points at.
        severity: unless a rule says otherwise, as for the next two.
        resolvable_by: roles that can give the fact that is missing; of an exception, `authority.MAY_LIFT` tells.
        remedies: what can be done.
    """

    title: str
    why: str
    steps: tuple[str, ...]
    ask: str
    means: str
    can: str
    plain: str | None = None
    topics: frozenset[Topic] = frozenset()
    place: str = "A place to look at"
    severity: Severity = Severity.BLOCK
    resolvable_by: tuple[Role, ...] = ()
    remedies: tuple[Remedy, ...] = ()


STAFF: Final = (Role.STAFF,)
ADMIN: Final = (Role.ADMIN,)
HIDE: Final = (Remedy.COVER, Remedy.CROP, Remedy.OTHER_PICTURE)
"""How a face or a place is kept from publication."""

CROP: Final = "Crop the picture so that they are not in it."
OTHER: Final = "Use another picture."
YOU: Final = "You can sort this out yourself."
