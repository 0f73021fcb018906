"""Lists to choose from, and the list of recent pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from api.pages import views, words
from api.pages.access import waits_for_others
from api.pages.templating import Page
from api.services import Services
from consent_db.records import CheckRecord, CheckState, PersonDraft, SessionRecord
from consent_db.transaction import Transaction

_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list: what is sent, and what is read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """One picture in the list."""

    id: str
    verdict: views.Verdict
    text: str
    channel: str
    created: str
    has_picture: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage(Page):
    """Recent pictures."""

    template: ClassVar[str] = "list.html"
    nav: str = "list"
    own: tuple[Row, ...]
    waiting: tuple[Row, ...]


def list_page(services: Services, tx: Transaction, session: SessionRecord) -> ListPage:
    """Return this person's latest checks, and those of others that wait for somebody like them."""
    user = session.user
    mine = _latest(tx, tx.checks.recent(actor=user.id, limit=_SHOWN))
    others = [r for r in tx.checks.recent(limit=_SHOWN) if _waits_for(tx, r, user.id)]
    return ListPage(
        title="My pictures",
        own=tuple(_row(services, tx, record) for record in mine),
        waiting=tuple(_row(services, tx, record) for record in others),
    )


def channels(tx: Transaction) -> tuple[Choice, ...]:
    """Return the channels that may be published on."""
    return tuple(Choice(channel.name, channel.title) for channel in tx.channels.all() if channel.open)


def channel_title(tx: Transaction, name: str) -> str:
    """Return a channel's title, or its name if it is not on record any more."""
    channel = tx.channels.get(name)
    return channel.title if channel else name


def events(tx: Transaction) -> tuple[Choice, ...]:
    """Return the events, the latest first."""
    found = sorted(tx.groups.events(), key=lambda event: event.date, reverse=True)
    return tuple(Choice(e.name, f"{e.title} ({e.date.day} {e.date:%B %Y})") for e in found)


def classes(tx: Transaction) -> tuple[str, ...]:
    """Return the names of classes and clubs."""
    return tuple(sorted(tx.groups.names()))


def full_name(profile: PersonDraft) -> str:
    """Return a name as colleagues read it."""
    return f"{profile.known_as or profile.first_name} {profile.last_name}"


def _latest(tx: Transaction, records: list[CheckRecord]) -> list[CheckRecord]:
    """Replace each superseded check by the newest of its chain, and keep each once."""
    newest: dict[str, CheckRecord] = {}
    for found in records:
        record = found
        while record.superseded_by is not None:
            record = tx.checks.get(record.superseded_by)
        newest.setdefault(record.id, record)
    return list(newest.values())


def _waits_for(tx: Transaction, record: CheckRecord, user: str) -> bool:
    decided = record.state is CheckState.DECIDED and not record.approved
    return decided and waits_for_others(record) and user not in tx.checks.contributors(record)


def _row(services: Services, tx: Transaction, record: CheckRecord) -> Row:
    channel = channel_title(tx, record.draft.channel)
    return Row(
        id=record.id,
        verdict=views.verdict(record, channel, services.clock(), services.policy.zone),
        text=record.draft.request.caption or "No caption",
        channel=channel,
        created=words.moment(record.created_at, services.policy.zone),
        has_picture=record.examined_key is not None,
    )
