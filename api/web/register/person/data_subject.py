"""What is held about a person: handed out as a file, or erased for good with a certificate.

Only the safeguarding lead may erase a person who is on the do-not-publish list or
under a hold: the entry would go with them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Final, Literal

from fastapi import Form, Request
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limits
from starlette.responses import RedirectResponse, Response

from api.application.data_rights.erasure import Certificate, erase, protected_otherwise, prove_again
from api.application.data_rights.subject_access import as_zip
from api.application.services import Services
from api.http.dependencies import Reading, Session, Use, Writing
from api.http.problems import Problem
from api.platform import labels
from api.platform.storage import Installation
from api.security.access import KEEPERS, SAFEGUARDING, allow, proved_lately
from api.security.routing import Router
from api.web.register.impact import Effects, effects
from api.web.register.person.person import Id, found
from api.web.register.person.person_views import PersonView
from api.web.templating import Page, render
from consent_db.accounts.records import SessionRecord
from consent_db.data_rights.export_release import ExportState
from consent_db.data_rights.subject_access import Asked
from consent_db.errors import NotFound, NotPossible
from consent_db.people.records import PersonRecord
from consent_db.transaction import Transaction
from gatekeeper.naming import fold
from gatekeeper.types import Role

router = Router(prefix="/admin")

_MAY_GO: Final = frozenset({ExportState.FREE, ExportState.RELEASED})
_DESTROYED: Final = {
    "pictures": ("picture", "pictures"),
    "templates": ("template", "templates"),
    "waiting_photographs": ("photograph that was to be examined", "photographs that were to be examined"),
    "checks_without_words_and_picture": ("check of a picture with them", "checks of pictures with them"),
    "other_checks_without_words": ("caption that named them", "captions that named them"),
    "approvals_ended": ("approval", "approvals"),
}


class Wanted(BaseModel):
    """The form for a copy; reasons are for the safeguarding lead to hand out."""

    model_config = ConfigDict(extra="ignore")

    templates: bool = False
    reasons: bool = False


class Confirmed(BaseModel):
    """The form that erases a person: the name typed once more, and what becomes of an entry on the list."""

    model_config = ConfigDict(extra="ignore")

    name: str = Limits(default="", max_length=300)
    listing: Literal["", "keep", "give_up"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPage(Page):
    """Both forms, and what an erasure is going to touch."""

    template: ClassVar[str] = "data_subject.html"
    nav: str = "people"
    person: PersonView
    effects: Effects
    pictures: str
    lead: bool
    leads_only: bool
    release: ExportState
    may_keep: bool
    unlocked: bool
    filled: Confirmed
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedPage(Page):
    """The certificate of an erasure, or a form for one."""

    template: ClassVar[str] = "erased.html"
    nav: str = "people"
    heading: str
    mood: labels.Mood
    sentence: str
    destroyed: tuple[str, ...] = ()
    certificate: str = ""


@router.get("/people/{person_id}/data")
@allow(KEEPERS)
def show_data(request: Request, person_id: Id, services: Use, session: Session, tx: Reading) -> Response:
    """Show subject access and erasure of a person."""
    return render(_page(services, tx, session, found(tx, person_id)), request.scope)


@router.post("/people/{person_id}/export")
@allow(KEEPERS.just_now)
def export(person_id: Id, services: Use, session: Session, wanted: Annotated[Wanted, Form()]) -> Response:
    """Export everything that is held about a person, as one file; it is written to the audit."""
    lead = session.user.role is Role.SAFEGUARDING_LEAD
    if wanted.reasons and not lead:
        raise _leads_only("hand reasons out")
    services.turns.must_have_room()
    with services.turns:
        with services.store.transaction(session.user.id, services.clock()) as tx:
            asked = Asked(found(tx, person_id).id, reasons=wanted.reasons, templates=wanted.templates)
            if not (lead or tx.export_release.state(asked.person) in _MAY_GO):
                raise _leads_only("release this copy: this person is on the do-not-publish list or under a hold")
            held = tx.everything_about(asked)
        data = as_zip(held, services.screener.pictures)
    headers = {"Content-Disposition": 'attachment; filename="what-is-held.zip"'}
    return Response(data, media_type="application/zip", headers=headers)


@router.post("/people/{person_id}/export/request")
@allow(KEEPERS)
def ask_for_export(person_id: Id, tx: Writing) -> Response:
    """Ask the safeguarding lead to release the copy of a protected person's data."""
    person = found(tx, person_id).id
    tx.export_release.ask(person)
    return RedirectResponse(f"/admin/people/{person}/data", HTTPStatus.SEE_OTHER)


@router.post("/people/{person_id}/export/release")
@allow(SAFEGUARDING.just_now)
def release_export(person_id: Id, session: Session, tx: Writing) -> Response:
    """Let administrators hand the copy out, for some days."""
    person = found(tx, person_id).id
    tx.export_release.release(person, session.user.role)
    return RedirectResponse(f"/admin/people/{person}/data", HTTPStatus.SEE_OTHER)


@router.post("/people/{person_id}/erasure")
@allow(KEEPERS.just_now)
def erase_person(
    request: Request, person_id: Id, services: Use, session: Session, confirmed: Annotated[Confirmed, Form()]
) -> Response:  # fmt: skip
    """Erase a person once their name was typed, and show the certificate."""
    with services.store.reading(session.user.id, services.clock()) as tx:
        record = found(tx, person_id)
        if (record.listed or record.held) and session.user.role is not Role.SAFEGUARDING_LEAD:
            raise _leads_only("erase them: the entry would go too")
        if error := _unconfirmed(record, confirmed):
            page = replace(_page(services, tx, session, record), filled=confirmed, error=error)
            return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    keep = record.listed and confirmed.listing == "keep"
    try:
        certificate = erase(
            _place(services), record.id, session.user.id, keep_listing=keep, unless=partial(protected_otherwise, record)
        )
    except NotPossible as error:
        with services.store.reading(session.user.id, services.clock()) as tx:
            page = replace(_page(services, tx, session, found(tx, person_id)), filled=confirmed, error=str(error))
        return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    return render(_erased(certificate), request.scope)


@router.get("/erasures")
@allow(KEEPERS)
def show_proving(request: Request) -> Response:
    """Show the form for a certificate."""
    sentence = "Put in the certificate of an erasure, to see whether what it says still holds."
    page = ErasedPage(title="Prove an erasure", heading="Prove an erasure", mood="ask", sentence=sentence)
    return render(page, request.scope)


@router.post("/erasures")
@allow(KEEPERS)
def prove(
    request: Request, services: Use, session: Session, certificate: Annotated[str, Form(max_length=20_000)] = ""
) -> Response:
    """Look again whether what a certificate says holds."""
    try:
        proof = prove_again(_place(services), certificate, session.user.id)
    except NotFound as error:
        page = ErasedPage(title="Prove an erasure", heading="Not known here", mood="stop", sentence=str(error))
        return render(replace(page, certificate=certificate), request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    mood, sentence = _outcome(holds=proof.holds)
    page = ErasedPage(title="Prove an erasure", heading="Result of the search", mood=mood, sentence=sentence)
    return render(replace(page, certificate=certificate), request.scope)


@router.post("/erasures/certificate")
@allow(KEEPERS)
def download(services: Use, session: Session, certificate: Annotated[str, Form(max_length=20_000)] = "") -> Response:
    """Hand a certificate of this installation out as a file."""
    prove_again(_place(services), certificate, session.user.id)
    headers = {"Content-Disposition": 'attachment; filename="erasure-certificate.json"'}
    return Response(_unix(certificate), media_type="application/json", headers=headers)


def _unix(text: str) -> str:
    """Return a text as it was before a form made its line ends two characters each."""
    return text.replace("\r\n", "\n")


def _page(services: Services, tx: Transaction, session: SessionRecord, record: PersonRecord) -> DataPage:
    return DataPage(
        title="What is held about a person",
        person=PersonView.brief(record),
        effects=effects(services, tx, tx.people.touches_erasing(record.id)),
        pictures=labels.count(tx.checks.about(record.id), "check of a picture", "checks of pictures"),
        lead=session.user.role is Role.SAFEGUARDING_LEAD,
        leads_only=record.listed or record.held,
        release=tx.export_release.state(record.id),
        may_keep=record.listed and bool(record.template_engines),
        unlocked=proved_lately(session, services.clock()),
        filled=Confirmed(),
    )


def _unconfirmed(record: PersonRecord, confirmed: Confirmed) -> str | None:
    """Return what is still missing before a person may be erased."""
    if _plain(confirmed.name) != _plain(PersonView.brief(record).name):
        return "The name that you typed is not theirs. Type it as it stands at the top of this page."
    if record.listed and not confirmed.listing:
        return "Say what is to become of the entry on the do-not-publish list. Ask the family first."
    return None


def _plain(name: str) -> str:
    return fold(" ".join(name.split()))


def _leads_only(what: str) -> Problem:
    return Problem("not-permitted", HTTPStatus.FORBIDDEN, f"Only the safeguarding lead may {what}. Ask them.")


def _place(services: Services) -> Installation:
    return Installation(services.store, services.screener.pictures, services.settings, services.clock)


def _erased(certificate: Certificate) -> ErasedPage:
    mood, sentence = _outcome(holds=certificate.holds)
    destroyed: dict[str, Any] = certificate.content["destroyed"]
    return ErasedPage(
        title="Erased",
        heading="They are erased",
        mood=mood,
        sentence=sentence,
        destroyed=tuple(labels.count(destroyed[name], *text) for name, text in _DESTROYED.items() if destroyed[name]),
        certificate=certificate.text(),
    )


def _outcome(*, holds: bool) -> tuple[labels.Mood, str]:
    if holds:
        return "ok", "The search found nothing about them."
    return "ask", "Something was still found: it may have been in use just then. Search again in a minute."
