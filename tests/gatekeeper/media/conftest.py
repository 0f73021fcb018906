"""One opener for all tests that need nothing special from it."""

from collections.abc import Iterator

import pytest

from gatekeeper.media.open import Opener


@pytest.fixture(scope="session")
def opener() -> Iterator[Opener]:
    with Opener() as opened:
        yield opened
