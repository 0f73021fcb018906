"""The interface holds what its description promises, whatever is sent: each operation is tried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient

from tests.api.conftest import NewClient, Program
from tests.serving import served

EXAMPLES: Final = 5
"""For each operation: enough to notice, within seconds; the same each time."""

NOT_ASKED: Final[list[Any]] = [positive_data_acceptance]
"""What the schema allows may be refused for what it means: an event that is not there, a receipt that is none."""


@pytest.fixture
def program(new_client: NewClient) -> Program:
    return new_client("check", "publish", "resolve")


@pytest.fixture
def address(http: TestClient, free_tcp_port: int) -> Iterator[str]:
    with served(http.app, free_tcp_port):
        yield f"http://127.0.0.1:{free_tcp_port}/openapi.json"


def test_every_operation_keeps_its_promises(address: str, program: Program) -> None:
    """No 5xx, only documented statuses, types and shapes, for right and for wrong requests."""
    for found in schemathesis.openapi.from_url(address).get_all_operations():
        operation = cast("Any", found).ok()

        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate],
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def keeps(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(headers=program.headers, excluded_checks=NOT_ASKED)

        keeps()
