"""The interface holds what its description promises, whatever is sent: each operation is tried.

`python -m tests.benchmarks.schemathesis_all` tries the same and chains of requests, at length, as every kind of client.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from starlette.testclient import TestClient

from api.security.scopes import Scope
from tests.support.http import NewClient, Program
from tests.support.serving import served

EXAMPLES: Final = 5
"""For each operation: enough to notice, within seconds; the same each time."""

MEANT: Final = ["2xx", "400", "401", "403", "404", "409", "410", "422"]
"""What the schema allows may be refused for what it means: an event that is not there, a receipt that is none."""


@pytest.fixture
def program(new_client: NewClient) -> Program:
    return new_client(*Scope)


@pytest.fixture
def address(http: TestClient, free_tcp_port: int) -> Iterator[str]:
    with served(http.app, free_tcp_port):
        yield f"http://127.0.0.1:{free_tcp_port}/openapi.json"


def test_every_operation_keeps_its_promises(address: str, program: Program) -> None:
    """No 5xx, only documented statuses, types and shapes, for right and for wrong requests: every check there is."""
    config = schemathesis.Config.from_dict({"checks": {"positive_data_acceptance": {"expected-statuses": MEANT}}})
    for found in schemathesis.openapi.from_url(address, config=config).get_all_operations():
        operation = cast("Any", found).ok()

        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate],
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def keeps(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(headers=program.headers)

        keeps()
