"""The overview: how checks go, who may be shown, what waits and what lies ahead; figures, and nobody's name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.coverage import Coverage, coverage
from api.dependencies import Reading, Session, Use
from api.pages import overview_views, words
from api.pages.charts import Columns
from api.pages.overview_views import Bars, Coverages, Step, Tile
from api.pages.people import open_channels, register_of
from api.pages.templating import Page, render
from api.security.access import may
from api.services import Services
from consent_db.figures import Waiting
from consent_db.transaction import Transaction
from gatekeeper.rules import LEADERSHIP
from gatekeeper.types import Role

router = APIRouter()

SOON = timedelta(days=60)
"""Within how long a template gets too old that is told of."""

_FOUR_WEEKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewPage(Page):
    """Everything at a glance; what somebody may not look after is None."""

    template: ClassVar[str] = "overview.html"
    nav: str = "overview"
    steps: tuple[Step, ...]
    tiles: tuple[Tile, ...]
    weeks: Columns
    reasons: Bars
    ahead: Columns | None
    coverages: Coverages


@router.get("/admin")
def show_overview(request: Request, services: Use, session: Session, tx: Reading) -> Response:
    """Show how it goes."""
    role, register = session.user.role, register_of(services, tx)
    channels = tuple(open_channels(tx))
    found = coverage(register, channels, tx.today)
    keeps = may(role, "/admin/due")
    starts = overview_views.weeks_before(tx.today)
    since = overview_views.midnight(starts[0], services.policy.zone)
    ahead = overview_views.ahead(tx, services.tools.engine.name) if keeps else None
    page = OverviewPage(
        title="Overview",
        steps=overview_views.steps(tx.figures.begun(), role, biometrics=services.policy.biometrics),
        tiles=tuple(_tiles(services, tx, role, (found, ahead))),
        weeks=overview_views.weeks(tx, starts, services.policy.zone),
        reasons=overview_views.reasons(tx.figures.reasons(since), apart=keeps),
        ahead=ahead,
        coverages=overview_views.coverages(tx, found, channels),
    )
    return render(page, request.scope)


def _tiles(
    services: Services, tx: Transaction, role: Role, known: tuple[Coverage, Columns | None]
) -> Iterator[Tile]:  # fmt: skip
    """Yield what waits for somebody to do it."""
    found, ahead = known
    waiting, open_ = tx.figures.waiting(), tx.figures.takedowns()
    yield Tile(
        waiting.count,
        "picture waits for a second person" if waiting.count == 1 else "pictures wait for a second person",
        _since(services, waiting, "All exceptions are decided."),
        "/approvals" if role in LEADERSHIP else None,
        "ask" if waiting.count else "ok",
    )
    yield Tile(
        open_.count,
        "post to take down" if open_.count == 1 else "posts to take down",
        f"{open_.late} late" if open_.late else _since(services, open_, "Nothing has to come down."),
        "/admin/takedowns",
        "stop" if open_.late else "ask" if open_.count else "ok",
    )
    if ahead is not None:
        soon = sum(sum(numbers) for _, numbers in ahead.rows[:_FOUR_WEEKS])
        what = "thing falls due in four weeks" if soon == 1 else "things fall due in four weeks"
        yield Tile(soon, what, "Consents, templates, leavers, reviews.", "/admin/due", "ask" if soon else "ok")
    if ahead is not None and services.policy.biometrics:
        few, none = len(found.few_photos), len(found.no_photo)
        old = tx.figures.ageing(services.tools.engine.name, SOON)
        about = ", ".join(filter(None, [f"{none} with none" if none else "", f"{old} soon too old" if old else ""]))
        what = "person with fewer than three photos" if few == 1 else "people with fewer than three photos"
        yield Tile(
            few,
            what,
            about or "Templates are young enough.",
            "/admin/people?show=few-photos",
            "ask" if few or old else "ok",
        )


def _since(services: Services, waiting: Waiting, nothing: str) -> str:
    if waiting.since is None:
        return nothing
    return f"The longest since {words.day(waiting.since, services.policy.zone)}."
