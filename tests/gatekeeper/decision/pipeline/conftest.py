"""A school and its gate, for every test of the pipeline."""

from __future__ import annotations

import pytest

from gatekeeper.decision.case import Tools
from tests.support.gate import (
    RegisterBuilder,
)
from tests.support.screenings import (
    AMIRA_HUE,
    MAYA_HUE,
    TOM_HUE,
    Gate,
)


@pytest.fixture
def school() -> RegisterBuilder:
    """Amira, Tom and Zoe consent, Zoe not to a template; Maya is on the do-not-publish list."""
    builder = RegisterBuilder()
    builder.consent(builder.person("Amira", "Khan", hue=AMIRA_HUE))
    builder.consent(builder.person("Tom", "Jones", hue=TOM_HUE))
    maya = builder.person("Maya", "Lee", hue=MAYA_HUE)
    builder.consent(maya)
    builder.listed(maya)
    builder.consent(builder.person("Zoe", "Moss"))
    return builder


@pytest.fixture
def gate(tools: Tools, school: RegisterBuilder) -> Gate:
    return Gate(tools, school)
