"""What a person's page shows, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from api.application.register.recognition import health_of
from api.application.register.undo import Undo
from api.application.services import Services
from api.platform import labels as words
from api.web import choices as lists
from api.web.register.people import open_channels, register_of, standing
from consent_db.errors import NotFound
from consent_db.people.records import PersonRecord
from consent_db.register.records import ReviewRecord
from consent_db.transaction import Transaction
from gatekeeper.consent.history import Restriction
from gatekeeper.consent.permission import EVERYWHERE, Effect, Reason, Subject
from gatekeeper.consent.reasons import lines, verdict
from gatekeeper.types import Channel, PersonId

_MOOD: Final[dict[Effect, words.Mood]] = {Effect.FORBIDS: "stop", Effect.PERMITS: "ok", Effect.NOTHING: "ask"}
_HOW_WELL: Final = ((80, "Very well"), (60, "Well"), (40, "Not well"), (0, "Poorly"))
"""What a health of so many points or more is called."""
_NO: Final = {
    Reason.LISTED: "No: do-not-publish list",
    Reason.HELD: "No: under a hold",
    Reason.LEFT: "No: has left",
    Reason.REFUSED: "No: refused",
    Reason.EXPIRED: "No: consent has ended",
    Reason.NOT_GIVEN: "No: no consent yet",
    Reason.PUPIL_NOT_ASKED: "No: ask the pupil too",
    Reason.NO_BIOMETRICS: "No: switched off here",
}
"""What stands in the grid for a no; the sentences are one click away."""
_ANYWHERE: Final = Channel("", frozenset({EVERYWHERE}), approved=True)


@dataclass(frozen=True, slots=True)
class PersonView:
    """Who it is."""

    id: str
    name: str
    about: tuple[tuple[str, str], ...]
    listed: bool
    held: bool
    mood: words.Mood = "ask"
    status: str = ""

    @classmethod
    def brief(cls, record: PersonRecord) -> PersonView:
        """Return a person by name alone."""
        return cls(record.id, lists.full_name(record.profile), (), record.listed, record.held)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the grid: a word, the whole answer, and the reasons on demand.

    Attributes:
        about: the channel.
        label: what is asked, as the heading of its column.
        rows: how many channels it is for.
    """

    about: str
    mood: words.Mood
    word: str
    verdict: str
    reasons: tuple[tuple[words.Mood, str], ...]
    label: str
    rows: int = 1


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """What is permitted on one channel: an answer for each subject."""

    title: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was said or laid on a person.

    Attributes:
        stands: what to send to take it back; empty if nothing can be taken back.
        reason: the number under which the safeguarding lead may ask why.
        undo: how to undo it, if it can be undone.
    """

    day: str
    mood: words.Mood
    text: str
    more: str
    stands: dict[str, str]
    evidence: str | None = None
    reason: int | None = None
    undo: Undo | None = None


@dataclass(frozen=True, slots=True)
class Restrained:
    """A listing or a hold, in force or not.

    Attributes:
        since: the day it began; None if there is none.
        review: the day of the next look, as a sentence.
        at: the moment it began (ISO 8601), which tells it from a later one of the same kind; empty if there is none.
    """

    kind: str
    name: str
    since: str | None
    review: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Recognition:
    """How well a person can be recognised."""

    mood: words.Mood
    text: str
    photos: int
    advice: tuple[str, ...]


def view(services: Services, tx: Transaction, record: PersonRecord) -> PersonView:
    """Return who a person is, and in a few words where they may be shown."""
    profile = record.profile
    mood, status = standing(register_of(services, tx), record, open_channels(tx), tx.today)
    about = (
        ("Is", words.KIND[profile.kind].lower()),
        ("Class or club", ", ".join(lists.groups_of(profile))),
        ("The school’s number", profile.external_id),
        ("On paper", f"{profile.first_name} {profile.last_name}" if profile.known_as else None),
        ("Born on", words.date(profile.date_of_birth) if profile.date_of_birth else None),
        ("Last day", words.date(profile.leaving_date) if profile.leaving_date else None),
    )
    known = tuple((label, text) for label, text in about if text)
    return PersonView(record.id, lists.full_name(profile), known, record.listed, record.held, mood, status)


def grid(tx: Transaction, person: PersonId) -> tuple[ChannelRow, ...]:
    """Return for each open channel whether a person may be shown and named, and once whether they are recognised."""
    channels = [(one.title, one.as_channel()) for one in tx.channels.all() if one.open] or [("Anywhere", _ANYWHERE)]
    each = [
        [_answer(tx, person, title, subject, channel) for subject in Subject.of_channels()]
        for title, channel in channels
    ]
    each[0] += [replace(one, rows=len(each)) for one in as_a_whole(tx, person)]
    return tuple(ChannelRow(title, tuple(found)) for (title, _), found in zip(channels, each, strict=True))


def as_a_whole(tx: Transaction, person: PersonId) -> list[Answer]:
    """Return what is permitted for the gate as a whole: whether a person may be recognised."""
    return [_answer(tx, person, "Anywhere", subject, _ANYWHERE) for subject in Subject if subject.as_a_whole]


def restrained(services: Services, tx: Transaction, person: PersonId) -> tuple[Restrained, ...]:
    """Return the listing and the hold of a person, each with whether there is one."""
    there = {one.restriction: one for one in tx.reviews.all() if one.person == person}
    return tuple(_restrained(services, kind, there.get(kind)) for kind in Restriction)


def recognition(services: Services, tx: Transaction, person: PersonId) -> Recognition | None:
    """Return how well a person can be recognised; None where recognition is switched off."""
    if not services.policy.biometrics:
        return None
    kept = len(tx.reference_photos.of(person))
    one = health_of(tx, services.tools.engine, person)
    if one is None:
        why = "the template is too old or for another engine" if tx.enrolment.of(person) else "there is no template"
        return Recognition("ask", f"They cannot be recognised: {why}.", kept, ())
    made = words.count(one.made.references, "photograph", "photographs")
    mood: words.Mood = "ok" if not one.health.advice else "ask"
    how = next(text for least, text in _HOW_WELL if one.health.score >= least)
    return Recognition(mood, f"{how}: {one.health.score} of 100, made of {made}.", kept, one.health.advice)


def _restrained(services: Services, kind: Restriction, record: ReviewRecord | None) -> Restrained:
    name = "Do-not-publish list" if kind is Restriction.LISTING else "Hold"
    if record is None:
        return Restrained(kind.value, name, None, "")
    day = words.date(record.review_on) if record.review_on else None
    review = f"To be looked at again on {day}." if day else "No day is set for looking at it again."
    since = words.day(record.since, services.policy.zone)
    return Restrained(kind.value, name, since, review, record.since.isoformat())


def _answer(tx: Transaction, person: PersonId, title: str, subject: Subject, channel: Channel) -> Answer:
    answer = tx.consent.permission(person, subject, channel, tx.now)
    reasons = tuple((_MOOD[line.effect], line.sentence) for line in lines(answer))
    until = f", until {words.date(answer.until)}" if answer.until else ""
    word = f"Yes{until}" if answer.allowed else _NO.get(answer.reason, "No")
    mood: words.Mood = "ok" if answer.allowed else "stop"
    return Answer(title, mood, word, verdict(answer, subject), reasons, subject.label)


def who(tx: Transaction, actor: str) -> str:
    """Return who did something as colleagues know them: by name or address, or as the audit names a program."""
    try:
        return tx.users.get(actor).called
    except NotFound:
        return actor
