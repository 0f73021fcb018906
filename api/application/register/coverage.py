"""Who may be shown where today, as the gate itself would decide it, worked out anew only where something changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from gatekeeper.consent.permission import EVERYWHERE, Standing, Subject
from gatekeeper.identity.health import ENOUGH
from gatekeeper.register import Register, permission_on
from gatekeeper.types import Channel, PersonId

_ANYWHERE: Final = Channel("", frozenset({EVERYWHERE}), approved=True)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What holds for all people on one day.

    Attributes:
        channels: on which each person may be shown, by their names.
        recognisable: those who may have a template.
        few_photos: those who may be recognised, with fewer reference photos than are enough.
        no_photo: those among them with none at all.
    """

    channels: Mapping[PersonId, frozenset[str]]
    recognisable: frozenset[PersonId]
    few_photos: frozenset[PersonId]
    no_photo: frozenset[PersonId]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some people may be shown.

    Attributes:
        everywhere: on every channel.
        somewhere: on some channels only.
        nowhere: on none.
        by_channel: on each channel, by its name.
    """

    everywhere: int
    somewhere: int
    nowhere: int
    by_channel: Mapping[str, int]

    @property
    def all(self) -> int:
        """How many people they are."""
        return self.everywhere + self.somewhere + self.nowhere


@dataclass(frozen=True, slots=True)
class _Answer:
    """What holds for one person: where they may be shown, and whether a template may exist."""

    channels: frozenset[str]
    recognisable: bool


_Asked = tuple[tuple[Channel, ...], date, int]
_last: Final[dict[_Asked, tuple[Register, Mapping[PersonId, _Answer], Coverage]]] = {}


def coverage(register: Register, channels: tuple[Channel, ...], today: date) -> Coverage:
    """Return what holds for all people on the register.

    The last answer is kept, and taken over for all people of whom the register says
    the same as then: of a thousand people few change between two looks.
    """
    asked = (channels, today, register.own_consent_age)
    kept = _last.get(asked)
    if kept is None or kept[0] is not register:
        before, answers = (kept[0].standings, kept[1]) if kept else ({}, {})
        new = {
            person: answers[person] if before.get(person) == standing else _answer(standing, asked)
            for person, standing in register.standings.items()
        }
        _last.clear()
        kept = _last[asked] = (register, new, _of(register, new))
    return kept[2]


def share(found: Coverage, people: Iterable[PersonId], channels: tuple[Channel, ...]) -> Share:
    """Return how many of these people may be shown; people who are not on the register do not count."""
    each = [found.channels[person] for person in people if person in found.channels]
    everywhere = sum(len(may) == len(channels) for may in each) if channels else 0
    nowhere = sum(not may for may in each)
    counts = {channel.name: sum(channel.name in may for may in each) for channel in channels}
    return Share(everywhere, len(each) - everywhere - nowhere, nowhere, counts)


def _answer(standing: Standing, asked: _Asked) -> _Answer:
    channels, today, age = asked
    shown = (one.name for one in channels if permission_on(one, standing, Subject.PICTURE, today, age).allowed)
    return _Answer(frozenset(shown), permission_on(_ANYWHERE, standing, Subject.BIOMETRICS, today, age).allowed)


def _of(register: Register, answers: Mapping[PersonId, _Answer]) -> Coverage:
    photos = dict(zip(register.gallery.people, map(int, register.gallery.references), strict=True))
    recognisable = frozenset(person for person, one in answers.items() if one.recognisable)
    few_photos = frozenset(person for person in recognisable if photos.get(person, 0) < ENOUGH)
    channels = {person: one.channels for person, one in answers.items()}
    return Coverage(channels, recognisable, few_photos, few_photos - photos.keys())
