"""What the gate is asked about a picture whose check was resolved by hand."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime

from consent_db.approvals.records import CheckRequest
from gatekeeper.types import Channel, PersonId, Request


def request_of(wish: CheckRequest, channel: Channel, moment: datetime, scope: AbstractSet[PersonId] | None) -> Request:
    """Return the request of a check with everything that was said so far.

    Args:
        wish: of the check.
        channel: where the picture is to go.
        moment: of its publication.
        scope: the people of the chosen event; None if none was chosen.
    """
    return Request(
        channel,
        moment,
        scope=None if scope is None else frozenset(scope),
        attestations=wish.attestations,
        said=wish.said,
        covered=wish.covered,
        missed=wish.missed,
        traces=wish.traces,
        approvals=wish.approvals,
        nobody_else=wish.nobody_else,
        nobody_else_by=wish.nobody_else_by,
    )
