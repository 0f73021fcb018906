"""The parts of the result page as its template takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from api.web.checks.picture import crop_suggestions
from api.web.checks.picture.suggestions import Offer
from api.web.checks.result import views
from api.web.checks.result.asked import AskedView
from api.web.checks.result.changes import ChangeView, ProposalView, StrangerView
from api.web.checks.result.second_opinions import OpinionView


@dataclass(frozen=True, slots=True)
class SeenView:
    """The picture, its faces, and what can be done about each.

    Attributes:
        picture: with faces and places; None if there is none to show.
        offers: by face number, who it may be.
        best: the part worth keeping; None if there is none.
        back: by face number, what the button says that takes a name back.
        references: the faces beside which a kept photograph of the person named can be shown.
        up: whether a post of the picture is up, which comes down if what it was approved on is withdrawn.
    """

    picture: views.PictureView | None
    offers: Mapping[int, Offer] = field(default_factory=dict)
    best: crop_suggestions.PartView | None = None
    back: Mapping[int, str] = field(default_factory=dict)
    references: frozenset[int] = frozenset()
    up: bool = False


@dataclass(frozen=True, slots=True)
class ToldView:
    """What stands in the way, what is to be confirmed, what is worth knowing, and what happened since."""

    findings: tuple[views.FindingView, ...]
    confirm: dict[str, str]
    waiting: tuple[str, ...]
    notes: tuple[str, ...]
    since: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What this person is asked to decide, and what others said; `note` and `error` of a note that was not taken.

    Attributes:
        gave: whether this person can take back what they confirmed or agreed to.
    """

    asked: tuple[AskedView, ...]
    opinions: tuple[OpinionView, ...]
    sender: str
    gave: bool
    note: str = field(repr=False)
    error: str | None


@dataclass(frozen=True, slots=True)
class WordsView:
    """The words that go out, what was changed in them, and those of the form that changes them."""

    texts: tuple[tuple[str, str], ...] = field(repr=False)
    typed: Mapping[str, str] = field(repr=False)
    changes: tuple[ChangeView, ...]
    proposed: tuple[ProposalView, ...]
    strangers: tuple[StrangerView, ...]


@dataclass(frozen=True, slots=True)
class FileView:
    """The file that may be taken, what was taken out of it, and until when its approval may be extended."""

    release: str | None
    name: str
    size: str
    stripped: tuple[str, ...] | None
    turned: bool
    extends: str | None
