"""Every error becomes a problem: JSON for programs, a page for people."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from api.oauth import TOKEN_PATH, translated
from api.pages.problem import problem_page
from api.problems import Problem, invalid, not_found
from api.v1 import forms, publishing_forms
from api.v1 import roster_forms as roster
from consent_db.errors import AlreadyExists, NotFound, NotPossible

_MACHINES: Final = ("/v1", "/.well-known/", "/healthz", "/readyz", "/openapi.json", "/static/")
_FIELDS: Final = forms.FIELDS | publishing_forms.FIELDS | roster.FIELDS
_DETAILS: Final = {
    400: "Send the fields as a form: multipart/form-data, with no more fields and files than are described.",
    405: "The header Allow lists what this address takes.",
}


def answer(problem: Problem, scope: Scope) -> Response:
    """Return a problem as whoever asked can read it."""
    if scope["path"] == TOKEN_PATH:
        return translated(problem)
    if scope["path"].startswith(_MACHINES):
        return problem.response()
    return problem_page(problem, scope)


def add_error_answers(app: FastAPI) -> None:
    """Replace the framework's error answers by ours."""

    @app.exception_handler(Problem)
    def of_ours(request: Request, problem: Problem) -> Response:
        return answer(problem, request.scope)

    @app.exception_handler(NotFound)
    def of_nothing(request: Request, _error: NotFound) -> Response:
        return answer(not_found(), request.scope)

    @app.exception_handler(NotPossible)
    @app.exception_handler(AlreadyExists)
    def of_state(request: Request, error: NotPossible | AlreadyExists) -> Response:
        return answer(Problem.of_status(409, str(error)), request.scope)

    @app.exception_handler(RequestValidationError)
    def of_validation(request: Request, error: RequestValidationError) -> Response:
        if all(e["loc"][0] == "path" for e in error.errors()):
            return answer(not_found(), request.scope)
        return answer(invalid(error.errors(), _FIELDS), request.scope)

    @app.exception_handler(HTTPException)
    def of_framework(request: Request, error: HTTPException) -> Response:
        return answer(_translated(error), request.scope)


def _translated(error: HTTPException) -> Problem:
    """Return our problem for the framework's; its own words are used for 413 only, which are ours."""
    if error.status_code == 404:  # noqa: PLR2004
        return not_found()
    detail = error.detail if error.status_code == 413 else _DETAILS.get(error.status_code, "Check the request.")  # noqa: PLR2004
    return Problem.of_status(error.status_code, detail, error.headers)
