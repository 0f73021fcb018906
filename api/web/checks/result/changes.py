"""What was changed in the words as typed, passage by passage, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.application.checks.resolve.phrases import other_names
from consent_db.approvals.records import CheckRecord
from gatekeeper.caption.text.words import clean
from gatekeeper.types import ChangeReason, Words

LABEL: Final[Mapping[Words, str]] = {
    Words.CAPTION: "Caption",
    Words.ALT_TEXT: "Alternative text",
    Words.CREDIT: "Credit",
}

_WHY: Final[Mapping[ChangeReason, str]] = {
    ChangeReason.FIRST_NAME_ONLY: "People are called by their first name only.",
    ChangeReason.SURNAME: "Surnames are not published.",
    ChangeReason.NOT_NAMED: "It names a person who is not in the picture, or who may not be named.",
    ChangeReason.PERSONAL_DATA: "It would help a stranger to find or reach a person.",
    ChangeReason.AGE: "An age beside a name or a class tells too much about a child.",
    ChangeReason.OTHER_NAME: "It names a person who is not on the register.",
    ChangeReason.SENSITIVE: "Health, care, special needs and family circumstances are private.",
    ChangeReason.CLASS: "A class beside a name tells where a child can be found.",
    ChangeReason.ROUTINE: "It tells where or when a child can be met outside school.",
    ChangeReason.LINK: "Only links and accounts on the school’s own list are published.",
}


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One stretch of what was typed; `became` is empty if it was taken out."""

    label: str
    was: str
    became: str
    why: str


@dataclass(frozen=True, slots=True)
class ProposalView:
    """Words that would pass in the place of those that were typed.

    Attributes:
        label: which words.
        was: as typed; empty if none were.
        became: as proposed.
    """

    label: str
    was: str
    became: str


def proposals(record: CheckRecord) -> tuple[ProposalView, ...]:
    """Return the words that wait for agreement, each beside what was typed."""
    if record.facts is None:
        return ()
    said = record.draft.request
    typed = (said.caption, said.alt_text, said.credit)
    rows = zip(LABEL.values(), typed, record.facts.proposed_words, strict=True)
    return tuple(ProposalView(label, clean(was or ""), became) for label, was, became in rows if became)


@dataclass(frozen=True, slots=True)
class StrangerView:
    """A name of a person who is not on the register.

    Attributes:
        label: in which words.
        name: as typed.
        author: whether it is asked about as the author of the picture.
    """

    label: str
    name: str
    author: bool


def strangers(record: CheckRecord) -> tuple[StrangerView, ...]:
    """Return the names that are asked about, each once."""
    found = ((one.words, name) for one, name in other_names(record))
    return tuple(StrangerView(LABEL[words], name, words is Words.CREDIT) for words, name in dict.fromkeys(found))


def change_views(record: CheckRecord) -> tuple[ChangeView, ...]:
    """Return what was changed in a check's words, in the order in which it was typed."""
    said = record.draft.request
    typed = {Words.CAPTION: said.caption, Words.ALT_TEXT: said.alt_text, Words.CREDIT: said.credit}
    return tuple(
        ChangeView(LABEL[change.words], clean(text)[change.start : change.end], change.became, _WHY[change.reason])
        for change in (record.facts.changes if record.facts else ())
        if (text := typed[change.words]) is not None
    )
