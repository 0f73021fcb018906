"""The page of one check, put together from its parts: what is seen, what is told, what is asked, words and file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from api.application.checks.resolve.extending import extends_until
from api.application.checks.resolve.hand_acts import posts_up
from api.application.checks.resolve.resolving import gave
from api.application.services import Services
from api.http.present import release_path
from api.platform import labels
from api.web import choices
from api.web.checks.access import asked_of, may_delete, viewer_of
from api.web.checks.lists.check_list import since_approval
from api.web.checks.lists.done import Saved
from api.web.checks.lists.steps import Steps, steps_of
from api.web.checks.lists.way import Way
from api.web.checks.picture import crop_suggestions
from api.web.checks.picture.suggestions import offers
from api.web.checks.result import views
from api.web.checks.result.asked import asked_views, named_by_hand, taken_back
from api.web.checks.result.changes import (
    LABEL,
    change_views,
    proposals,
    strangers,
)
from api.web.checks.result.check_details import details
from api.web.checks.result.metadata_labels import found_in
from api.web.checks.result.page_parts import DecisionView, FileView, SeenView, ToldView, WordsView
from api.web.checks.result.second_opinions import name_of, opinion_views
from api.web.templating import Page
from consent_db.accounts.clients import is_client
from consent_db.accounts.records import SessionRecord
from consent_db.approvals.records import CheckRecord, CheckState
from consent_db.errors import NotFound
from consent_db.transaction import Transaction
from gatekeeper.rendition import suffix_of
from gatekeeper.types import PersonId, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPage(Page):
    """The answer to one check; `again` if it is being examined once more."""

    template: ClassVar[str] = "check.html"
    nav: str = "list"
    id: str
    way: str
    steps: Steps | None
    saved: Saved | None
    verdict: views.Verdict
    replaced_by: str | None
    again: bool
    current: bool
    may_delete: bool
    seen: SeenView
    told: ToldView
    decision: DecisionView
    words: WordsView
    file: FileView
    channel: str
    created: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A note that could not be taken, and why."""

    note: str
    why: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One check for one viewer: what each part of the page is made from.

    Attributes:
        current: whether something can still be done about it.
        kept: whether its picture is still there.
        names: of the people bound in the picture.
    """

    services: Services
    tx: Transaction
    record: CheckRecord
    session: SessionRecord
    viewer: views.Viewer
    now: datetime
    current: bool
    kept: bool
    names: dict[PersonId, str] = field(repr=False)

    @classmethod
    def of(cls, services: Services, tx: Transaction, record: CheckRecord, session: SessionRecord) -> Shown:
        """Return a check as a person sees it; that they may is the caller's to ask."""
        current, kept = record.state is CheckState.DECIDED, record.examined_key is not None
        viewer, names = viewer_of(tx, record, session), _names(tx, record)
        return cls(services, tx, record, session, viewer, services.clock(), current, kept, names)

    @property
    def channel(self) -> str:
        """The title of its channel."""
        return choices.channel_title(self.tx, self.record.draft.channel)

    @property
    def created(self) -> str:
        """When it was sent."""
        return labels.moment(self.record.created_at, self.services.policy.zone)


def check_page(
    shown: Shown, way: Way | None = None, *, refused: Refused | None = None, note: Saved | None = None
) -> CheckPage:
    """Return the page of one check.

    Args:
        shown: the check, and who looks.
        way: through which list it was opened.
        refused: a decision that was sent and not taken; it is shown again, with the reason.
        note: what was saved just before.
    """
    tx, record, way = shown.tx, shown.record, way or Way()
    verdict = views.verdict(record, shown.channel, shown.now, shown.services.policy.zone)
    again = shown.current and bool(tx.overview.examined_again([record.id]))
    seen = _seen(shown)
    return CheckPage(
        title=verdict.headline,
        nav="list" if shown.viewer.is_uploader else "approvals",
        refresh=1 if record.facts is None else 2 if again else None,
        id=record.id,
        way=way.suffix,
        steps=steps_of(tx, record, shown.session, way),
        saved=note,
        verdict=verdict,
        replaced_by=record.superseded_by,
        again=again,
        current=shown.current,
        may_delete=record.facts is not None and may_delete(tx, record, shown.session),
        seen=seen,
        told=_told(shown),
        decision=_decision(shown, seen.picture, refused),
        words=_words(shown),
        file=_file(shown),
        channel=shown.channel,
        created=shown.created,
        details=details(tx, record, shown.channel, shown.created),
    )


def _seen(shown: Shown) -> SeenView:
    tx, record, facts = shown.tx, shown.record, shown.record.facts
    if facts is None:
        return SeenView(None)
    best = crop_suggestions.best_part(facts) if shown.current else None
    up = shown.current and bool(posts_up(tx, record.id))
    if not shown.kept:
        return SeenView(None, best=best, up=up)
    picture = views.picture_view(facts, shown.names, shown.viewer, current=shown.current)
    if not shown.current or picture is None:
        return SeenView(picture, best=best, up=up)
    return SeenView(
        picture,
        offers=offers(shown.services, tx, record, picture.unnamed),
        best=best,
        back=taken_back(record, shown.names),
        references=_references(tx, record),
        up=up,
    )


def _told(shown: Shown) -> ToldView:
    services, tx, record = shown.services, shown.tx, shown.record
    facts = record.facts if shown.current else None
    return ToldView(
        findings=views.finding_views(facts, shown.viewer) if facts else (),
        confirm=views.to_confirm(record, services.policy.attestations) if shown.current else {},
        waiting=views.waiting_for(facts, shown.viewer) if facts and not tx.opinions.declined(record.id) else (),
        notes=views.notes(record.facts) if record.facts else (),
        since=since_approval(services, tx, [record])[record.id],
    )


def _decision(shown: Shown, picture: views.PictureView | None, refused: Refused | None) -> DecisionView:
    services, tx, record = shown.services, shown.tx, shown.record
    asked = () if tx.opinions.declined(record.id) else asked_of(record, shown.viewer)
    return DecisionView(
        asked=asked_views(services, tx, record, asked, picture),
        opinions=opinion_views(services, tx, record),
        sender=name_of(tx, record.actor),
        gave=shown.current and gave(record.draft.request, shown.session.user.id, by_uploader=shown.viewer.is_uploader),
        note=refused.note if refused else "",
        error=refused.why if refused else None,
    )


def _words(shown: Shown) -> WordsView:
    """Return the words that go out with the picture; before approval, those that were asked for."""
    record, asked = shown.record, shown.record.draft.request
    said = record.facts if record.facts and record.stands(shown.now) else asked
    pairs = ((LABEL[kind], getattr(said, kind.value)) for kind in Words)
    typed = {kind.value: getattr(asked, kind.value) or "" for kind in Words}
    return WordsView(
        texts=tuple((label, text) for label, text in pairs if text),
        typed=typed if shown.current and shown.kept else {},
        changes=change_views(record) if shown.current else (),
        proposed=proposals(record) if shown.current else (),
        strangers=strangers(record) if shown.current else (),
    )


def _file(shown: Shown) -> FileView:
    record, facts = shown.record, shown.record.facts
    photo = facts.photo if facts else None
    token = shown.services.screener.releases.token(record) if record.stands(shown.now) else None
    name, size = "", ""
    if facts is not None and facts.release is not None:
        name = f"photo-{facts.release.sha256[:12]}{suffix_of(facts.release.media_type)}"
        size = labels.size(facts.release.bytes)
    return FileView(
        release=release_path(token) if token else None,
        name=name,
        size=size,
        stripped=found_in(photo.metadata) if photo and shown.kept else None,
        turned=photo.metadata.turned if photo else False,
        extends=_extends(shown),
    )


def _extends(shown: Shown) -> str | None:
    """Return until when the approval may be extended by hand, in words; a program extends its own."""
    policy = shown.services.policy
    until = extends_until(shown.record, policy, shown.now)
    if until is None or is_client(shown.tx.lineage.origin(shown.record)):
        return None
    return labels.moment(until, policy.zone)


def _references(tx: Transaction, record: CheckRecord) -> frozenset[int]:
    """Return the numbers of the faces named by hand beside which a kept reference photograph can be shown."""
    named = named_by_hand(record)
    kept = tx.reference_photos.among(set(named.values()))
    return frozenset(number for number, person in named.items() if person in kept)


def _names(tx: Transaction, record: CheckRecord) -> dict[PersonId, str]:
    """Return the names of the people bound in this picture who are still on the register."""
    found = {}
    for person in {face.person for face in record.faces if face.person}:
        try:
            found[person] = choices.full_name(tx.people.get(person).profile)
        except NotFound:
            continue
    return found
