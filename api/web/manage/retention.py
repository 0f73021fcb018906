"""Retention: what is kept for how long, what is going to be deleted, and what becomes of those who have left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from api.application.data_rights import housekeeping
from api.application.register.coverage import coverage
from api.application.register.pending_import import LIFE
from api.application.services import Services
from api.http.dependencies import Reading, Session, Use
from api.http.problems import Problem
from api.platform import labels as words
from api.security.access import KEEPERS, allow
from api.security.routing import Router
from api.web import choices
from api.web.register.people import open_channels, register_of
from api.web.register.person.person_views import who
from api.web.templating import Page, render
from consent_db.accounts.sessions import ABSOLUTE, IDLE
from consent_db.audit.records import AuditEntry
from consent_db.data_rights.retention import RAN
from consent_db.data_rights.statistics import Left
from consent_db.transaction import Transaction
from gatekeeper.policy.model import Policy
from gatekeeper.types import PersonId

router = Router(prefix="/admin/retention")

AHEAD: Final = timedelta(days=30)
SHOWN: Final = 100
"""How many of those who have left are on the page."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of thing, for how long it is kept, and what else there is to say."""

    what: str
    how_long: str
    besides: str = ""


@dataclass(frozen=True, slots=True)
class DueView:
    """How many of one kind go with the next run, and how many within a month besides."""

    what: str
    now: int
    later: int


@dataclass(frozen=True, slots=True)
class LeftView:
    """A person who has left."""

    person: str
    name: str
    day: str
    what: str
    mood: words.Mood


HELD: Final = (
    "Nothing was deleted, because the clock may be wrong. The overview says more; an administrator confirms it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPage(Page):
    """Everything about deleting what is over."""

    template: ClassVar[str] = "retention.html"
    nav: str = "retention"
    kept: tuple[Kept, ...]
    due: tuple[DueView, ...]
    stays: int
    last: str | None
    left: tuple[LeftView, ...]
    left_in_all: int
    error: str | None = None

    @property
    def now(self) -> int:
        """How much the next run deletes."""
        return sum(one.now for one in self.due)


@router.get("")
@allow(KEEPERS)
def show_retention(request: Request, services: Use, tx: Reading) -> Response:
    """Show what is kept, what goes when, and when the last run was."""
    return render(_page(services, tx), request.scope)


@router.post("")
@allow(KEEPERS)
def run_now(request: Request, services: Use, session: Session, sure: Annotated[str, Form()] = "") -> Response:
    """Delete what is past retention now, once confirmed."""
    if sure != "yes":
        with services.store.reading(session.user.id, services.clock()) as tx:
            error = "Tick that it is to be deleted for good, and send the form again."
            return render(_page(services, tx, error), request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    if housekeeping.run(housekeeping.housekeeping(services), session.user.id).held is not None:
        raise Problem("conflict", HTTPStatus.CONFLICT, HELD)
    return RedirectResponse("/admin/retention", HTTPStatus.SEE_OTHER)


def _page(services: Services, tx: Transaction, error: str | None = None) -> RetentionPage:
    policy, register = services.policy, register_of(services, tx)
    found = tx.retention_forecast(timedelta(days=policy.retention_days), AHEAD)
    allowed = coverage(register, tuple(open_channels(tx)), tx.today).recognisable
    lapsed = len(set(register.gallery.people) - allowed)
    left = tx.figures.left()
    return RetentionPage(
        title="Retention",
        kept=tuple(_kept(policy)),
        due=(
            DueView("Finished checks, with pictures and words", found.checks, found.checks_later),
            DueView("Templates of faces", found.templates + lapsed, found.templates_later),
        ),
        stays=found.checks_kept,
        last=_last(services, tx, tx.audit.last(RAN)),
        left=tuple(_left(tx, person, left[person]) for person in list(left)[:SHOWN]),
        left_in_all=len(left),
        error=error,
    )


def _kept(policy: Policy) -> Iterator[Kept]:
    days = words.count(policy.retention_days, "day", "days")
    yield Kept("The file that was uploaded", "until it is decided", "Never longer, whatever the decision.")
    yield Kept(
        "A finished check: the picture that was examined, its words, the decision",
        f"{days} after it ended",
        "Longer while a post of it is up: if it has to come down, the school must know who is in it.",
    )
    if policy.biometrics:
        yield Kept(
            "A template of a face",
            words.count(policy.template_days, "day", "days"),
            f"{words.count(policy.young_template_days, 'day', 'days')} for pupils under 8. "
            "It goes at once when its consent does, and on the day after the person has left.",
        )
        yield Kept(
            "The photographs that a template is made of",
            "as long as the template" if policy.keep_reference_photos else "not at all",
        )
    yield Kept("Descriptions of people at an event", f"{days} after the event")
    yield Kept("What programs were told, and their requests", days)
    yield Kept("A list that waits to be imported", words.count(LIFE // timedelta(hours=1), "hour", "hours"))
    yield Kept(
        "A sign-in",
        f"{ABSOLUTE // timedelta(hours=1)} hours, or {IDLE // timedelta(minutes=1)} minutes unused",
    )
    yield Kept(
        "People, and what was said about them", "until they are erased", "People are never erased automatically."
    )
    yield Kept(
        "The audit, and the marks of pictures that were deleted at once",
        "for good",
        "They hold ids and codes: no picture, and no name.",
    )


def _last(services: Services, tx: Transaction, entry: AuditEntry | None) -> str | None:
    """Say when the last run was, who asked for it, and what it deleted."""
    if entry is None:
        return None
    by = "by itself" if entry.actor == housekeeping.SYSTEM else f"asked for by {who(tx, entry.actor)}"
    counts = json.loads(entry.payload)
    checks = words.count(counts.get("checks", 0), "check", "checks")
    templates = words.count(counts.get("templates", 0), "template", "templates")
    return f"{words.moment(entry.at, services.policy.zone)}, {by}: {checks} and {templates} deleted."


def _left(tx: Transaction, person: PersonId, there: Left) -> LeftView:
    record = tx.people.get(person)
    name, day = choices.full_name(record.profile), words.date(there.day)
    if record.listed or record.held:
        sentence = "On the do-not-publish list or under a hold: only the safeguarding lead may erase the record."
        return LeftView(person, name, day, sentence, "stop")
    if there.posts:
        posts = words.count(there.posts, "post is", "posts are")
        return LeftView(person, name, day, f"{posts} still up; look whether they may be.", "ask")
    if there.has_template:
        return LeftView(person, name, day, "The template goes with the next run.", "ask")
    return LeftView(person, name, day, "No template and no post; the record waits to be erased.", "ok")
