"""The list from which a picture was opened, as the address says: so that the way through it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Depends, Query, Request


class Listed(StrEnum):
    """The lists that lead from one picture to the next; a batch needs no name, since it is found by the picture."""

    MINE = "mine"
    APPROVALS = "approvals"


@dataclass(frozen=True, slots=True)
class Way:
    """Through which list a picture was opened.

    Attributes:
        listed: the list; None for none, or for that of its batch.
        asked: order, filters and page of the list, as its address says them.
    """

    listed: Listed | None = None
    asked: Mapping[str, str] = field(default_factory=dict)

    def address(self, path: str, **more: str) -> str:
        """Return a path with this way, and more, as its query."""
        own = {"list": self.listed.value if self.listed else "", **self.asked}
        query = urlencode({name: value for name, value in (more | own).items() if value})
        return f"{path}?{query}" if query else path

    @property
    def suffix(self) -> str:
        """What follows a path of a page or a form, so that the way is kept; empty for none."""
        return self.address("")

    @classmethod
    def mine(cls, sent: Mapping[str, str]) -> Way:
        """Return the way through one's pictures as an address asks for them."""
        return cls(Listed.MINE, {name: sent[name] for name in _ASKED if 0 < len(sent.get(name, "")) <= _LONGEST})


def way_of(request: Request, listed: Annotated[Listed | None, Query(alias="list")] = None) -> Way:
    """Read through which list the picture was opened."""
    return Way.mine(request.query_params) if listed is Listed.MINE else Way(listed)


_ASKED: Final = ("show", "channel", "stopped", "whose", "sort", "order", "size", "without", "page")
_LONGEST: Final = 100

Through = Annotated[Way, Depends(way_of)]
