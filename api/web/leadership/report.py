"""The report for governors: one page to print, a PDF and a table, all of the same figures."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Annotated, ClassVar

from fastapi import Depends, Query, Request
from starlette.responses import Response

from api.application.letterhead import Head
from api.application.reporting import governors
from api.application.reporting.governors import Report, Span
from api.application.services import Services
from api.http.dependencies import Session, Use
from api.http.problems import Problem
from api.security.access import MANAGERS, allow
from api.security.routing import Router
from api.web.register.people import register_of
from api.web.templating import Page, render
from consent_db.accounts.records import SessionRecord

router = Router()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage(Page):
    """The report, and other periods to choose."""

    template: ClassVar[str] = "report.html"
    nav: str = "report"
    report: Report
    spans: tuple[Span, ...]
    query: str


@dataclass(frozen=True, slots=True)
class _Made:
    report: Report
    head: Head
    spans: tuple[Span, ...]


def _days(
    start: Annotated[date | None, Query()] = None, end: Annotated[date | None, Query()] = None
) -> tuple[date | None, date | None]:
    return start, end


Days = Annotated[tuple[date | None, date | None], Depends(_days)]


@router.get("/report")
@allow(MANAGERS)
def show_report(request: Request, services: Use, session: Session, days: Days) -> Response:
    """Show the figures of a term or another period."""
    made = _make(services, session, days)
    span = made.report.span
    page = ReportPage(
        title="Report for governors",
        report=made.report,
        spans=made.spans,
        query=f"start={span.first}&end={span.last}",
    )
    return render(page, request.scope)


@router.get("/report.pdf")
@allow(MANAGERS)
def send_pdf(services: Use, session: Session, days: Days) -> Response:
    """Send the report as a PDF."""
    from api.application.reporting.pdf import pdf  # noqa: PLC0415 -- fpdf2 takes time to import, and is wanted seldom

    made = _make(services, session, days)
    return _file(pdf(made.report, made.head.crest), "application/pdf", made.report, "pdf")


@router.get("/report.csv")
@allow(MANAGERS)
def send_csv(services: Use, session: Session, days: Days) -> Response:
    """Send the report as a table for a spreadsheet."""
    made, text = _make(services, session, days), io.StringIO(newline="")
    csv.writer(text).writerows(governors.lines(made.report))
    return _file(text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", made.report, "csv")


def _file(content: bytes, kind: str, report: Report, ending: str) -> Response:
    name = f"photographs-{report.span.first}-to-{report.span.last}.{ending}"
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _make(services: Services, session: SessionRecord, days: tuple[date | None, date | None]) -> _Made:
    """Make the report; the chain is verified first, on a connection of its own."""
    moment = services.clock()
    spans = governors.terms(moment.astimezone(services.policy.zone).date())
    span = _span(days, spans)
    audit = services.store.verify_audit()
    with services.store.reading(session.user.id, moment) as tx:
        head, engine = services.letterhead.head, services.tools.engine.name
        register = register_of(services, tx)
        asked = governors.Asked(span, services.policy, register, audit, engine, services.settings.data, head.name)
        return _Made(governors.make(tx, asked), head, spans)


def _span(days: tuple[date | None, date | None], spans: tuple[Span, ...]) -> Span:
    """Return the period that is asked for, by its name if it has one.

    Raises:
        Problem: 422, it ends before it begins, or is too long.
    """
    wanted = Span(days[0] or spans[0].first, days[1] or spans[0].last)
    if not wanted.first <= wanted.last <= wanted.first + governors.LONGEST:
        detail = "The last day must follow the first, by at most three years. Correct the days."
        raise Problem("invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    return next((span for span in spans if (span.first, span.last) == (wanted.first, wanted.last)), wanted)
