"""The overview: how checks go, who may be shown, what waits and what lies ahead; figures without names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from fastapi import Request
from starlette.responses import Response

from api.application.checks.backlog import is_late
from api.application.data_rights.clock_words import in_doubt
from api.application.register.coverage import Coverage, coverage
from api.application.services import Services
from api.http.dependencies import Reading, Session, Use
from api.platform import labels as words
from api.security.access import MANAGERS, allow, may
from api.security.routing import Router
from api.web.manage.overview import overview_views
from api.web.manage.overview.charts import Columns
from api.web.manage.overview.overview_views import Bars, Coverages, Step, Tile
from api.web.register.people import open_channels, register_of
from api.web.templating import Page, render
from consent_db.checks.acts.hand_acts import HandAct
from consent_db.data_rights.statistics import Waiting
from consent_db.transaction import Transaction
from gatekeeper.decision.authority import LEADERSHIP
from gatekeeper.types import Role

router = Router()

SOON = timedelta(days=60)
"""Within how long a template gets too old that is told of."""

_FOUR_WEEKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewPage(Page):
    """Everything at a glance; what the account has no access to is None."""

    template: ClassVar[str] = "overview.html"
    nav: str = "overview"
    clock: tuple[str, ...]
    """What is wrong with the clock, in sentences."""
    confirms: bool
    """Whether this person may confirm that it is right."""
    steps: tuple[Step, ...]
    tiles: tuple[Tile, ...]
    weeks: Columns
    reasons: Bars
    ahead: Columns | None
    coverages: Coverages


@router.get("/admin")
@allow(MANAGERS)
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
        clock=in_doubt(tx.clock.judgement(), services.policy.zone),
        confirms=role is Role.ADMIN,
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
    """Yield what waits to be done."""
    found, ahead = known
    waiting, down = tx.figures.waiting(), tx.figures.takedowns()
    yield Tile(
        waiting.count,
        "picture waits for a second person" if waiting.count == 1 else "pictures wait for a second person",
        _since(services, waiting, "All exceptions are decided."),
        "/approvals" if role in LEADERSHIP else None,
        "ask" if waiting.count else "ok",
    )
    yield Tile(
        down.count,
        "post to take down" if down.count == 1 else "posts to take down",
        f"{down.late} late" if down.late else _since(services, down, "Nothing has to come down."),
        "/admin/takedowns",
        "stop" if down.late else "ask" if down.count else "ok",
    )
    yield _unanswered(services, tx)
    yield _by_hand(services, tx)
    if ahead is not None:
        yield _soon(ahead)
        if services.policy.biometrics:
            yield _photos(found, tx.figures.ageing(services.tools.engine.name, SOON))


def _unanswered(services: Services, tx: Transaction) -> Tile:
    """Return how many pictures have no answer yet, and how many could not be examined."""
    backlog = tx.check_work.backlog()
    number, late = backlog.waiting, is_late(backlog, services.clock())
    what = "picture waits to be examined" if number == 1 else "pictures wait to be examined"
    minutes = round(backlog.age(services.clock()).total_seconds() / 60)
    told = (
        f"The longest for {minutes} {'minute' if minutes == 1 else 'minutes'}." if number else "",
        f"{backlog.retried} tried in vain so far." if backlog.retried else "",
        f"{backlog.not_examined} refused since yesterday without being examined." if backlog.not_examined else "",
    )
    mood: words.Mood = "stop" if late else "ask" if backlog.retried or backlog.not_examined else "ok"
    return Tile(number, what, " ".join(filter(None, told)) or "Every picture has its answer.", None, mood)


def _by_hand(services: Services, tx: Transaction) -> Tile:
    """Return how many faces people named and dismissed in the last four weeks: what the computer did not decide."""
    acts = tx.hand_acts.faces_since(services.clock() - timedelta(weeks=_FOUR_WEEKS))
    named, dismissed = acts[HandAct.NAMED], acts[HandAct.DISMISSED]
    marked = acts[HandAct.MARKED]
    what = "face named by hand in four weeks" if named == 1 else "faces named by hand in four weeks"
    detail = f"{dismissed:,} dismissed as no face, {marked:,} marked."
    return Tile(named, what, detail, "/admin/audit", "ask" if dismissed else "ok")


def _soon(ahead: Columns) -> Tile:
    number = sum(sum(numbers) for _, numbers in ahead.rows[:_FOUR_WEEKS])
    what = "thing falls due in four weeks" if number == 1 else "things fall due in four weeks"
    return Tile(number, what, "Consents, templates, leavers, reviews.", "/admin/due", "ask" if number else "ok")


def _photos(found: Coverage, ageing: int) -> Tile:
    number, none = len(found.few_photos), len(found.no_photo)
    what = "person with fewer than three photos" if number == 1 else "people with fewer than three photos"
    told = (f"{none} with none" if none else "", f"{ageing} soon too old" if ageing else "")
    detail = ", ".join(filter(None, told)) or "Templates are young enough."
    return Tile(number, what, detail, "/admin/people?show=few-photos", "ask" if number or ageing else "ok")


def _since(services: Services, waiting: Waiting, nothing: str) -> str:
    if waiting.since is None:
        return nothing
    return f"The longest since {words.day(waiting.since, services.policy.zone)}."
