"""The days on which a picture must be permitted, and the moment at which its approval ends by itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from gatekeeper.permission import Subject
from gatekeeper.policy import Policy
from gatekeeper.rules import Evidence
from gatekeeper.types import Known, PersonId, Request


def days(request: Request, policy: Policy) -> tuple[date, ...]:
    """Return today and the day of publication, in the school's time zone; once if they are the same.

    Raises:
        ValueError: a moment has no time zone, so that it would be another day on
            another machine.
    """
    moments = {request.moment, _publication(request)}
    if any(moment.tzinfo is None for moment in moments):
        message = "a moment needs a time zone"
        raise ValueError(message)
    return tuple(sorted({moment.astimezone(policy.zone).date() for moment in moments}))


def valid_until(evidence: Evidence, named: Collection[PersonId]) -> datetime:
    """Return the end of the policy's window, or the midnight in it from which on a permission is missing.

    Args:
        evidence: of a picture that is approved.
        named: everybody whose name may be given.
    """
    policy = evidence.policy
    end = _publication(evidence.request) + timedelta(hours=policy.approval_hours)
    present = [match.identity.person for match in evidence.matches if isinstance(match.identity, Known)]
    rests_on = [(person, Subject.PICTURE) for person in present] + [(person, Subject.NAME) for person in named]
    lasts = [evidence.permission(*used).until or date.max for used in rests_on]
    day = evidence.days[-1]
    while (day := day + timedelta(days=1)) <= end.astimezone(policy.zone).date():
        # Asked anew each day, since a refusal may begin within the window.
        on_that_day = replace(evidence, days=(day,))
        if min(lasts, default=day) < day or not all(on_that_day.permission(*used).allowed for used in rests_on):
            return datetime.combine(day, time(), policy.zone)
    return end


def _publication(request: Request) -> datetime:
    """Return when the picture is to be published; a moment that has passed means now."""
    return max(request.publish_at or request.moment, request.moment)
