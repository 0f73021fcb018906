"""What the tests of the gate share: one warm airlock, and an engine without models."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from gatekeeper import Tools
from gatekeeper.media.open import Opener
from gatekeeper.testing import FakeWords, fake_engine

# For `pytest --hypothesis-profile=many tests/gatekeeper/test_permission.py tests/gatekeeper/test_permission_table.py`.
settings.register_profile("many", max_examples=1000)


@pytest.fixture(scope="session")
def tools() -> Iterator[Tools]:
    """The real airlock with the engine of coloured squares."""
    with Opener() as opener:
        yield Tools(opener, fake_engine(), FakeWords())
