"""What the gate is asked about a picture whose check was resolved by hand."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime

from gatekeeper.types import Channel, CheckRequest, PersonId, Request


def request_of(wish: CheckRequest, channel: Channel, moment: datetime, scope: AbstractSet[PersonId] | None) -> Request:
    """Return the request of a check with everything that was said so far.

    Args:
        wish: of the check.
        channel: where the picture is to go.
        moment: of its publication.
        scope: the people of the chosen event; None if none was chosen.
    """
    return Request.of(wish, channel, moment, scope=None if scope is None else frozenset(scope))
