"""Extending an approval: the stored picture is examined again, with the same words, by everything as it is now.

Only an approval that stands is extended, so nothing that was withdrawn, replaced or is over comes back,
and only within the policy's days from the first approval, so that agreements and confirmations do not
last by being extended. If anything has changed, the new check says so and the approval has ended.
"""

from __future__ import annotations

from datetime import datetime

from api.application.checks.release.releasing import Releases, ReleaseWithdrawn
from api.application.checks.resolve.resolution import ResolutionRefused
from consent_db.approvals.records import CheckRecord
from gatekeeper.decision.approval_window import longest
from gatekeeper.policy.model import Policy


def extends_until(record: CheckRecord, policy: Policy, now: datetime) -> datetime | None:
    """Return until when an approval could be extended at the latest; None if it cannot, or would gain nothing.

    A receipt for one post is used up with the post, so an approval for one post is not extended.
    """
    request = record.draft.request
    if policy.extension_days == 0 or request.single_use or policy.single_use_receipts:
        return None
    if record.decided_at is None or record.expires_at is None or not record.stands(now):
        return None
    until = longest(now, record.draft.publish_at, policy, request.extended_from or record.decided_at)
    return until if until > record.expires_at else None


def must_be_extendable(releases: Releases, record: CheckRecord) -> None:
    """Make sure that an approval may be extended now, by register, policy and clock as they are.

    Raises:
        ResolutionRefused: it does not stand, or the policy does not let it last longer.
        ClockSetBack: what has ended cannot be told.
    """
    now = releases.clock()
    if not record.stands(now):
        raise ResolutionRefused("Only an approval that has not ended can be extended. Check the picture again.")
    if extends_until(record, releases.policy, now) is None:
        raise ResolutionRefused("The policy does not let this approval last longer. Check the picture again.")
    try:
        releases.standing(record, now)
    except ReleaseWithdrawn as ended:
        raise ResolutionRefused("This approval has ended. Check the picture again.") from ended
