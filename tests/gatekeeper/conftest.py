"""What the tests of the gate share: one warm airlock, and an engine without models."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gatekeeper.decision.case import Tools
from gatekeeper.media.open import Opener
from tests.support.gate import FakeWords, fake_engine


@pytest.fixture(scope="session")
def tools() -> Iterator[Tools]:
    """The real airlock with the engine of coloured squares."""
    with Opener() as opener:
        yield Tools(opener, fake_engine(), FakeWords())
