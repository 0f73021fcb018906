"""The reference documents say what the program does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.openapi import main
from api.problems import TITLES
from api.resolving import Action
from api.settings import Settings
from api.v1.documents import CHECK_EXAMPLE
from api.v1.models import CheckShape
from gatekeeper.media.wire import CARRIERS

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.fixture
def document() -> dict[str, Any]:
    return create_app(Settings()).openapi()


def test_the_openapi_document_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    """What is kept is what the program prints; `python -m api.openapi` writes it anew."""
    main()
    assert capsys.readouterr().out == (REFERENCE / "openapi.json").read_text("utf-8")


def test_every_operation_says_how_it_fails(document: dict[str, Any]) -> None:
    """Each error answer is a problem with an example, and the framework's own shapes are gone."""
    for path, operations in document["paths"].items():
        for operation in operations.values():
            failures = {s: a for s, a in operation["responses"].items() if int(s) >= 400 and path.startswith("/v1")}
            if path == "/v1/oauth/token":
                del failures["400"]  # which RFC 6749 prescribes
            for status, answer in failures.items():
                problem = answer["content"]["application/problem+json"]
                assert problem["schema"] == {"$ref": "#/components/schemas/ProblemShape"}
                assert problem["example"]["status"] == int(status)
    assert "HTTPValidationError" not in json.dumps(document)


def test_pages_are_not_in_the_document(document: dict[str, Any]) -> None:
    """The interface for programs is described, and nothing else."""
    assert {path.split("/")[1] for path in document["paths"]} == {"v1", ".well-known", "healthz", "readyz"}


def test_everything_that_is_referred_to_is_there(document: dict[str, Any]) -> None:
    """No reference of the document leads nowhere."""
    names = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
    assert names <= set(document["components"]["schemas"])


def test_the_example_is_a_check() -> None:
    """The example of a check has exactly the fields and kinds of values that a check has."""
    assert CheckShape.model_validate(CHECK_EXAMPLE).model_dump(mode="json") == CHECK_EXAMPLE


def test_every_setting_is_documented() -> None:
    """`docs/reference/settings.md` has a row for each setting, and no row for anything else."""
    rows = re.findall(r"^\| `GATEKEEPER_(\w+)`", (REFERENCE / "settings.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(name.upper() for name in Settings.model_fields)


def test_every_action_and_every_word_of_a_report_is_documented() -> None:
    """`docs/reference/findings.md` names what can be done, and everything that may be found in a file."""
    text = (REFERENCE / "findings.md").read_text("utf-8")
    assert [word for word in (*Action, *CARRIERS) if f"`{word}`" not in text] == []


def test_every_problem_is_documented() -> None:
    """`docs/reference/problems.md` has a row for each type, in the program's order."""
    rows = re.findall(
        r"^\| `urn:gatekeeper:problem:([\w-]+)`", (REFERENCE / "problems.md").read_text("utf-8"), re.MULTILINE
    )
    assert rows == list(TITLES)
