"""Statements and days, drawn by Hypothesis."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from gatekeeper.consent.permission import (
    EVERYWHERE,
    Party,
    Stance,
    Statement,
    Subject,
)

DAY = date(2026, 11, 20)
EARLY = datetime(2026, 9, 1, 9, tzinfo=UTC)
days = st.dates(DAY - timedelta(days=40), DAY + timedelta(days=40))
moments = st.integers(0, 40).map(lambda n: EARLY + timedelta(days=2 * n))
statements = st.builds(
    Statement,
    st.sampled_from(Party),
    st.sampled_from(Subject),
    st.sampled_from(["website", "online", "press", EVERYWHERE]),
    st.sampled_from(Stance),
    moments,
    days,
    st.none() | days,
)
