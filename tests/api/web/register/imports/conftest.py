"""Who imports."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from gatekeeper.types import Role
from tests.support.http import NewPerson


@pytest.fixture
def admin(new_person: NewPerson) -> TestClient:
    """An administrator who has just signed in."""
    return new_person("admin", Role.ADMIN)
