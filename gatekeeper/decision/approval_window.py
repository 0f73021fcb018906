"""The days on which a picture must be permitted, and the moment at which its approval ends by itself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta, tzinfo

from gatekeeper.consent.permission import Subject
from gatekeeper.decision.rules import Evidence
from gatekeeper.policy.model import Policy
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
    """Return the end of the policy's window, or of the first permission to end before it.

    Args:
        evidence: of a picture that is approved.
        named: the people whose names may be given.
    """
    policy = evidence.policy
    present = [match.identity.person for match in evidence.matches if isinstance(match.identity, Known)]
    rests_on = [(person, Subject.PICTURE) for person in present] + [(person, Subject.NAME) for person in named]
    last_days = [evidence.permission(*used).until for used in rests_on]
    ends = [_midnight_after(day, policy.zone) for day in last_days if day is not None and day < date.max]
    request = evidence.request
    return min([longest(request.moment, request.publish_at, policy, request.extended_from), *ends])


def longest(
    decided_at: datetime, publish_at: datetime | None, policy: Policy, extended_from: datetime | None = None
) -> datetime:
    """Return when an approval ends at the latest, by the policy alone.

    Args:
        decided_at: when it was given (aware).
        publish_at: when the picture is to be published; None means at once.
        policy: whose hours count from the publication on, and whose days from the decision on.
        extended_from: when the picture was first approved, of an extension; its days count from there.
    """
    by_decision = decided_at + timedelta(days=policy.approval_days)
    if extended_from is not None:
        return min(extended_from + timedelta(days=policy.extension_days), by_decision)
    published = max(publish_at or decided_at, decided_at)
    by_publication = published + timedelta(hours=policy.approval_hours)
    return min(by_publication, by_decision)


def _midnight_after(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone)


def _publication(request: Request) -> datetime:
    """Return when the picture is to be published; a moment that has passed means now."""
    return max(request.publish_at or request.moment, request.moment)
