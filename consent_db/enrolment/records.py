"""Templates and reference photographs, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TemplateRecord:
    """One person's template under one engine, without its numbers."""

    engine: str
    photographs: int
    enrolled_at: datetime
    ends_at: datetime
    """When it gets too old to count."""


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A reference photograph that is kept."""

    id: str
    kept_at: datetime
    data: bytes = field(repr=False)
