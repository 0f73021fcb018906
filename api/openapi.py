"""The OpenAPI document; `python -m api.openapi > docs/reference/openapi.json` writes it down."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

from api.problems import ProblemShape

_FRAMEWORK = ("HTTPValidationError", "ValidationError")
_DESCRIPTION = (
    "Have photographs checked, publish exactly what was approved, and say where. Send an API key, or a token of "
    "`POST /v1/oauth/token`, as `Authorization: Bearer`. Every error is a problem (RFC 9457) with a stable `type`."
)


def describe_problems(app: FastAPI) -> None:
    """Replace the framework's error shapes in the document by ours."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI documents this as the way


def _document(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=_DESCRIPTION,
        routes=app.routes,
        license_info=app.license_info,
    )
    given = {
        context.route.name: context.route.responses
        for context in iter_route_contexts(app.routes)
        if isinstance(context.route, APIRoute) and context.path in found["paths"]
    }
    for operations in found["paths"].values():
        for operation in operations.values():
            invalid = operation["responses"].get("422", {})
            if "HTTPValidationError" in json.dumps(invalid):
                del operation["responses"]["422"]
            _put_nulls_back(operation["responses"], given[operation["operationId"]])
            for parameter in operation.get("parameters", []):
                parameter["schema"] = _without_null(parameter["schema"])
    schemas = {name: shape for name, shape in found["components"]["schemas"].items() if name not in _FRAMEWORK}
    ours = ProblemShape.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= ours.pop("$defs") | {ProblemShape.__name__: ours}
    found["components"]["schemas"] = dict(sorted(schemas.items()))
    return found


def _put_nulls_back(answers: dict[str, Any], given: dict[int | str, dict[str, Any]]) -> None:
    """Give the examples of answers their nulls again, which FastAPI takes out of the whole document."""
    for status, answer in given.items():
        for media_type, content in answer.get("content", {}).items():
            if "example" in content:
                answers[str(status)]["content"][media_type]["example"] = content["example"]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter that may be left out: in an address or a header there is no null."""
    kinds = [kind for kind in schema.pop("anyOf", []) if kind != {"type": "null"}]
    return schema | (kinds[0] if len(kinds) == 1 else {"anyOf": kinds} if kinds else {})


def main() -> None:
    """Print the document as it is kept in `docs/reference/openapi.json`."""
    from api.app import create_app  # noqa: PLC0415 -- the application asks this module for its description
    from api.settings import Settings  # noqa: PLC0415

    print(json.dumps(create_app(Settings()).openapi(), indent=2, ensure_ascii=False))  # noqa: T201


if __name__ == "__main__":
    main()
