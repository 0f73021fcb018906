"""The OpenAPI document; `python -m api.openapi > docs/reference/openapi.json` writes it down."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.problems import ProblemShape

_FRAMEWORK = ("HTTPValidationError", "ValidationError")


def describe_problems(app: FastAPI) -> None:
    """Replace the framework's error shapes in the document by ours."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI documents this as the way


def _document(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    for operations in found["paths"].values():
        for operation in operations.values():
            invalid = operation["responses"].get("422", {})
            if "HTTPValidationError" in json.dumps(invalid):
                del operation["responses"]["422"]
    schemas = {name: shape for name, shape in found["components"]["schemas"].items() if name not in _FRAMEWORK}
    ours = ProblemShape.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= ours.pop("$defs") | {ProblemShape.__name__: ours}
    found["components"]["schemas"] = dict(sorted(schemas.items()))
    return found


def main() -> None:
    """Print the document as it is kept in `docs/reference/openapi.json`."""
    from api.app import create_app  # noqa: PLC0415 -- the application asks this module for its description
    from api.settings import Settings  # noqa: PLC0415

    print(json.dumps(create_app(Settings()).openapi(), indent=2, ensure_ascii=False))  # noqa: T201


if __name__ == "__main__":
    main()
