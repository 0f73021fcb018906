"""Which objections to being photographed at an event bear on a picture, and how strongly.

The event that is chosen with a picture is one of three signs that it was taken there.
The others are its words (caption, alternative text, credit) and its day: an event may be
left open, or a neighbouring one chosen, and the person is in the picture all the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import accumulate
from typing import Final

from gatekeeper.policy.model import Policy
from gatekeeper.types import Objection, PersonId, Request


class Bearing(Enum):
    """How sure it is that a picture was taken at the event of an objection."""

    CERTAIN = "certain"
    """The event was chosen, or the words name it near its day: the person may not be shown."""
    POSSIBLE = "possible"
    """The day is near, or the words name it long after: to be confirmed that it was elsewhere."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known of when and where a picture was taken.

    Attributes:
        days: the day of the check, of the publication and of the chosen event, in the school's time zone.
        tokens: the words that go out with the picture, folded by `_tokens`.
        event_chosen: whether an event was chosen at all.
    """

    days: frozenset[date]
    tokens: tuple[str, ...]
    event_chosen: bool

    @classmethod
    def of(cls, request: Request, policy: Policy) -> Scene:
        """Return the scene of a request."""
        moments = [request.moment, *([request.publish_at] if request.publish_at else [])]
        days = {moment.astimezone(policy.zone).date() for moment in moments}
        days |= {request.event_day} if request.event_day else set()
        said = " . ".join(filter(None, (request.caption, request.alt_text, request.credit)))
        return cls(frozenset(days), _tokens(said), event_chosen=request.event is not None)

    def bearing(self, objection: Objection, days_around: int) -> Bearing | None:
        """Return how an objection bears on the picture; None if nothing connects the two."""
        if objection.of_chosen_event:
            return Bearing.CERTAIN
        near = self._near(objection, days_around)
        named = _names(self.tokens, objection.event)
        if near and named:
            return Bearing.CERTAIN
        return Bearing.POSSIBLE if near or named else None

    def asks_for_description(self, objection: Objection) -> bool:
        """Say whether the description is to be looked for by eye.

        It is in pictures of the event (chosen or named), and in pictures of its very day for
        which no event was chosen. Not in the days around: one tick per description and
        picture for a fortnight would be ticked without a look.
        """
        if objection.of_chosen_event or _names(self.tokens, objection.event):
            return True
        return not self.event_chosen and objection.day in self.days

    def _near(self, objection: Objection, days_around: int) -> bool:
        day = objection.day
        return day is not None and any(abs((day - other).days) <= days_around for other in self.days)


def forbidding(person: PersonId, request: Request, policy: Policy) -> tuple[Objection, Bearing] | None:
    """Return the objection of a person that keeps their face from being shown; None if there is none.

    What is certain comes first, since no confirmation lifts it. A possible one is
    answered by its `elsewhere` attestation.
    """
    scene = Scene.of(request, policy)
    mine = [one for one in request.objections if one.person == person]
    found = [(one, scene.bearing(one, policy.objection_days)) for one in mine]
    certain = [one for one, bearing in found if bearing is Bearing.CERTAIN]
    if certain:
        return certain[0], Bearing.CERTAIN
    open_ones = [one for one, bearing in found if bearing and one.elsewhere not in request.attestations]
    return (open_ones[0], Bearing.POSSIBLE) if open_ones else None


def undescribed(request: Request, policy: Policy) -> Iterator[Objection]:
    """Yield the objections whose description is not yet confirmed to be absent from the picture."""
    scene = Scene.of(request, policy)
    for objection in request.objections:
        if scene.asks_for_description(objection) and objection.attestation not in request.attestations:
            yield objection


def _names(tokens: Collection[str], title: str) -> bool:
    """Say whether consecutive tokens spell the title, whatever stands between its words: `#SummerFair` too."""
    words = [token for token in tokens if token not in _ARTICLES]
    runs = {run for start in range(len(words)) for run in accumulate(words[start : start + _MOST_TOKENS])}
    return not runs.isdisjoint(_spellings(title))


def _spellings(title: str) -> set[str]:
    """Return how captions write a title: whole, and without its numbers, which are mostly the year."""
    tokens = [token for token in _tokens(title) if token not in _ARTICLES]
    whole, undated = "".join(tokens), "".join(token for token in tokens if not token.isdecimal())
    return {whole, undated}


_ARTICLES: Final = frozenset({"a", "an", "the"})
_MOST_TOKENS: Final = 50
"""Titles have at most 100 characters."""
_WORD: Final = re.compile(r"[^\W_]+")


def _tokens(text: str) -> tuple[str, ...]:
    """Split into words without case and accents (Unicode compatibility decomposition), also at apostrophes."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return tuple(_WORD.findall(bare))
