"""What staff read about words that cannot go out as they were typed; no message quotes a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from gatekeeper.caption.rewrite import Piece
from gatekeeper.types import ChangeReason, Finding, FindingCode, Remedy, Role, Severity, Words

CALLED: Final = {Words.CAPTION: "caption", Words.ALT_TEXT: "alternative text", Words.CREDIT: "credit"}

_NOT_HERE: Final = "a person who is not in this picture, or who may not be named"
_WHAT: Final[Mapping[ChangeReason, tuple[FindingCode, str, str]]] = {
    ChangeReason.FIRST_NAME_ONLY: (
        FindingCode.CAPTION_FULL_NAME,
        "more than the first name by which a person is called in public",
        "Use the first name only.",
    ),
    ChangeReason.SURNAME: (
        FindingCode.CAPTION_FULL_NAME,
        "a surname from the register",
        "Use the first name, or no name.",
    ),
    ChangeReason.NOT_NAMED: (
        FindingCode.CAPTION_FULL_NAME,
        f"the full name or initials of {_NOT_HERE}",
        "Take it out.",
    ),
    ChangeReason.PERSONAL_DATA: (
        FindingCode.CAPTION_PERSONAL_DATA,
        "a telephone number, e-mail address, postal address, place, birthday or personal number",
        "Take it out.",
    ),
    ChangeReason.AGE: (
        FindingCode.CAPTION_PERSONAL_DATA,
        "an age together with a name or a class",
        "Take one of them out.",
    ),
    ChangeReason.CLASS: (
        FindingCode.CAPTION_PERSONAL_DATA,
        "a name together with a class",
        "Take one of them out.",
    ),
    ChangeReason.ROUTINE: (
        FindingCode.CAPTION_PERSONAL_DATA,
        "where or when a person who is named can be met outside school",
        "Take it out.",
    ),
    ChangeReason.SENSITIVE: (
        FindingCode.CAPTION_SENSITIVE,
        "health, care, special needs or family circumstances of a person who is named",
        "Take it out.",
    ),
    ChangeReason.LINK: (FindingCode.CAPTION_LINK, "a link or an account name", "Take it out."),
    ChangeReason.OTHER_NAME: (
        FindingCode.CAPTION_OTHER_NAME,
        "the name of a person who is not on the register",
        "If this is no pupil of the school, say so and it is not asked again; otherwise take the surname out.",
    ),
}
_FIRST_NAME: Final = (FindingCode.CAPTION_NAME_NOT_IN_PHOTO, f"the name of {_NOT_HERE}", "Take it out.")


def findings(
    pieces: Iterable[Piece], first_names: Iterable[int], words: Words, severity: Severity
) -> tuple[Finding, ...]:
    """Return one finding for each kind of thing.

    Args:
        pieces: what is not as it may go out.
        first_names: where those begin that are a first name and nothing else.
        words: which words these are.
        severity: whether the pieces stop the text by themselves.
    """
    alone = frozenset(first_names)
    return tuple(dict.fromkeys(_finding(piece, piece.start in alone, words, severity) for piece in pieces))


def _finding(piece: Piece, first_name: bool, words: Words, severity: Severity) -> Finding:  # noqa: FBT001 -- private
    named = first_name and piece.became is None and piece.reason in _NAMES
    code, what, instead = _FIRST_NAME if named else _WHAT[piece.reason]
    message = f"The {CALLED[words]} has {what}."
    remedies = (Remedy.EDIT_CAPTION, Remedy.NOT_OUR_PUPIL) if piece.reason is ChangeReason.OTHER_NAME else _EDIT
    if severity is Severity.NOTE and piece.reason is not ChangeReason.OTHER_NAME:
        return Finding(code, message, Severity.NOTE)
    return Finding(code, f"{message} {instead}", severity, resolvable_by=(Role.STAFF,), remedies=remedies)


_NAMES: Final = frozenset({ChangeReason.NOT_NAMED, ChangeReason.FIRST_NAME_ONLY})
_EDIT: Final = (Remedy.EDIT_CAPTION,)


def changed(words: Words) -> Finding:
    """Return that words wait for the sender's agreement."""
    return Finding(
        FindingCode.CAPTION_CHANGED,
        f"The {CALLED[words]} cannot go out as it was typed. Read the words that are proposed, and accept them "
        "or write others.",
        resolvable_by=(Role.STAFF,),
        remedies=(Remedy.ACCEPT_WORDS, Remedy.EDIT_CAPTION),
    )


def shortened(words: Words) -> Finding:
    """Return that surnames were cut as the sender had accepted beforehand."""
    message = f"In the {CALLED[words]} a surname was cut behind the first name, as the sender had accepted."
    return Finding(FindingCode.CAPTION_FULL_NAME, message, Severity.NOTE)
