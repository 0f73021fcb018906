"""For how long an approval holds: windows of the policy, permissions that end, days of the school."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from gatekeeper.consent.permission import Stance, Subject
from gatekeeper.policy.model import Policy
from gatekeeper.types import (
    FindingCode,
    Kind,
)
from tests.support.gate import (
    NOON,
    RegisterBuilder,
)
from tests.support.screenings import (
    AMIRA,
    AMIRA_HUE,
    LONDON,
    POLICY,
    SECOND,
    TOM,
    TOM_HUE,
    Gate,
    found,
)


def test_the_policys_window(gate: Gate) -> None:
    """An approval ends with the policy's window, which begins when the picture is published."""
    assert gate.ask(AMIRA_HUE).facts.valid_until == NOON + timedelta(hours=24)
    later = NOON + timedelta(days=3)
    assert gate.ask(AMIRA_HUE, publish_at=later).facts.valid_until == later + timedelta(hours=24)


@pytest.mark.parametrize("publish_at", [NOON - timedelta(days=400), NOON, None])
def test_publishing_in_the_past_is_publishing_now(gate: Gate, publish_at: datetime | None) -> None:
    """A moment before now neither brings back a consent that has ended nor shortens the window."""
    gate.school.consent(TOM, Subject.PICTURE, stance=Stance.REFUSED, since=date(2026, 3, 1))
    assert gate.ask(AMIRA_HUE, publish_at=publish_at).facts.valid_until == NOON + timedelta(hours=24)
    assert found(gate.ask(TOM_HUE, publish_at=publish_at)) == [(FindingCode.NO_CONSENT, 1)]


def test_consent_is_needed_now_and_when_published(gate: Gate) -> None:
    """Neither a consent that begins later nor one that ends before is enough."""
    ends, begins = gate.school.person("Ali", "Shah", hue=180), gate.school.person("Eve", "Hill", hue=300)
    gate.school.consent(ends, until=date(2026, 3, 12))
    gate.school.consent(begins, since=date(2026, 3, 13))
    for days, codes in (
        (0, [(FindingCode.NO_CONSENT, 2)]),
        (2, [(FindingCode.NO_CONSENT, 2)]),
        (3, [(FindingCode.CONSENT_EXPIRED, 1), (FindingCode.NO_CONSENT, 2)]),
    ):
        assert found(gate.ask(180, 300, publish_at=NOON + timedelta(days=days))) == codes


def midnight(day: int) -> datetime:
    return datetime(2026, 3, day, tzinfo=LONDON)


def refusal(day: int, subject: Subject = Subject.PICTURE) -> Callable[[RegisterBuilder], None]:
    return lambda school: school.consent(AMIRA, subject, stance=Stance.REFUSED, since=date(2026, 3, day))


def grant(day: int, subject: Subject = Subject.PICTURE) -> Callable[[RegisterBuilder], None]:
    return lambda school: school.consent(AMIRA, subject, since=date(2026, 1, 1), until=date(2026, 3, day))


@pytest.mark.parametrize(
    ("change", "ends"),
    [
        pytest.param(grant(10), midnight(11), id="last-day-today"),
        pytest.param(grant(11), midnight(12), id="last-day-tomorrow"),
        pytest.param(grant(11, Subject.NAME), midnight(12), id="naming-ends"),
        pytest.param(refusal(12), midnight(12), id="a-refusal-that-begins-within-the-window"),
        pytest.param(refusal(12, Subject.NAME), midnight(12), id="naming-refused-from-a-day-on"),
        pytest.param(lambda school: school.left(AMIRA, date(2026, 3, 11)), midnight(12), id="leaving"),
        pytest.param(lambda school: school.born(AMIRA, date(2013, 3, 12)), midnight(12), id="old-enough-to-be-asked"),
        pytest.param(grant(30), NOON + timedelta(hours=72), id="after-the-window"),
        pytest.param(refusal(14), NOON + timedelta(hours=72), id="a-refusal-after-the-window"),
    ],
)
def test_an_approval_ends_with_the_first_permission(
    gate: Gate, change: Callable[[RegisterBuilder], None], ends: datetime
) -> None:
    """An approval ends at the midnight from which on somebody's permission is missing."""
    gate.policy = replace(POLICY, approval_hours=72)
    change(gate.school)
    screening = gate.ask(AMIRA_HUE, TOM_HUE)
    assert screening.facts.decision.approved
    assert screening.facts.valid_until == ends


def test_a_name_that_is_not_given_ends_nothing(gate: Gate) -> None:
    """Where nobody is named, the end of a naming consent does not end an approval."""
    gate.policy = replace(Policy.load("infant"), approval_hours=72)
    grant(11, Subject.NAME)(gate.school)
    screening = gate.ask(AMIRA_HUE, approvals=SECOND)
    assert screening.facts.valid_until == NOON + timedelta(hours=72)


def test_days_are_the_schools(gate: Gate) -> None:
    """Half past eleven at night in UTC is already tomorrow in a British summer."""
    gate.school.consent(AMIRA, Subject.PICTURE, since=date(2026, 1, 1), until=date(2026, 6, 30))
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert found(gate.ask(AMIRA_HUE, moment=late)) == [(FindingCode.CONSENT_EXPIRED, 1)]
    gate.policy = replace(POLICY, time_zone="UTC")
    assert gate.ask(AMIRA_HUE, moment=late).facts.decision.approved


@pytest.mark.parametrize(
    "wish",
    [
        {"moment": NOON.replace(tzinfo=None)},
        {"publish_at": NOON.replace(tzinfo=None)},
        {"moment": NOON.replace(tzinfo=None), "publish_at": NOON.replace(tzinfo=None, day=11)},
    ],
)
def test_moments_that_cannot_be_reckoned_with(gate: Gate, wish: dict[str, datetime]) -> None:
    """A moment without a time zone is blocked, since it would be another day elsewhere."""
    assert found(gate.ask(AMIRA_HUE, **wish)) == [(FindingCode.NOT_EXAMINED, None)]


def test_the_end_of_time(gate: Gate) -> None:
    """A moment after which there is no other is blocked, though somebody agreed for ever."""
    gate.school.consent(gate.school.person("Ruth", "Bell", kind=Kind.STAFF, hue=180))
    assert gate.ask(180).facts.decision.approved
    screening = gate.ask(180, publish_at=datetime.max.replace(tzinfo=UTC))
    assert found(screening) == [(FindingCode.NOT_EXAMINED, None)]
