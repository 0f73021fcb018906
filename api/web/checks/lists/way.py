"""The list from which a picture was opened, as the address says: so that the way through it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query

from api.web.checks.lists.check_list import SHOW


class Listed(StrEnum):
    """The lists that lead from one picture to the next; a batch needs no name, since it is found by the picture."""

    MINE = "mine"
    APPROVALS = "approvals"


@dataclass(frozen=True, slots=True)
class Way:
    """Through which list a picture was opened.

    Attributes:
        listed: the list; None for none, or for that of its batch.
        show: the filter of the list; empty for all.
    """

    listed: Listed | None = None
    show: str = ""

    def address(self, path: str, **more: str) -> str:
        """Return a path with this way, and more, as its query."""
        own = {"list": self.listed.value if self.listed else "", "show": self.show}
        query = urlencode({name: value for name, value in (more | own).items() if value})
        return f"{path}?{query}" if query else path

    @property
    def suffix(self) -> str:
        """What follows a path of a page or a form, so that the way is kept; empty for none."""
        return self.address("")

    @property
    def back(self) -> str:
        """The address of the list; empty for none."""
        if self.listed is Listed.APPROVALS:
            return "/approvals"
        return Way(None, self.show).address("/checks") if self.listed is Listed.MINE else ""


def way_of(
    listed: Annotated[Listed | None, Query(alias="list")] = None,
    show: Annotated[str, Query(max_length=20)] = "",
) -> Way:
    """Read through which list the picture was opened; a filter that does not exist is none."""
    return Way(listed, show if listed is Listed.MINE and show in SHOW else "")


Through = Annotated[Way, Depends(way_of)]
