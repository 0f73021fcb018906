"""Channels: where the school publishes, who runs each, and who of the leadership approved it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from fastapi import Form, Path, Request
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limits
from starlette.responses import RedirectResponse, Response

from api.application.services import Services
from api.http.dependencies import Reading, Session, Use, Writing
from api.http.problems import not_found
from api.platform import labels as words
from api.security.access import ADMIN, LEADERSHIP, MANAGERS, allow, may_send, proved_lately
from api.security.routing import Router
from api.web.register.person.person_views import who
from api.web.templating import Page, render
from api.web.undoing import Past, WayBacks, done
from consent_db.accounts.records import SessionRecord
from consent_db.errors import AlreadyExists, NotPossible
from consent_db.publishing.channels import STAFF_NEEDED, has_enough_staff
from consent_db.publishing.records import ChannelDraft, ChannelRecord
from consent_db.transaction import Transaction

router = Router(prefix="/admin/channels")

_PATH: Final = "/admin/channels"

Name = Annotated[str, Path(alias="channel", pattern=r"^[a-z0-9][a-z0-9_-]{0,49}$")]


class ChannelFields(BaseModel):
    """The form for what is known of a channel; several staff or purposes stand in lines of their own."""

    model_config = ConfigDict(extra="ignore")

    name: str = Limits(default="", max_length=50)
    title: str = Limits(default="", max_length=100)
    platform: str = Limits(default="", max_length=100)
    address: str = Limits(default="", max_length=300)
    purposes: str = Limits(default="", max_length=1000)
    staff: str = Limits(default="", max_length=2000)

    def draft(self, name: str) -> ChannelDraft:
        """Return it as the register keeps it."""
        purposes = frozenset("_".join(line.casefold().split()) for line in _lines(self.purposes))
        title = self.title.strip() or name
        return ChannelDraft(
            name, title, self.platform.strip(), self.address.strip(), purposes, tuple(_lines(self.staff))
        )


@dataclass(frozen=True, slots=True)
class ChannelView:
    """One channel."""

    name: str
    title: str
    where: str
    mood: words.Mood
    standing: str
    purposes: tuple[str, ...]
    staff: tuple[str, ...]
    closed: bool
    may_be_approved: bool
    fields: ChannelFields
    past: tuple[Past, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelsPage(Page):
    """Every channel, and a form for one more."""

    template: ClassVar[str] = "channels.html"
    nav: str = "channels"
    channels: tuple[ChannelView, ...]
    filled: ChannelFields
    error: str | None = None
    may_add: bool
    may_approve: bool
    unlocked: bool


@router.get("")
@allow(MANAGERS)
def show_channels(request: Request, services: Use, session: Session, tx: Reading, ways: WayBacks) -> Response:
    """Show the channels; after a change what it did, and the way back."""
    page = _page(services, tx, session)
    channels = tuple(replace(one, past=ways.past(tx, one.name, _PATH)) for one in page.channels)
    return render(replace(page, channels=channels, notice=ways.notice(tx, _PATH)), request.scope)


@router.post("")
@allow(ADMIN)
def add_channel(
    request: Request, services: Use, session: Session, fields: Annotated[ChannelFields, Form()]
) -> Response:  # fmt: skip
    """Put a channel on record; nothing is published there before the leadership approved it."""
    with services.store.transaction(session.user.id, services.clock()) as tx:
        try:
            tx.channels.add(fields.draft(fields.name.strip().casefold()))
        except (AlreadyExists, NotPossible) as error:
            page = replace(_page(services, tx, session), filled=fields, error=str(error))
            return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _back()


@router.post("/{channel}")
@allow(ADMIN)
def change_channel(
    request: Request, channel: Name, services: Use, session: Session, fields: Annotated[ChannelFields, Form()]
) -> Response:
    """Replace what is known of a channel; more than other staff suspends it until it is approved again."""
    with services.store.transaction(session.user.id, services.clock()) as tx:
        _must_get(tx, channel)
        try:
            tx.channels.change(fields.draft(channel))
        except NotPossible as error:
            page = _page(services, tx, session)
            again = fields.model_copy(update={"name": channel})
            views = (
                replace(one, fields=again, error=str(error)) if one.name == channel else one for one in page.channels
            )
            return render(replace(page, channels=tuple(views)), request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
        return done(tx, _PATH, channel)


@router.post("/{channel}/approval")
@allow(LEADERSHIP.just_now)
def approve(channel: Name, session: Session, tx: Writing) -> Response:
    """Let pictures be published there."""
    _must_get(tx, channel)
    tx.channels.approve(channel, session.user.id, session.user.role)
    return done(tx, _PATH, channel)


@router.post("/{channel}/closing")
@allow(MANAGERS)
def close(channel: Name, tx: Writing) -> Response:
    """Publish nothing there any more; what was approved for it ends."""
    _must_get(tx, channel)
    tx.channels.close(channel)
    return done(tx, _PATH, channel)


def _must_get(tx: Transaction, name: str) -> ChannelRecord:
    record = tx.channels.get(name)
    if record is None:
        raise not_found()
    return record


def _back() -> Response:
    return RedirectResponse("/admin/channels", HTTPStatus.SEE_OTHER)


def _lines(text: str) -> list[str]:
    return list(filter(None, (" ".join(line.split()) for line in text.splitlines())))


def _page(services: Services, tx: Transaction, session: SessionRecord) -> ChannelsPage:
    role = session.user.role
    views = [_view(services, tx, record) for record in tx.channels.all()]
    return ChannelsPage(
        title="Channels",
        channels=tuple(sorted(views, key=lambda view: (view.closed, view.title.casefold()))),
        filled=ChannelFields(),
        may_add=may_send(role, "/admin/channels"),
        may_approve=may_send(role, "/admin/channels/website/approval"),
        unlocked=proved_lately(session, services.clock()),
    )


def _view(services: Services, tx: Transaction, record: ChannelRecord) -> ChannelView:
    draft = record.draft
    enough = has_enough_staff(draft)
    purposes = tuple(one.replace("_", " ") for one in sorted(draft.purposes))
    return ChannelView(
        name=record.name,
        title=record.title,
        where=" · ".join(filter(None, (draft.platform, draft.address))),
        mood="ok" if record.open else "stop" if record.closed_at else "ask",
        standing=_standing(services, tx, record, enough=enough),
        purposes=purposes,
        staff=draft.staff,
        closed=record.closed_at is not None,
        may_be_approved=not record.open and enough,
        fields=ChannelFields(
            name=record.name,
            title=record.title,
            platform=draft.platform,
            address=draft.address,
            purposes="\n".join(purposes),
            staff="\n".join(draft.staff),
        ),
    )


def _standing(services: Services, tx: Transaction, record: ChannelRecord, *, enough: bool) -> str:
    """Say whether pictures may go to a channel, and if not what is missing."""
    zone = services.policy.zone
    if record.closed_at is not None:
        return f"Closed since {words.day(record.closed_at, zone)}"
    if record.approved_at is not None:
        return f"Open, approved by {who(tx, record.approved_by or '')} on {words.day(record.approved_at, zone)}"
    if not enough:
        return f"Not open: name at least {STAFF_NEEDED} people who run it"
    return "Not open: the leadership has to approve it"
