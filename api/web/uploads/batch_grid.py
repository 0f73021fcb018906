"""The pictures of a batch as a grid: thumbnails with the names of their files and what there is to do about each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from fastapi import Query

from api.platform import labels
from consent_db.checks.batch.batch_pictures import BatchPicture, Standing
from gatekeeper.decision.findings import CATALOGUE
from gatekeeper.types import FindingCode

Mood = Literal["approve", "block", "wait", "withdrawn"]
Show = Annotated[str, Query(max_length=20)]
"""Which pictures are asked for, as the address says; a kind that does not exist is all of them."""

_LABELS: Final[Mapping[Standing, tuple[Mood, str]]] = {
    Standing.OPEN: ("block", "To sort out"),
    Standing.COLLEAGUE: ("wait", "With a colleague"),
    Standing.APPROVED: ("approve", "Approved"),
    Standing.WAITING: ("wait", "Being checked"),
    Standing.REFUSED: ("withdrawn", "Refused"),
    Standing.ENDED: ("withdrawn", "Ended"),
}
"""In the order in which they are offered."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One picture; `why` is what is in its way, or until when it is approved."""

    id: str
    place: int
    name: str
    mood: Mood
    label: str
    why: str
    has_picture: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to show fewer; `name` is empty for all of them."""

    name: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The pictures that are shown, in the order of sending; `first_open` is the first to sort out of all."""

    kinds: tuple[Kind, ...]
    show: str
    cells: tuple[Cell, ...]
    first_open: str | None
    open: int


def grid(pictures: Sequence[BatchPicture], show: str, zone: ZoneInfo) -> Grid:
    """Return those pictures of a batch that are asked for."""
    counts = Counter(one.standing for one in pictures)
    some = (Kind(one.value, label, counts[one]) for one, (_, label) in _LABELS.items() if counts[one])
    chosen = next((one for one in Standing if one.value == show), None)
    cells = (_cell(one, place, zone) for place, one in enumerate(pictures, 1) if chosen in {None, one.standing})
    return Grid(
        kinds=(Kind("", "All", len(pictures)), *some),
        show=chosen.value if chosen else "",
        cells=tuple(cells),
        first_open=next((one.id for one in pictures if one.standing is Standing.OPEN), None),
        open=counts[Standing.OPEN],
    )


def _cell(one: BatchPicture, place: int, zone: ZoneInfo) -> Cell:
    mood, label = _LABELS[one.standing]
    return Cell(one.id, place, one.name or f"Picture {place}", mood, label, _why(one, zone), one.kept)


def _why(one: BatchPicture, zone: ZoneInfo) -> str:
    if one.standing is Standing.APPROVED and one.expires_at is not None:
        return f"until {labels.moment(one.expires_at, zone)}"
    if one.standing not in {Standing.OPEN, Standing.REFUSED}:
        return ""
    titles = [CATALOGUE[code].title for code in FindingCode if code.value in one.codes]
    return f"{titles[0]}, and {len(titles) - 1} more" if len(titles) > 1 else "".join(titles)
