"""The policy in words, and the names that captions may give."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from fastapi import Form, Path, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from api.application.checks.resolve.phrases import let_pass
from api.application.services import Services
from api.http.dependencies import Reading, Session, Use
from api.http.problems import Problem
from api.platform import labels
from api.security.access import MANAGERS, allow
from api.security.routing import Router
from api.web.checks.result.second_opinions import name_of
from api.web.forms import Name
from api.web.templating import Page, render
from api.web.undoing import WayBacks, done
from consent_db.checks.records import LetPassRecord, PhraseKind
from consent_db.errors import NotPossible
from consent_db.transaction import Transaction
from gatekeeper.policy.describe import in_words

router = Router(prefix="/admin")

_PATH: Final = "/admin/policy#phrases"

PhraseId = Annotated[str, Path(pattern=r"^phr_[A-Za-z0-9_-]{1,64}$")]


class PhraseFields(BaseModel):
    """A name that captions may give."""

    model_config = ConfigDict(extra="ignore")

    phrase: Name = None
    kind: PhraseKind = PhraseKind.NOT_A_PUPIL


@dataclass(frozen=True, slots=True)
class PhraseView:
    """A name that captions may give.

    Attributes:
        said: what was said of it, with author and time.
    """

    id: str
    phrase: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPage(Page):
    """What the school has decided, one sentence a rule."""

    template: ClassVar[str] = "policy.html"
    nav: str = "policy"
    name: str
    sentences: tuple[str, ...]
    phrases: tuple[PhraseView, ...]
    filled: PhraseFields
    error: str | None = None


@router.get("/policy")
@allow(MANAGERS)
def show_policy(request: Request, services: Use, tx: Reading, ways: WayBacks) -> Response:
    """Show the policy in words, and the names that captions may give; after a change what it did."""
    page = _policy_page(services, tx)
    return render(replace(page, notice=ways.notice(tx, _PATH)), request.scope)


@router.post("/phrases")
@allow(MANAGERS)
def add_phrase(request: Request, services: Use, session: Session, fields: Annotated[PhraseFields, Form()]) -> Response:
    """Let a name pass in the school's captions."""
    engine = services.tools.engine
    try:
        with services.store.transaction(session.user.id, services.clock()) as tx:
            register = tx.register(engine.name, engine.embedder.dimension)
            added = let_pass(tx, fields.phrase or "", fields.kind, register)
            return done(tx, _PATH, added.id)
    except NotPossible as refused:
        with services.store.reading(session.user.id, services.clock()) as tx:
            page = replace(_policy_page(services, tx, str(refused)), filled=fields)
        return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)


@router.post("/phrases/{phrase_id}/removal")
@allow(MANAGERS)
def remove_phrase(phrase_id: PhraseId, services: Use, session: Session) -> Response:
    """Ask about a name again from now on."""
    try:
        with services.store.transaction(session.user.id, services.clock()) as tx:
            tx.let_pass.withdraw(phrase_id)
            return done(tx, _PATH, phrase_id)
    except NotPossible as refused:
        raise Problem("conflict", HTTPStatus.CONFLICT, str(refused)) from refused


def _policy_page(services: Services, tx: Transaction, error: str | None = None) -> PolicyPage:
    return PolicyPage(
        title="Policy",
        name=services.policy.name,
        sentences=in_words(services.policy),
        phrases=tuple(_phrase(services, tx, one) for one in tx.let_pass.all()),
        error=error,
        filled=PhraseFields(),
    )


def _phrase(services: Services, tx: Transaction, record: LetPassRecord) -> PhraseView:
    when = labels.day(record.recorded_at, services.policy.zone)
    return PhraseView(record.id, record.phrase, f"{_SAID[record.kind]} {name_of(tx, record.recorded_by)}, {when}.")


_SAID: Final = {
    PhraseKind.NOT_A_PUPIL: "No pupil of the school, says",
    PhraseKind.AUTHOR: "Agreed to be named as an author, says",
}
