"""Every error becomes a problem: JSON for programs, a page for people."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from http import HTTPStatus
from typing import Final, Protocol

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from api.application.checks.release.releasing import ClockSetBack
from api.application.checks.submission import RegisterBusy
from api.application.publishing.receipts import (
    ApprovalEnded,
    OutsideWindow,
    ReceiptError,
    ReceiptInvalid,
    ReceiptMismatch,
    ReceiptUsed,
)
from api.http.fields import known_fields
from api.http.oauth import TOKEN_PATH, translated
from api.http.problems import (
    BodyProblem,
    FieldProblem,
    Problem,
    busy,
    clock_in_doubt,
    internal,
    invalid,
    not_found,
    storage_away,
    storage_full,
    too_many,
)
from api.platform.concurrency import Overloaded, ShareUsedUp
from api.platform.storage import StorageAway, is_full
from consent_db.errors import AlreadyExists, NotFound, NotPossible

_MACHINES: Final = ("/v1", "/.well-known/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/static/")
_DETAILS: Final = {
    400: "Send the fields as a form: multipart/form-data, with no more fields and files than are described.",
    405: "The header Allow lists what this address takes.",
}
_JSON_DETAILS: Final = {
    400: "The body cannot be read as JSON. Send one object as described, in UTF-8, without further nesting.",
}
_RECEIPTS: Final[Mapping[type[ReceiptError], tuple[str, HTTPStatus]]] = {
    ReceiptInvalid: ("receipt-invalid", HTTPStatus.UNPROCESSABLE_ENTITY),
    ReceiptMismatch: ("receipt-mismatch", HTTPStatus.CONFLICT),
    ReceiptUsed: ("receipt-used", HTTPStatus.CONFLICT),
    OutsideWindow: ("outside-window", HTTPStatus.CONFLICT),
    ApprovalEnded: ("approval-withdrawn", HTTPStatus.GONE),
}


class ProblemPage(Protocol):
    """Shows a problem to a person."""

    def __call__(self, problem: Problem, scope: Scope) -> Response: ...


class FormAgain(Protocol):
    """Shows a form again that was refused; None if it cannot be shown."""

    def __call__(self, request: Request, problem: Problem) -> Awaitable[Response | None]: ...


async def answer_form(request: Request, problem: Problem) -> Response:
    """Return a problem as `answer` does, for people as the form that they sent, where it can be shown."""
    again: FormAgain = request.app.state.form_again
    machine = request.url.path.startswith(_MACHINES)
    return (None if machine else await again(request, problem)) or answer(problem, request.scope)


def answer(problem: Problem, scope: Scope) -> Response:
    """Return a problem as the caller can read it: JSON for programs, a page for people."""
    if scope["path"] == TOKEN_PATH:
        return translated(problem)
    if scope["path"].startswith(_MACHINES):
        return problem.response()
    page: ProblemPage = scope["app"].state.problem_page
    return page(problem, scope)


def last_resort(error: Exception, request_id: str) -> Problem:
    """Return the problem for an error that has no answer of its own."""
    if is_full(error):
        return storage_full()
    if isinstance(error, StorageAway):
        return storage_away(error.reason)
    passing = isinstance(error, OperationalError | RegisterBusy)
    return busy() if passing else internal(request_id)


def add_error_answers(app: FastAPI, page: ProblemPage, again: FormAgain) -> None:
    """Replace the framework's error answers by ours.

    Args:
        app: the application.
        page: how a problem is shown to a person.
        again: how a form is shown to a person again.
    """
    app.state.problem_page, app.state.form_again = page, again
    _add_those_of_use_cases(app)

    @app.exception_handler(Problem)
    async def of_ours(request: Request, problem: Problem) -> Response:
        return await answer_form(request, problem)

    @app.exception_handler(RequestValidationError)
    async def of_validation(request: Request, error: RequestValidationError) -> Response:
        if all(e["loc"][0] == "path" for e in error.errors()):
            return answer(not_found(), request.scope)
        return await answer_form(request, invalid(error.errors(), known_fields(request.app)))

    @app.exception_handler(HTTPException)
    def of_framework(request: Request, error: HTTPException) -> Response:
        return answer(_translated(error, request), request.scope)


def _add_those_of_use_cases(app: FastAPI) -> None:
    @app.exception_handler(NotFound)
    def of_nothing(request: Request, error: NotFound) -> Response:
        return answer(Problem.of_status(404, str(error)), request.scope)

    @app.exception_handler(NotPossible)
    @app.exception_handler(AlreadyExists)
    async def of_state(request: Request, error: NotPossible | AlreadyExists) -> Response:
        return await answer_form(request, Problem.of_status(409, str(error)))

    @app.exception_handler(ClockSetBack)
    def of_the_clock(request: Request, error: ClockSetBack) -> Response:
        return answer(clock_in_doubt(str(error)), request.scope)

    @app.exception_handler(StorageAway)
    async def of_storage(request: Request, error: StorageAway) -> Response:
        return await answer_form(request, storage_away(error.reason))

    @app.exception_handler(Overloaded)
    def of_load(request: Request, error: Overloaded) -> Response:
        problem = too_many(error.retry_after) if isinstance(error, ShareUsedUp) else busy(error.retry_after)
        return answer(problem, request.scope)

    @app.exception_handler(ReceiptError)
    def of_receipts(request: Request, error: ReceiptError) -> Response:
        return answer(_of_receipt(error), request.scope)


def _of_receipt(error: ReceiptError) -> Problem:
    slug, status = _RECEIPTS[type(error)]
    problem = Problem(slug, status, str(error))
    if isinstance(error, ReceiptMismatch):
        problem.errors = [FieldProblem(field=name, detail="This is not what was approved.") for name in error.fields]
    return problem


def _translated(error: HTTPException, request: Request) -> Problem:
    """Return our problem for the framework's, whose own words are not used."""
    if isinstance(error, BodyProblem):
        return error.problem
    if is_full(error):  # the parser of forms keeps large files on disk, and calls any error of that a bad form
        return storage_full()
    if error.status_code == HTTPStatus.NOT_FOUND:
        return not_found()
    is_json = request.headers.get("content-type", "").partition(";")[0].strip().endswith("json")
    details = _DETAILS | (_JSON_DETAILS if is_json else {})
    return Problem.of_status(error.status_code, details.get(error.status_code, "Check the request."), error.headers)
