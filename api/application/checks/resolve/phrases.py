"""Phrases that a school lets pass in its captions: what staff say of a check, and what the list takes."""

from __future__ import annotations

from api.application.checks.resolve.resolution import ResolutionRefused
from consent_db.approvals.records import CheckRecord
from consent_db.checks.records import LetPassRecord, PhraseKind
from consent_db.errors import NotPossible
from consent_db.transaction import Transaction
from gatekeeper.caption import phrases
from gatekeeper.caption.names import find_mentions
from gatekeeper.caption.text.words import clean
from gatekeeper.register import Register
from gatekeeper.types import Change, Kind, Words

_OF_REGISTER = "This is a name of the register, so it is not let pass. Change the words instead."


def other_names(record: CheckRecord) -> list[tuple[Change, str]]:
    """Return what was pointed out as the name of a person who is not on the register, each with its text."""
    said = record.draft.request
    typed = {Words.CAPTION: said.caption, Words.ALT_TEXT: said.alt_text, Words.CREDIT: said.credit}
    found = record.facts.other_names if record.facts else ()
    return [(one, clean(text)[one.start : one.end]) for one in found if (text := typed[one.words]) is not None]


def let_pass_of(tx: Transaction, record: CheckRecord, phrase: str | None, register: Register) -> LetPassRecord:
    """Remember that a name in the words of a check is no pupil's, or is that of an author who agreed.

    Raises:
        ResolutionRefused: the words hold no such name, or it is one of the register.
    """
    wanted = phrases.key(phrase or "")
    named = ((one, text) for one, text in other_names(record) if phrases.key(text) == wanted)
    found = next(named, None)
    if found is None:
        raise ResolutionRefused("Say which name it is, as it stands in the words.")
    one, text = found
    try:
        return let_pass(tx, text, PhraseKind.AUTHOR if one.words is Words.CREDIT else PhraseKind.NOT_A_PUPIL, register)
    except NotPossible as refused:
        raise ResolutionRefused(str(refused)) from refused


def let_pass(tx: Transaction, phrase: str, kind: PhraseKind, register: Register) -> LetPassRecord:
    """Let a phrase pass from now on.

    Raises:
        NotPossible: it is a name of the register; as an author, it is a pupil's or that of a listed person.
    """
    if kind is PhraseKind.AUTHOR:
        named = {person for mention in find_mentions(clean(phrase), register.names) for person in mention.people}
        if any(register.people[one].kind is Kind.PUPIL or one in register.listed for one in named):
            raise NotPossible(_OF_REGISTER)
    elif phrases.is_of_register(phrase, register.names):
        raise NotPossible(_OF_REGISTER)
    return tx.let_pass.add(phrase, kind)
