"""One decision for many pictures: each gets its resolution at once, and the queue examines them one after another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.application.checks.resolve.resolution import Resolution, ResolutionRefused
from api.application.checks.submission import NoSuchCheck
from api.application.services import Services
from consent_db.errors import NotPossible
from gatekeeper.types import Role


@dataclass(frozen=True, slots=True)
class Begun:
    """What became of a decision for many pictures.

    Attributes:
        checks: ids of the new checks, which are examined soon.
        refused: of how many pictures it could not be said any more.
    """

    checks: tuple[str, ...]
    refused: int


def resolve_many(services: Services, decided: Mapping[str, Resolution], actor: str, role: Role) -> Begun:
    """Give each of these checks its resolution, and leave the examination to the queue.

    A picture that was changed, withdrawn or replaced meanwhile keeps none of the others back. A
    request that breaks off has been carried out for a part, and the page shows for which.

    Args:
        services: of the installation.
        decided: by the id of a decided check, what is said of it.
        actor: who says so.
        role: of their account.

    Raises:
        Overloaded: the queue is full.
        ShareUsedUp: their own share of it is.
    """
    services.queue.must_have_room(actor)
    begun, refused = list[str](), 0
    for check, resolution in decided.items():
        try:
            begun.append(services.screener.begin(check, resolution, actor, role))
        except (ResolutionRefused, NotPossible, NoSuchCheck):
            refused += 1
            continue
        services.queue.submit(begun[-1])
    return Begun(tuple(begun), refused)
