"""What all tests share: how many examples the property tests draw."""

from __future__ import annotations

from hypothesis import settings

# For a nightly run, or before a release: `pytest --hypothesis-profile=many tests/screening/test_chains.py`.
settings.register_profile("many", max_examples=3000, deadline=None)
