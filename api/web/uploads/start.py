"""The head of the start page: what waits for people of this role, in the order of what they are there for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from api.application.register.directory import directory_if_made
from api.application.register.pending_import import WaitingFile
from api.application.services import Services
from api.platform import labels
from api.security.access import may
from consent_db.accounts.records import SessionRecord
from consent_db.transaction import Transaction
from gatekeeper.types import FindingCode, Role

SOON: Final = timedelta(hours=48)
"""Within how long an approval ends that its owner is told of."""
_WEEK: Final = timedelta(days=7)
_FOUR_WEEKS: Final = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that waits; `number` is None where there is nothing to count."""

    number: int | None
    what: str
    link: str
    detail: str = ""
    mood: labels.Mood = "ask"


@dataclass(frozen=True, slots=True)
class Start:
    """What stands above the form; `finds_people` if this role may search the register."""

    cards: tuple[Card, ...] = ()
    manages: bool = False
    finds_people: bool = False


EMPTY: Final = Start()


def start(services: Services, tx: Transaction, session: SessionRecord) -> Start:
    """Return what waits for the person who is signed in, what is theirs by role first."""
    role = session.user.role
    cards = [*_OF_ROLE[role](services, tx, session), *_own(services, tx, session)]
    allowed = tuple(card for card in cards if may(role, card.link.partition("?")[0]))
    return Start(allowed, role is not Role.STAFF, may(role, "/admin/people"))


def _own(services: Services, tx: Transaction, session: SessionRecord) -> Iterator[Card]:
    own = tx.to_do.own(session.user.id, SOON)
    yield from _some(own.blocked, "of your pictures is blocked", "of your pictures are blocked", "/checks?show=blocked")
    until = f"The first {labels.moment(own.first_end, services.policy.zone)}." if own.first_end else ""
    ends = ("of your approvals ends soon", "of your approvals end soon", "/checks?show=approved")
    yield from _some(own.ending, *ends, until)


def _admin(services: Services, tx: Transaction, session: SessionRecord) -> Iterator[Card]:
    if WaitingFile(services.waiting, services.store, session.user.id).waits(services.clock()):
        yield Card(None, "Your import is not finished", "/admin/imports/waiting", "It is kept for a day.")
    yield from _takedowns(tx)
    refusing = tx.to_do.people_refusing(tx.now - _WEEK)
    said = ("person refused or withdrew", "people refused or withdrew", "/admin/audit?kind=consent&when=month")
    yield from _some(refusing, *said, "In the last seven days.")
    engine = services.tools.engine
    made, last = directory_if_made(tx, engine.name, engine.embedder.dimension), tx.today + _FOUR_WEEKS
    if made is None:  # to work it out for everyone takes longer than the rest of the page
        yield Card(None, "Coming up", "/admin/due", "What is overdue, and what falls due soon.")
    else:
        due = sum(one.day <= last for one in made.falling_due)
        yield from _some(due, "thing falls due", "things fall due", "/admin/due", "Overdue or in the next four weeks.")


def _safeguarding(_services: Services, tx: Transaction, _session: SessionRecord) -> Iterator[Card]:
    yield from _takedowns(tx)
    alike = tx.to_do.blocked_for(FindingCode.AMBIGUOUS_FACE)
    words = ("picture has a face that could be two people", "pictures have a face that could be two people")
    yield from _some(
        alike, *words, "/checks?stopped=alike&whose=everyone", "Look-alikes and twins: a person says who it is."
    )
    yield from _opinions(tx)
    missing = len(tx.missing_protected.open())
    asked = ("protected person is missing from an import", "protected people are missing from an import")
    yield from _some(missing, *asked, "/admin/do-not-publish", mood="stop")
    copies = len(tx.export_release.waiting())
    read = ("copy of a person’s data waits for you to read", "copies of people’s data wait for you to read")
    yield from _some(copies, *read, "/admin/do-not-publish")
    reviews = len(tx.reviews.due())
    yield from _some(reviews, "review is due", "reviews are due", "/admin/do-not-publish")
    listed = tx.to_do.people_listed(tx.now - _WEEK)
    new = ("new entry on the do-not-publish list", "new entries on the do-not-publish list", "/admin/do-not-publish")
    yield from _some(listed, *new, "In the last seven days.", mood="ok")


def _head(_services: Services, tx: Transaction, _session: SessionRecord) -> Iterator[Card]:
    yield from _opinions(tx)
    channels = tx.to_do.channels_to_approve()
    yield from _some(channels, "channel asks for your approval", "channels ask for your approval", "/admin/channels")
    yield from _takedowns(tx)
    yield Card(None, "All approvals", "/approvals/standing", "What may be published now, and why.", "ok")
    yield Card(None, "Report for governors", "/report", "One page for this term, to print.", "ok")


def _staff(_services: Services, _tx: Transaction, _session: SessionRecord) -> Iterator[Card]:
    yield from ()


_OF_ROLE: Final[Mapping[Role, Callable[[Services, Transaction, SessionRecord], Iterator[Card]]]] = {
    Role.STAFF: _staff,
    Role.APPROVER: _head,
    Role.ADMIN: _admin,
    Role.SAFEGUARDING_LEAD: _safeguarding,
}


def _opinions(tx: Transaction) -> Iterator[Card]:
    waiting = tx.figures.waiting().count
    words = ("picture waits for a second person", "pictures wait for a second person", "/approvals")
    yield from _some(waiting, *words)


def _takedowns(tx: Transaction) -> Iterator[Card]:
    down = tx.figures.takedowns()
    late = f"{down.late} overdue." if down.late else ""
    words = ("post has to come down", "posts have to come down", "/admin/takedowns")
    yield from _some(down.count, *words, late, "stop" if down.late else "ask")


def _some(number: int, one: str, many: str, link: str, detail: str = "", mood: labels.Mood = "ask") -> Iterator[Card]:
    """Yield a card if there is anything."""
    if number:
        yield Card(number, one if number == 1 else many, link, detail, mood)
