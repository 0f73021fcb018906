"""Erase people who were selected in the list: who goes and who is left out is shown, and one sentence typed.

Each is erased as their own page would do it, with a certificate and audit entries of their own.
A person on the do-not-publish list is left out: what becomes of their entry is asked on their page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from fastapi import Form, Request
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limits
from starlette.responses import Response

from api.application.data_rights.erasure import Certificate, erase
from api.application.services import Services
from api.http.dependencies import Reading, Session, Use
from api.http.problems import Problem
from api.platform import labels
from api.platform.storage import Installation
from api.security.access import KEEPERS, allow, proved_lately
from api.security.routing import Router
from api.web.register.impact import Effects, effects
from api.web.register.lists.selection import names_of, selected
from api.web.register.lists.selection_forms import Ids, in_fields
from api.web.templating import Page, render
from consent_db.accounts.records import SessionRecord
from consent_db.errors import NotFound, NotPossible
from consent_db.people.records import PersonRecord
from consent_db.transaction import Transaction
from gatekeeper.naming import fold
from gatekeeper.types import PersonId, Role

router = Router(prefix="/admin/people/selection/erasure")

MOST_ERASED: Final = 100
"""How many people one form may erase: each is searched for afterwards, in the whole database."""

_TOO_MANY: Final = f"At most {MOST_ERASED} people can be erased at once. Go back and select fewer."


class ManyErased(BaseModel):
    """The form that erases those who are selected; `typed` is the sentence that confirms it."""

    model_config = ConfigDict(extra="ignore")

    people: Ids
    typed: str = Limits(default="", max_length=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasingPage(Page):
    """Who goes, who is left out, and the sentence to type.

    Attributes:
        left: those who are left out, each with the reason.
        sentence: what has to be typed.
    """

    template: ClassVar[str] = "selection_erasure.html"
    nav: str = "people"
    ids: tuple[str, ...]
    names: tuple[str, ...] = field(repr=False)
    left: tuple[tuple[str, str], ...] = field(repr=False)
    sentence: str
    effects: Effects
    unlocked: bool
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ManyErasedPage(Page):
    """The certificates of those who were erased, without their names."""

    template: ClassVar[str] = "selection_erased.html"
    nav: str = "people"
    certificates: tuple[Certificate, ...]
    gone: int
    mood: labels.Mood


@router.post("")
@allow(KEEPERS)
def show_erasing(
    request: Request, services: Use, session: Session, tx: Reading, sent: Annotated[ManyErased, Form()]
) -> Response:
    """Show who would be erased, and what that ends."""
    return render(_page(services, tx, session, selected(tx, sent.people)), request.scope)


@router.post("/confirmed")
@allow(KEEPERS.just_now)
def erase_many(request: Request, services: Use, session: Session, sent: Annotated[ManyErased, Form()]) -> Response:
    """Erase those who are shown, once the sentence was typed; each gets a certificate."""
    with services.store.reading(session.user.id, services.clock()) as tx:
        records = selected(tx, sent.people)
        meant, _ = _parted(records, session)
        if not meant or _plain(sent.typed) != _plain(_sentence(meant)):
            error = f"Type “{_sentence(meant)}” to confirm. No person was erased." if meant else None
            page = _page(services, tx, session, records, error)
            return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    place = Installation(services.store, services.screener.pictures, services.settings, services.clock)
    made = [_erased(place, session, one.id) for one in meant]
    certificates = tuple(one for one in made if one is not None)
    mood: labels.Mood = "ok" if all(one.holds for one in certificates) else "ask"
    done = ManyErasedPage(title="Erased", certificates=certificates, gone=len(made) - len(certificates), mood=mood)
    return render(done, request.scope)


def _erased(place: Installation, session: SessionRecord, person: PersonId) -> Certificate | None:
    """Erase one person; None if they may not go any more: erased, listed or held in the meantime."""
    lead = session.user.role is Role.SAFEGUARDING_LEAD
    try:
        return erase(place, person, session.user.id, unless=lambda now: _reason(now, lead=lead) is not None)
    except (NotFound, NotPossible):
        return None


def _page(
    services: Services,
    tx: Transaction,
    session: SessionRecord,
    records: Sequence[PersonRecord],
    error: str | None = None,
) -> ErasingPage:
    if len(records) > MOST_ERASED:
        raise Problem("invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, _TOO_MANY)
    meant, left = _parted(records, session)
    touched = tx.people.touches_erasing_many([one.id for one in meant])
    return ErasingPage(
        title="Erase the selected people",
        ids=in_fields([one.id for one in meant]),
        names=names_of(meant),
        left=tuple(zip(names_of([one for one, _ in left]), (why for _, why in left), strict=True)),
        sentence=_sentence(meant),
        effects=effects(services, tx, touched),
        unlocked=proved_lately(session, services.clock()),
        error=error,
    )


def _parted(
    records: Sequence[PersonRecord], session: SessionRecord
) -> tuple[list[PersonRecord], list[tuple[PersonRecord, str]]]:
    """Return those who may be erased from the list, and the others with the reason."""
    lead = session.user.role is Role.SAFEGUARDING_LEAD
    reasons = [(one, _reason(one, lead=lead)) for one in records]
    return [one for one, why in reasons if why is None], [(one, why) for one, why in reasons if why is not None]


def _reason(record: PersonRecord, *, lead: bool) -> str | None:
    if record.listed and lead:
        return "on the do-not-publish list: say on their own page what becomes of the entry"
    if not lead and (record.listed or record.held):
        return "protected: only the safeguarding lead may erase them"
    return None


def _sentence(meant: Sequence[PersonRecord]) -> str:
    return f"erase {labels.count(len(meant), 'person', 'people')}"


def _plain(typed: str) -> str:
    return fold(" ".join(typed.split()))
