"""The OpenAPI document."""

from __future__ import annotations

import json
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

from api.http.problems import ProblemShape

_FRAMEWORK = ("HTTPValidationError", "ValidationError")
_DESCRIPTION = (
    "Check photographs before publication, retrieve approved releases, verify receipts and report publications. "
    "Authenticate with an API key, or an access token of `POST /v1/oauth/token`, as `Authorization: Bearer`. "
    "Errors are problem details (RFC 9457) with a stable `type`."
)

TAGS: Final = [
    {
        "name": "checks",
        "description": "Checks: a photo and its text in, a decision (approve or block) with its findings out.",
    },
    {"name": "releases", "description": "Releases: the approved image files, available while the approval is valid."},
    {"name": "receipts", "description": "Receipts: signed approvals (JWS), verified at the moment of publication."},
    {"name": "publishing", "description": "Publications and take-downs: report posts, list and close take-downs."},
    {"name": "webhooks", "description": "Webhooks: notifications of events (Standard Webhooks)."},
    {"name": "events", "description": "Events: the notifications that are sent to webhooks."},
    {
        "name": "roster",
        "description": "Roster: import the school's list, list permissions per person and channel, without names.",
    },
    {"name": "audit", "description": "Audit log: entries, signed checkpoints and verification of the hash chain."},
    {"name": "tokens", "description": "Access tokens, valid for ten minutes (OAuth 2.0 client credentials)."},
    {"name": "health", "description": "Health: liveness and readiness probes."},
]
"""The parts of the interface."""


def describe_problems(app: FastAPI) -> None:
    """Replace the framework's error schemas and summaries in the document by ours."""

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
        servers=app.servers,
        tags=app.openapi_tags,
        webhooks=app.webhooks.routes,
    )
    given = {
        context.route.name: context.route.responses
        for context in iter_route_contexts(app.routes)
        if isinstance(context.route, APIRoute) and context.path in found["paths"]
    }
    for told in found.get("webhooks", {}).values():
        told["post"]["responses"].pop("422", None)
        told["post"]["security"] = []
    for operations in found["paths"].values():
        for operation in operations.values():
            operation["summary"] = operation["description"].partition("\n")[0]
            invalid = operation["responses"].get("422", {})
            if "HTTPValidationError" in json.dumps(invalid):
                del operation["responses"]["422"]
            _put_nulls_back(operation["responses"], given[operation["operationId"]])
            operation.setdefault("security", [])
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
