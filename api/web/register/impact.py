"""The impact of a change to a person, in words, for its confirmation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from api.application.services import Services
from api.platform import labels as words
from api.web import choices as lists
from consent_db.publishing.records import PublicationRecord, Touched
from consent_db.register.outlook import Shift
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import Permission
from gatekeeper.consent.reasons import verdict


@dataclass(frozen=True, slots=True)
class PostView:
    """One post, as those who keep the register read it."""

    id: str
    text: str
    address: str | None
    link: bool


@dataclass(frozen=True, slots=True)
class Effects:
    """What is going to happen besides the change itself.

    Attributes:
        approvals: what each approval that ends is for.
        down: the posts that have to come down, with the reason.
        lapsed: the posts that staff have to look at.
        others: the rest, in sentences.
        permits: what is permitted from now on that was not.
        ends: what is not permitted any more.
    """

    approvals: tuple[str, ...]
    down: tuple[tuple[PostView, str], ...]
    lapsed: tuple[PostView, ...]
    others: tuple[str, ...]
    permits: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing else happens."""
        return not (self.approvals or self.down or self.lapsed or self.others)


def effects(services: Services, tx: Transaction, touched: Touched) -> Effects:
    """Return what a change touches, in words."""
    return Effects(
        approvals=tuple(_approval(services, tx, check) for check in touched.approvals),
        down=tuple((post(services, tx, tx.publications.get(one)), why.sentence) for one, why in touched.down.items()),
        lapsed=posts(services, tx, map(tx.publications.get, touched.lapsed)),
        others=tuple(_others(touched)),
    )


def with_outlook(found: Effects, shifts: Iterable[Shift]) -> Effects:
    """Return the effects with what becomes permitted and what ends."""
    each = list(shifts)
    permits = tuple(_shift(one, one.after) for one in each if one.after.allowed)
    ends = tuple(_shift(one, one.after) for one in each if one.before.allowed and not one.after.allowed)
    return replace(found, permits=permits, ends=ends)


def _shift(shift: Shift, answer: Permission) -> str:
    what = verdict(answer, shift.subject)
    return f"{shift.channel}: {what}" if shift.channel else what


def posts(services: Services, tx: Transaction, records: Iterable[PublicationRecord]) -> tuple[PostView, ...]:
    """Return posts as they are shown."""
    return tuple(post(services, tx, record) for record in records)


def post(services: Services, tx: Transaction, record: PublicationRecord) -> PostView:
    """Return a post as it is shown; only an address of the web is a link."""
    day = words.day(record.published_at, services.policy.zone)
    address = record.address or record.post_id
    link = (address or "").startswith(("https://", "http://"))
    return PostView(record.id, f"{lists.channel_title(tx, record.channel)}, {day}", address, link)


def _approval(services: Services, tx: Transaction, check_id: str) -> str:
    record = tx.checks.get(check_id)
    when = record.decided_at or record.created_at
    return f"{lists.channel_title(tx, record.draft.channel)}, approved {words.moment(when, services.policy.zone)}"


def _others(touched: Touched) -> Iterable[str]:
    if touched.templates:
        what = "template that they are" if touched.templates == 1 else f"{touched.templates} templates that they are"
        yield f"The {what} recognised by is deleted, with the reference photographs."
    if touched.searches:
        yield "The released pictures are searched for them once more."
