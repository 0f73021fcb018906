"""Two people who consent to everything, for every test of rules."""

from __future__ import annotations

import pytest

from tests.support.gate import RegisterBuilder


@pytest.fixture
def school() -> RegisterBuilder:
    """Amira (hue 0) and Tom (120) consent to everything; nobody else is on the register."""
    builder = RegisterBuilder()
    for name, surname, hue in (("Amira", "Khan", 0), ("Tom", "Jones", 120)):
        builder.consent(builder.person(name, surname, hue=hue))
    return builder
