"""Errors as RFC 9457 problems, and as pages for people.

No answer repeats what was sent: a refused caption or an unknown field's name
must not come back in a log, a proxy or a screenshot. `docs/reference/problems.md`
explains each type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

MEDIA_TYPE: Final = "application/problem+json"
_PREFIX: Final = "urn:gatekeeper:problem:"

TITLES: Final[Mapping[str, str]] = {
    "bad-request": "Bad request",
    "idempotency-key-missing": "Idempotency-Key required",
    "not-authenticated": "Authentication required",
    "not-permitted": "Permission denied",
    "cross-site": "Cross-site request refused",
    "not-found": "Not found",
    "method-not-allowed": "Method not allowed",
    "request-timeout": "Request timeout",
    "conflict": "Conflict",
    "request-in-progress": "Request with this Idempotency-Key in progress",
    "receipt-mismatch": "Content differs from the receipt",
    "receipt-used": "Single-use receipt already used",
    "outside-window": "Outside the approved time window",
    "approval-withdrawn": "Approval withdrawn or expired",
    "too-large": "Content too large",
    "unsupported-media-type": "Unsupported media type",
    "range-not-satisfiable": "Range not satisfiable",
    "invalid-request": "Invalid request",
    "receipt-invalid": "Invalid receipt",
    "idempotency-key-reused": "Idempotency-Key reused for a different request",
    "too-many-requests": "Too many requests",
    "internal": "Internal server error",
    "unavailable": "Service unavailable",
    "storage-full": "Insufficient storage",
    "storage-away": "Storage does not answer",
    "clock-in-doubt": "Server clock in doubt",
}

_BY_STATUS: Final[Mapping[int, str]] = {
    400: "bad-request",
    401: "not-authenticated",
    403: "not-permitted",
    404: "not-found",
    405: "method-not-allowed",
    408: "request-timeout",
    409: "conflict",
    410: "approval-withdrawn",
    413: "too-large",
    415: "unsupported-media-type",
    416: "range-not-satisfiable",
    422: "invalid-request",
    429: "too-many-requests",
    500: "internal",
    503: "unavailable",
    507: "storage-full",
}


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    model_config = ConfigDict(extra="forbid")

    field: str
    detail: str


class ProblemShape(BaseModel):
    """The body of every error."""

    model_config = ConfigDict(extra="forbid")

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[FieldProblem] | None = None


class Problem(Exception):
    """An answer other than success; `detail` says what to do next."""

    def __init__(self, slug: str, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.slug = slug
        self.status = int(status)
        self.detail = detail
        self.headers = dict(headers or {})
        self.errors: Sequence[FieldProblem] = ()
        self.instance: str | None = None

    @classmethod
    def of_status(cls, status: int, detail: str, headers: Mapping[str, str] | None = None) -> Problem:
        """Return the general problem of a status code."""
        return cls(_BY_STATUS.get(status, "bad-request"), status, detail, headers)

    def body(self) -> dict[str, Any]:
        """Return the problem as JSON."""
        return ProblemShape(
            type=_PREFIX + self.slug,
            title=TITLES[self.slug],
            status=self.status,
            detail=self.detail,
            instance=self.instance,
            errors=list(self.errors) or None,
        ).model_dump(exclude_none=True)

    def response(self) -> Response:
        """Return the problem as a response for a program."""
        return JSONResponse(self.body(), self.status, {"Cache-Control": "no-store", **self.headers}, MEDIA_TYPE)


class BodyProblem(HTTPException):
    """A problem found while a body is read: FastAPI hands on this class of exception and no other."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.status, problem.detail, problem.headers)
        self.problem = problem


def not_found(what: str = "page or address") -> Problem:
    """Return 404 for a missing resource, and for one of another client; `what` is its kind."""
    return Problem("not-found", HTTPStatus.NOT_FOUND, f"There is no such {what}, or it is not yours to see.")


def too_large(limit: int) -> Problem:
    """Return the answer for a body beyond `limit` bytes."""
    megabytes = limit // 1_000_000
    return Problem(
        "too-large",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"A request may hold up to {megabytes} MB. Export the picture as a smaller JPEG and send it again.",
        {"Connection": "close"},
    )


def too_slow() -> Problem:
    """Return the answer for a body that stalls or trickles."""
    detail = "Nothing was stored. Send the whole request again over a connection that does not stall."
    return Problem("request-timeout", HTTPStatus.REQUEST_TIMEOUT, detail, {"Connection": "close"})


def cut_short() -> Problem:
    """Return the answer for a form whose body ends before its last boundary (RFC 2046, 5.1.1)."""
    detail = "The form ends before its last boundary: a part of it is missing. Nothing was stored; send it again whole."
    return Problem("bad-request", HTTPStatus.BAD_REQUEST, detail)


def encoded() -> Problem:
    """Return the answer for a compressed body (RFC 9110, 8.4)."""
    detail = "Send the body without Content-Encoding; compressed requests are not read here."
    return Problem("unsupported-media-type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, {"Accept-Encoding": "identity"})


def storage_full() -> Problem:
    """Return the answer for a disk or quota without room."""
    detail = (
        "The server's disk is full, so nothing was stored or approved. Tell an administrator to free some space "
        "(`gatekeeper doctor` says how much is left), then send the same request again."
    )
    return Problem("storage-full", HTTPStatus.INSUFFICIENT_STORAGE, detail, {"Retry-After": "300"})


def storage_away(reason: str) -> Problem:
    """Return 503: the bucket with the pictures does not answer (`unreachable`), or refuses (`refused`)."""
    seconds = 300 if reason == "refused" else 30
    detail = (
        "The storage of pictures does not answer, so nothing was approved. Wait a moment and send the same request "
        "again; if that does not help, tell an administrator (`gatekeeper doctor` says what is wrong)."
    )
    return Problem("storage-away", HTTPStatus.SERVICE_UNAVAILABLE, detail, {"Retry-After": str(seconds)})


def too_many(seconds: int) -> Problem:
    """Return 429: the caller exceeded a rate limit; retry after `seconds`."""
    detail = "Wait as long as Retry-After says, then go on."
    return Problem("too-many-requests", HTTPStatus.TOO_MANY_REQUESTS, detail, {"Retry-After": str(seconds)})


def busy(seconds: int = 10) -> Problem:
    """Return 503: the database, disk or register cannot be used for a moment."""
    detail = "Nothing was approved. Wait a moment and send the same request again."
    return Problem("unavailable", HTTPStatus.SERVICE_UNAVAILABLE, detail, {"Retry-After": str(seconds)})


def clock_in_doubt(detail: str) -> Problem:
    """Return 503 for what is withheld while the server's clock is in doubt."""
    return Problem("clock-in-doubt", HTTPStatus.SERVICE_UNAVAILABLE, detail, {"Retry-After": "300"})


def internal(request_id: str) -> Problem:
    """Return the last-resort answer; the log has the rest under the same id."""
    problem = Problem(
        "internal",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        f"Nothing was approved. Try again; if it happens again, give your administrator the number {request_id}.",
    )
    problem.instance = f"urn:uuid:{request_id}"
    return problem


def wrong_field(field: str, detail: str) -> Problem:
    """Return 422 for one field that cannot be used; of a page's form the sentence stands beside it."""
    problem = Problem("invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    problem.errors = [FieldProblem(field=field, detail=detail)]
    return problem


def invalid(errors: Sequence[Mapping[str, Any]], known: frozenset[str]) -> Problem:
    """Return a validation problem; fields outside `known` are not named back."""
    problem = Problem(
        "invalid-request",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Correct the fields listed under errors and send the request again.",
    )
    problem.errors = [_field_problem(error, known) for error in errors]
    return problem


def _field_problem(error: Mapping[str, Any], known: frozenset[str]) -> FieldProblem:
    names = [str(part) for part in error["loc"][1:] if not isinstance(part, int)]
    field = names[-1] if names and names[-1] in known else "request"
    ours = _SENTENCES.get(error["type"])
    detail = ours.format_map(error.get("ctx") or {}) if ours else error["msg"]
    return FieldProblem(field=field, detail=detail)


_NO_DAY: Final = "This is not a day. Give it as year, month and day, such as 2026-03-31."
_NO_MOMENT: Final = "This is not a day and time. Give it such as 2026-03-31T09:30."
_NO_NUMBER: Final = "This is not a whole number."
_NOT_OF_LIST: Final = "Choose one from the list."
_SENTENCES: Final[Mapping[str, str]] = {
    "missing": "This field is required.",
    "extra_forbidden": "There is no such field.",
    "value_error": "This value is not one that can be used.",
    "date_from_datetime_parsing": _NO_DAY,
    "date_parsing": _NO_DAY,
    "date_from_datetime_inexact": _NO_DAY,
    "datetime_from_date_parsing": _NO_MOMENT,
    "datetime_parsing": _NO_MOMENT,
    "enum": _NOT_OF_LIST,
    "literal_error": _NOT_OF_LIST,
    "int_parsing": _NO_NUMBER,
    "float_parsing": "This is not a number.",
    "string_too_long": "Write at most {max_length} letters.",
    "string_too_short": "Write at least {min_length} letters.",
    "too_long": "Choose at most {max_length}.",
}
