"""One decision for many pictures of a batch: looked at one after another, decided at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlencode

from fastapi import Form, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import RedirectResponse, Response

from api.application.checks.resolve.resolution import Action, NewWords, Resolution
from api.application.resolving_many import resolve_many
from api.application.services import Services
from api.http.dependencies import Session, Use
from api.http.problems import Problem, not_found
from api.security.access import SIGNED_IN, allow
from api.security.routing import Router
from api.web.checks.access import viewer_of
from api.web.checks.lists.way import Way
from api.web.checks.result import views
from api.web.checks.seeing import Seeing, Sight
from api.web.forms import Text
from api.web.templating import Page, render
from api.web.uploads.batch_access import BatchId, visible
from api.web.uploads.questions import Asked, Questions, questions
from consent_db.accounts.records import SessionRecord
from consent_db.checks.batch.batches import MOST
from consent_db.transaction import Transaction

router = Router()

Key = Annotated[str, Query(pattern=r"^[0-9a-f]{16}$")]
Checks = Annotated[list[Annotated[str, Field(pattern=r"^chk_[A-Za-z0-9_-]{1,64}$")]], Field(max_length=MOST)]


class Looked(BaseModel):
    """How far a walk is: what was said of each picture that was shown, and of the one on the screen."""

    model_config = ConfigDict(extra="ignore")

    yes: Checks = Field(default=[])
    no: Checks = Field(default=[])
    shown: str = Field(default="", max_length=100)
    answer: Literal["", "yes", "no", "apply"] = ""

    def after(self) -> tuple[list[str], list[str]]:
        """Return the pictures of which it is so and of which it is not, with the answer just given."""
        yes = [*self.yes, *([self.shown] if self.answer == "yes" else [])]
        no = [*self.no, *([self.shown] if self.answer == "no" else [])]
        return list(dict.fromkeys(yes)), list(dict.fromkeys(no))


class NewTexts(BaseModel):
    """What is to become of words that many pictures have in common."""

    model_config = ConfigDict(extra="ignore")

    key: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    action: Literal["accept_words", "reword"]
    offer: Annotated[str, Field(max_length=16)] = ""
    caption: Text = None
    alt_text: Text = None
    credit: Text = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkPage(Page):
    """The next picture with its question; or, after the last, what is to be sent.

    Attributes:
        sentences: what is confirmed.
        shown: the check of the picture on the screen; None after the last.
        place: of this picture, from 1.
        names: of the files of the pictures of which it is so, by their checks.
    """

    template: ClassVar[str] = "walk.html"
    nav: str = "list"
    id: str
    key: str
    sentences: tuple[str, ...]
    shown: str | None
    picture: views.PictureView | None
    name: str
    place: int
    total: int
    yes: tuple[str, ...]
    no: tuple[str, ...]
    names: Mapping[str, str]


@router.get("/batches/{batch_id}/questions")
@allow(SIGNED_IN)
def show_question(request: Request, batch_id: BatchId, about: Key, seeing: Seeing) -> Response:
    """Show the first of the pictures that have one question, large."""
    return render(_page(seeing, batch_id, about, Looked()), request.scope)


@router.post("/batches/{batch_id}/questions")
@allow(SIGNED_IN)
def answer(
    request: Request,
    batch_id: BatchId,
    about: Key,
    services: Use,
    session: Session,
    looked: Annotated[Looked, Form()],
) -> Response:
    """Take the answer for the picture on the screen and show the next; at the end, confirm for all at once."""
    with services.store.reading(session.user.id, services.clock()) as tx:
        if looked.answer != "apply":
            return render(_page(Sight(services, session, tx, Way()), batch_id, about, looked), request.scope)
        asked = _asked(_questions(services, tx, session, batch_id), about)
    chosen = [check for check in asked.pictures if check in looked.yes]
    if not chosen:
        raise Problem("invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, "Choose at least one picture to confirm.")
    confirmed = Resolution(Action.ATTEST, attestations=frozenset(asked.codes))
    gone = len({*looked.yes} - {*chosen})
    return _begun(services, session, batch_id, dict.fromkeys(chosen, confirmed), gone)


@router.post("/batches/{batch_id}/words")
@allow(SIGNED_IN)
def change_words(batch_id: BatchId, services: Use, session: Session, fields: Annotated[NewTexts, Form()]) -> Response:
    """Take the proposed words, or others, for every picture that has the same ones."""
    with services.store.reading(session.user.id, services.clock()) as tx:
        found = _questions(services, tx, session, batch_id).worded
    group = next((one for one in found if one.key == fields.key), None)
    if group is None or (fields.action == "accept_words" and (not group.proposed or group.offer != fields.offer)):
        raise Problem("conflict", HTTPStatus.CONFLICT, "These words were changed already. Look at the batch again.")
    words = NewWords(fields.caption, fields.alt_text, fields.credit)
    resolution = Resolution(Action(fields.action), words=words if fields.action == "reword" else NewWords())
    return _begun(services, session, batch_id, dict.fromkeys(group.pictures, resolution))


@router.post("/batches/{batch_id}/extension")
@allow(SIGNED_IN)
def extend(batch_id: BatchId, services: Use, session: Session) -> Response:
    """Extend every approval of the batch that the policy lets last longer."""
    with services.store.reading(session.user.id, services.clock()) as tx:
        found = _questions(services, tx, session, batch_id).extendable
    if not found:
        detail = "No approval of this batch can be extended. Check the pictures again."
        raise Problem("conflict", HTTPStatus.CONFLICT, detail)
    return _begun(services, session, batch_id, dict.fromkeys(found, Resolution(Action.EXTEND)))


def _begun(
    services: Services, session: SessionRecord, batch: str, decided: Mapping[str, Resolution], gone: int = 0
) -> Response:
    begun = resolve_many(services, decided, session.user.id, session.user.role)
    told = urlencode({"begun": len(begun.checks), "refused": begun.refused + gone})
    return RedirectResponse(f"/batches/{batch}?{told}", HTTPStatus.SEE_OTHER)


def _questions(services: Services, tx: Transaction, session: SessionRecord, batch_id: str) -> Questions:
    return questions(services, tx, tx.batches.pictures(visible(tx, batch_id, session)), least=1)


def _asked(found: Questions, key: str) -> Asked:
    """Return a question of a batch.

    Raises:
        Problem: 404, there is none of this name, or it was answered meanwhile.
    """
    one = next((one for one in found.asked if one.key == key), None)
    if one is None:
        raise not_found()
    return one


def _page(seeing: Sight, batch_id: str, key: str, looked: Looked) -> WalkPage:
    services, tx, session = seeing.services, seeing.tx, seeing.session
    batch, (yes, no) = visible(tx, batch_id, session), looked.after()
    pictures = tx.batches.pictures(batch)
    asked = _asked(questions(services, tx, pictures, least=1), key)
    names = {one.id: one.name or f"Picture {place}" for place, one in enumerate(pictures, 1)}
    shown = next((check for check in asked.pictures if check not in {*yes, *no}), None)
    record = tx.checks.get(shown) if shown else None
    facts = record.facts if record else None
    viewer = viewer_of(tx, record, session) if record else None
    return WalkPage(
        title=f"{len(asked.pictures)} pictures with the same question",
        id=batch.id,
        key=asked.key,
        sentences=tuple(asked.codes.values()),
        shown=shown,
        picture=views.picture_view(facts, {}, viewer, current=True) if facts and viewer else None,
        name=names[shown] if shown else "",
        place=asked.pictures.index(shown) + 1 if shown else len(asked.pictures),
        total=len(asked.pictures),
        yes=tuple(check for check in asked.pictures if check in yes),
        no=tuple(check for check in asked.pictures if check in no),
        names=names,
    )
