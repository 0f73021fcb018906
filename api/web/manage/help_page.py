"""Help: what each finding means, and what is done with pictures, for those who are in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import Path, Request
from starlette.responses import Response

from api.http.dependencies import Use
from api.http.problems import not_found
from api.security.access import PUBLIC, SIGNED_IN, allow
from api.security.routing import Router
from api.web.templating import Page, render
from gatekeeper.decision.findings import CATALOGUE, Entry
from gatekeeper.policy.model import Naming

router = Router()

Code = Annotated[str, Path(max_length=50)]


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpPage(Page):
    """Every finding, by name."""

    template: ClassVar[str] = "help.html"
    meanings: tuple[tuple[str, Entry], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeaningPage(Page):
    """One finding."""

    template: ClassVar[str] = "meaning.html"
    meaning: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyPage(Page):
    """What is done with pictures, by this school's policy."""

    template: ClassVar[str] = "privacy.html"
    biometrics: bool
    names: bool
    titles: bool
    own_age: int
    takedown_hours: int
    retention_days: int
    template_days: int
    keeps_references: bool


@router.get("/help")
@allow(SIGNED_IN)
def show_help(request: Request) -> Response:
    """Show what there is to read."""
    found = tuple((code.value, meaning) for code, meaning in CATALOGUE.items())
    return render(HelpPage(title="Help", meanings=found), request.scope)


@router.get("/help/findings/{code}")
@allow(SIGNED_IN)
def show_meaning(request: Request, code: Code) -> Response:
    """Show what one finding means."""
    meaning = next((meaning for known, meaning in CATALOGUE.items() if known == code), None)
    if meaning is None:
        raise not_found()
    return render(MeaningPage(title=meaning.title, meaning=meaning), request.scope)


@router.get("/privacy")
@allow(PUBLIC)
def show_privacy(request: Request, services: Use) -> Response:
    """Show pupils and parents what is done with their pictures; a public page."""
    policy = services.policy
    page = PrivacyPage(
        title="Your picture and you",
        biometrics=policy.biometrics,
        names=policy.naming is not Naming.NONE,
        titles=policy.staff_titles,
        own_age=policy.own_consent_age,
        takedown_hours=policy.takedown_hours,
        retention_days=policy.retention_days,
        template_days=policy.template_days,
        keeps_references=policy.keep_reference_photos,
    )
    return render(page, request.scope)
