"""An error as a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response
from starlette.types import Scope

from api.http.problems import Problem
from api.web.templating import Page, render


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemPage(Page):
    """What went wrong and what to do next."""

    template: ClassVar[str] = "problem.html"
    detail: str


def problem_page(problem: Problem, scope: Scope) -> Response:
    """Return the page for a problem, with the problem's own status and headers."""
    title = _TITLES.get(problem.status, "The request could not be completed")
    response = render(ProblemPage(title=title, detail=problem.detail), scope, problem.status)
    response.headers.update(problem.headers)
    return response


_TITLES = {
    404: "Page not found",
    413: "That file is too large",
    500: "Internal error",
    503: "Temporarily unavailable",
}
