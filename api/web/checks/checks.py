"""Pages about one check: read the answer, and help it along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, ClassVar

from fastapi import Form, Path, Request
from starlette.responses import RedirectResponse, Response

from api.application.checks.release.releasing import NoSuchRelease, ReleaseWithdrawn
from api.application.checks.resolve.extending import extends_until
from api.application.checks.resolve.resolution import ResolutionRefused
from api.application.checks.submission import NoSuchCheck
from api.application.services import Services
from api.http.dependencies import Reading, Session, Use
from api.http.present import release_path
from api.http.problems import Problem, not_found
from api.platform import labels
from api.security.access import SIGNED_IN, allow
from api.security.routing import Router
from api.web import choices
from api.web.checks.access import asked_of, may_delete, viewer_of, visible_check
from api.web.checks.lists.batch_steps import BatchSteps, Before, Saved, goes_to, saved, steps_of
from api.web.checks.lists.check_list import since_approval
from api.web.checks.picture import crop_suggestions, person_picker
from api.web.checks.picture.thumbnails import thumbnail
from api.web.checks.result import views
from api.web.checks.result.asked import AskedView, asked_views, named_by_hand, taken_back
from api.web.checks.result.changes import (
    LABEL,
    ChangeView,
    ProposalView,
    StrangerView,
    change_views,
    proposals,
    strangers,
)
from api.web.checks.result.check_details import details
from api.web.checks.result.metadata_labels import found_in
from api.web.checks.result.second_opinions import OpinionView, name_of, opinion_views
from api.web.forms import ResolutionFields
from api.web.templating import Page, render
from consent_db.accounts.clients import is_client
from consent_db.accounts.records import SessionRecord
from consent_db.approvals.records import CheckRecord, CheckState
from consent_db.errors import NotFound, NotPossible
from consent_db.transaction import Transaction
from gatekeeper.rendition import suffix_of
from gatekeeper.types import Facts, PersonId, Words

router = Router()

CheckId = Annotated[str, Path(pattern=r"^chk_[A-Za-z0-9_-]{1,64}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPage(Page):
    """The answer to one check."""

    template: ClassVar[str] = "check.html"
    nav: str = "list"
    id: str
    steps: BatchSteps | None
    saved: Saved | None
    extends: str | None
    verdict: views.Verdict
    replaced_by: str | None
    picture: views.PictureView | None
    findings: tuple[views.FindingView, ...]
    candidates: tuple[person_picker.PersonChoice, ...]
    best: crop_suggestions.PartView | None
    current: bool
    may_delete: bool
    confirm: dict[str, str]
    notes: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]
    since: tuple[str, ...]
    decide: tuple[AskedView, ...]
    waiting: tuple[str, ...]
    note: str
    note_error: str | None
    back: dict[int, str]
    references: frozenset[int]
    opinions: tuple[OpinionView, ...]
    sender: str
    changes: tuple[ChangeView, ...]
    proposed: tuple[ProposalView, ...]
    strangers: tuple[StrangerView, ...]
    typed: dict[str, str]
    release: str | None
    file_name: str
    file_size: str
    stripped: tuple[str, ...] | None
    turned: bool
    channel: str
    created: str
    details: tuple[tuple[str, str], ...]


@router.get("/checks/{check_id}")
@allow(SIGNED_IN)
def show_check(
    request: Request,
    check_id: CheckId,
    services: Use,
    session: Session,
    tx: Reading,
    before: Before,
) -> Response:
    """Show the answer; while there is none yet, the page asks again by itself."""
    record = visible_check(tx, check_id, session)
    about = record if before.of is None else visible_check(tx, before.of, session)
    note = saved(about, before.action, approved=about.stands(services.clock()), shown=record.id)
    return render(check_page(services, tx, record, session, note=note), request.scope)


@router.get("/checks/{check_id}/picture")
@allow(SIGNED_IN)
def show_picture(check_id: CheckId, services: Use, session: Session, small: bool = False) -> Response:  # noqa: FBT001, FBT002 -- from the address
    """Serve the examined picture to accounts that may see the check, never for publication."""
    record = _visible(services, check_id, session)
    try:
        data = services.screener.releases.examined(record.id)
    except NoSuchCheck as error:
        raise not_found() from error
    if small or record.facts is None or record.facts.release is None:
        return Response(thumbnail(data), media_type="image/jpeg")
    return Response(data, media_type=record.facts.release.media_type)


@router.get("/checks/{check_id}/release")
@allow(SIGNED_IN)
def download_release(check_id: CheckId, services: Use, session: Session) -> Response:
    """Hand the approved picture out to a person who is signed in; the audit says who took it."""
    record = _visible(services, check_id, session)
    try:
        released = services.screener.releases.open(services.screener.releases.token(record) or "")
    except NoSuchRelease as error:
        raise not_found() from error
    except ReleaseWithdrawn as error:
        raise Problem("approval-withdrawn", HTTPStatus.GONE, str(error)) from error
    with services.store.transaction(session.user.id, services.clock()) as tx:
        tx.hand_outs.downloaded(record.id)
    name = f"photo-{released.sha256[:12]}{suffix_of(released.media_type)}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(released.data, media_type=released.media_type, headers=headers)


@router.post("/checks/{check_id}/resolutions")
@allow(SIGNED_IN)
def resolve(
    check_id: CheckId, services: Use, session: Session, fields: Annotated[ResolutionFields, Form()]
) -> Response:  # fmt: skip
    """Give the gate one more fact, and go to the new answer."""
    services.turns.must_have_room()
    _visible(services, check_id, session)
    try:
        with services.turns:
            new = services.screener.resolve(check_id, fields.resolution(), session.user.id, session.user.role)
    except (ResolutionRefused, NotPossible) as refused:
        raise Problem("conflict", HTTPStatus.CONFLICT, str(refused)) from refused
    with services.store.reading(session.user.id, services.clock()) as tx:
        return RedirectResponse(goes_to(tx, new, fields.action, session), HTTPStatus.SEE_OTHER)


def _visible(services: Services, check_id: str, session: SessionRecord) -> CheckRecord:
    """Return a check that this person may see, and give the connection back before the picture is fetched.

    Raises:
        Problem: 404, there is none, or it is not theirs to see.
    """
    with services.store.reading(session.user.id, services.clock()) as tx:
        return visible_check(tx, check_id, session)


@dataclass(frozen=True, slots=True)
class Refused:
    """A note that could not be taken, and why."""

    note: str
    why: str


def check_page(
    services: Services,
    tx: Transaction,
    record: CheckRecord,
    session: SessionRecord,
    refused: Refused | None = None,
    note: Saved | None = None,
) -> CheckPage:
    """Return the page of one check.

    Args:
        services: of the installation.
        tx: to read in.
        record: the check; that this person may see it is the caller's to ask.
        session: of the viewer.
        refused: a decision that was sent and not taken; it is shown again, with the reason.
        note: what was saved just before.
    """
    now, zone, facts = services.clock(), services.policy.zone, record.facts
    channel = choices.channel_title(tx, record.draft.channel)
    stands, current = record.stands(now), record.state is CheckState.DECIDED
    viewer, kept = viewer_of(tx, record, session), record.examined_key is not None
    token = services.screener.releases.token(record) if stands else None
    verdict = views.verdict(record, channel, now, zone)
    photo = facts.photo if facts else None
    names = _names(tx, record)
    picture = views.picture_view(facts, names, viewer, current=current) if facts and kept else None
    asked = () if tx.opinions.declined(record.id) else asked_of(record, viewer)
    file_name, file_size = _file_of(facts)
    return CheckPage(
        title=verdict.headline,
        nav="list" if viewer.is_uploader else "approvals",
        refresh=1 if facts is None else None,
        id=record.id,
        steps=steps_of(tx, record, session),
        saved=note,
        extends=_extends(services, tx, record),
        verdict=verdict,
        replaced_by=record.superseded_by,
        picture=picture,
        candidates=person_picker.candidates(tx, record) if picture and len(picture.unnamed) > 1 else (),
        best=crop_suggestions.best_part(facts) if facts and current else None,
        current=current,
        may_delete=facts is not None and may_delete(tx, record, session),
        findings=views.finding_views(facts, viewer) if facts and current else (),
        confirm=views.to_confirm(record, services.policy.attestations) if current else {},
        notes=views.notes(facts) if facts else (),
        texts=_texts(record, now),
        since=since_approval(services, tx, [record])[record.id],
        decide=asked_views(services, tx, record, asked, picture),
        waiting=views.waiting_for(facts, viewer) if facts and current and not tx.opinions.declined(record.id) else (),
        note=refused.note if refused else "",
        note_error=refused.why if refused else None,
        back=taken_back(record, names) if current and kept else {},
        references=_references(tx, record) if current and kept else frozenset(),
        opinions=opinion_views(services, tx, record),
        sender=name_of(tx, record.actor),
        changes=change_views(record) if current else (),
        proposed=proposals(record) if current else (),
        strangers=strangers(record) if current else (),
        typed=_typed(record) if current and kept else {},
        release=release_path(token) if token else None,
        file_name=file_name,
        file_size=file_size,
        stripped=found_in(photo.metadata) if photo and kept else None,
        turned=photo.metadata.turned if photo else False,
        channel=channel,
        created=labels.moment(record.created_at, zone),
        details=details(tx, record, channel, labels.moment(record.created_at, zone)),
    )


def _extends(services: Services, tx: Transaction, record: CheckRecord) -> str | None:
    """Return until when the approval may be extended by hand, in words; a program extends its own."""
    until = extends_until(record, services.policy, services.clock())
    if until is None or is_client(tx.lineage.origin(record)):
        return None
    return labels.moment(until, services.policy.zone)


def _file_of(facts: Facts | None) -> tuple[str, str]:
    """Return the name under which the release is downloaded, and its size in words; both empty if there is none."""
    if facts is None or facts.release is None:
        return "", ""
    name = f"photo-{facts.release.sha256[:12]}{suffix_of(facts.release.media_type)}"
    return name, labels.size(facts.release.bytes)


def _texts(record: CheckRecord, now: datetime) -> tuple[tuple[str, str], ...]:
    """Return the words that go out with the picture; before approval, those that were asked for."""
    said = record.facts if record.facts and record.stands(now) else record.draft.request
    pairs = ((LABEL[kind], getattr(said, kind.value)) for kind in Words)
    return tuple((label, text) for label, text in pairs if text)


def _typed(record: CheckRecord) -> dict[str, str]:
    """Return the fields of the form that changes the words, with what was typed."""
    return {kind.value: getattr(record.draft.request, kind.value) or "" for kind in Words}


def _references(tx: Transaction, record: CheckRecord) -> frozenset[int]:
    """Return the numbers of the faces named by hand beside which a kept reference photograph can be shown."""
    named = named_by_hand(record)
    shown = tx.reference_photos.among(set(named.values()))
    return frozenset(number for number, person in named.items() if person in shown)


def _names(tx: Transaction, record: CheckRecord) -> dict[PersonId, str]:
    """Return the names of the people bound in this picture who are still on the register."""
    people = {face.person for face in record.faces if face.person}
    found = {}
    for person in people:
        try:
            found[person] = choices.full_name(tx.people.get(person).profile)
        except NotFound:
            continue
    return found
