"""The reference documents say what the program does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from api.app import create_app
from api.application.checks.resolve.resolution import Action
from api.http.models import CheckShape
from api.http.problems import TITLES
from api.openapi import main
from api.platform.settings import Settings
from api.security.access import PROGRAM
from api.security.scopes import Scope
from api.v1.documents import CHECK_EXAMPLE
from consent_db.webhooks.outbox import Event
from gatekeeper.media.wire import CARRIERS
from tests.support.access import RULES
from tests.support.paths import ROOT

REFERENCE = ROOT / "docs" / "reference"


@pytest.fixture
def document() -> dict[str, Any]:
    return create_app(Settings()).openapi()


def test_the_openapi_document_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    """What is kept is what the program prints; `python -m scripts.references` writes it anew."""
    main()
    assert capsys.readouterr().out == (REFERENCE / "openapi.json").read_text("utf-8")


Operation = tuple[str, str, dict[str, Any]]
Faults = Callable[[Any, dict[str, Any]], list[str]]


@pytest.fixture
def operations(document: dict[str, Any]) -> list[Operation]:
    return [(method, path, found) for path, all_ in document["paths"].items() for method, found in all_.items()]


@pytest.fixture
def faults(document: dict[str, Any]) -> Faults:
    """Return a function that says what of an example is not as a schema of the document has it."""

    def faults(example: Any, schema: dict[str, Any]) -> list[str]:
        whole = schema | {"components": document["components"]}
        return [error.message for error in Draft202012Validator(whole).iter_errors(example)]

    return faults


def test_every_operation_says_what_it_is_for(operations: list[Operation]) -> None:
    """Each has a name that reads well in a generated client, a summary, a description and a place in the list."""
    for _, path, operation in operations:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", operation["operationId"]), path
        assert all(operation.get(part) for part in ("summary", "description", "tags")), path
    assert len({operation["operationId"] for *_, operation in operations}) == len(operations)


def test_every_operation_says_who_may_ask(operations: list[Operation], document: dict[str, Any]) -> None:
    """What the table of access keeps for programs names a key, and a scope of it, except where keys become tokens."""
    schemes = document["components"]["securitySchemes"]
    for method, path, operation in operations:
        ways = operation.get("security", [])
        assert (RULES[f"{method.upper()} {path}"] is PROGRAM) is bool(ways), path
        for scheme, scopes in (way for one in ways for way in one.items()):
            assert (scheme in schemes, bool(scopes)) == (True, scheme != "basic"), path
            assert set(scopes) <= set(Scope), path


def test_every_operation_shows_what_to_send(
    operations: list[Operation], document: dict[str, Any], faults: Faults
) -> None:
    """Each parameter and each body has a description and an example that its schema allows."""
    for _, path, operation in operations:
        for parameter in operation.get("parameters", []):
            name, shape = parameter["name"], parameter["schema"]
            assert all((parameter["description"], shape["examples"])), (path, name)
            assert [fault for example in shape["examples"] for fault in faults(example, shape)] == [], (path, name)
        for content in operation.get("requestBody", {"content": {}})["content"].values():
            shape = document["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
            assert all((shape["description"], shape["examples"])), path
            assert [fault for example in shape["examples"] for fault in faults(example, shape)] == [], path


def test_every_operation_shows_what_it_answers(operations: list[Operation], faults: Faults) -> None:
    """Each answer of success that has a body has an example of it that its schema allows."""
    for _, path, operation in operations:
        for status, answer in operation["responses"].items():
            content = answer.get("content", {}).get("application/json")
            if content and int(status) < 400:
                assert faults(content["example"], content["schema"]) == [], (path, status)


def test_every_operation_says_how_it_fails(operations: list[Operation]) -> None:
    """Each error answer is a problem with an example of every type, and the framework's own shapes are gone."""
    for _, path, operation in operations:
        failures = {s: a for s, a in operation["responses"].items() if int(s) >= 400 and path.startswith("/v1")}
        if path == "/v1/oauth/token":
            del failures["400"], failures["401"]  # which RFC 6749 prescribes
        for status, answer in failures.items():
            problem = answer["content"]["application/problem+json"]
            assert problem["schema"] == {"$ref": "#/components/schemas/ProblemShape"}
            for slug, example in problem["examples"].items():
                assert (example["value"]["status"], example["value"]["title"]) == (int(status), TITLES[slug])
        assert {"401", "503"} <= set(operation["responses"]) or not operation.get("security"), path
        assert {"413", "429"} <= set(failures) or "requestBody" not in operation, path
    assert "HTTPValidationError" not in json.dumps(operations)


def test_generators_need_no_flags(document: dict[str, Any]) -> None:
    """There are servers, described parts, a webhook of each event, and open operations say that they are open."""
    assert [server["url"] for server in document["servers"]] == [Settings().base_url]
    used = {tag for all_ in document["paths"].values() for one in all_.values() for tag in one["tags"]}
    assert used <= {tag["name"] for tag in document["tags"] if tag["description"]}
    assert set(document["webhooks"]) == set(Event)
    for all_ in document["paths"].values():
        for operation in all_.values():
            assert "security" in operation
            links = [link for answer in operation["responses"].values() for link in answer.get("links", {}).values()]
            assert all(isinstance(link.get("requestBody", ""), str) for link in links)
    assert document["paths"]["/healthz"]["get"]["security"] == []


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
