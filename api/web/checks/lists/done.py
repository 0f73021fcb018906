"""What was saved just before a page is shown, and where to go on from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import Depends, Query

from api.application.checks.resolve.resolution import Action
from api.web.checks.lists.steps import steps_of
from api.web.checks.lists.way import Way
from consent_db.accounts.records import SessionRecord
from consent_db.approvals.records import CheckRecord, CheckState
from consent_db.transaction import Transaction
from gatekeeper.identity.annotations import SAME_PLACE

DECLINED: Final = "decline"
"""What was saved where an exception was declined; it makes no new check."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was saved just before the page is shown, as the address says.

    Attributes:
        action: which kind of fact.
        of: the check that it made; None if that is the one shown.
    """

    action: Action | Literal["decline"] | None = None
    of: str | None = None


def done_before(
    done: Annotated[Action | Literal["decline"] | None, Query()] = None,
    of: Annotated[str | None, Query(pattern=r"^chk_[A-Za-z0-9_-]{1,64}$")] = None,
) -> Done:
    """Read what was saved just before."""
    return Done(done, of)


Before = Annotated[Done, Depends(done_before)]

_SAVED: Final[Mapping[Action, str]] = {
    Action.IDENTIFY: "What you said about who is in the picture is saved.",
    Action.NOT_THEM: "The name was removed.",
    Action.NOT_A_FACE: "Saved that this is not a face.",
    Action.MISSED_FACE: "The face is marked.",
    Action.ATTEST: "Your confirmation is saved.",
    Action.APPROVE: "Your agreement is saved.",
    Action.COVER: "The place is covered.",
    Action.CROP: "The picture is cropped.",
    Action.REWORD: "The new words are saved.",
    Action.ACCEPT_WORDS: "The proposed words are taken.",
    Action.NOT_OUR_PUPIL: "From now on this name stops no picture.",
    Action.EXTEND: "The picture was examined again.",
    Action.TAKE_BACK: "What you confirmed or agreed to is withdrawn.",
}

GOES_ON: Final = frozenset({Action.IDENTIFY, Action.ATTEST, Action.ACCEPT_WORDS, Action.NOT_OUR_PUPIL})
"""What changes nothing that can be seen in a picture: once such a picture is approved, the next is shown at once."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What was saved, and what follows from it.

    Attributes:
        said: in a sentence.
        follows: what became of the picture, in a sentence.
        of: the check that it is about, if that is not the one shown.
        named: the check and the number of the face that was named last, so that it can be taken back at once.
    """

    said: str
    follows: str
    of: str | None = None
    named: tuple[str, int] | None = None


def goes_to(tx: Transaction, new: CheckRecord, action: Action, session: SessionRecord, way: Way) -> str:
    """Return the address where to go on from a resolution: the new check, or the next to sort out."""
    found = steps_of(tx, new, session, way) if action in GOES_ON and new.stands(tx.now) else None
    if found is None or found.next_open is None:
        return way.address(f"/checks/{new.id}", done=action)
    return way.address(f"/checks/{found.next_open}", done=action, of=new.id)


def saved(tx: Transaction, record: CheckRecord, before: Done, shown: str) -> Saved | None:
    """Return what was saved and what became of the picture by it; None if nothing was.

    Args:
        tx: to read in.
        record: the check that the resolution made, or that was declined.
        before: what was done, as the address says.
        shown: the check whose page says so.
    """
    done, approved = before.action, record.stands(tx.now)
    if done == DECLINED:
        return (
            Saved("Declined.", "Your colleague reads your note.", record.id)
            if tx.opinions.declined(record.id)
            else None
        )
    if done is None or record.draft.supersedes is None or record.state is not CheckState.DECIDED:
        return None
    follows = "The picture is approved now." if approved else "The picture is still blocked."
    number = _last_named(record) if done is Action.IDENTIFY else None
    named = (record.id, number) if number is not None else None
    return Saved(_SAVED[Action(done)], follows, record.id if record.id != shown else None, named)


def _last_named(record: CheckRecord) -> int | None:
    """Return the number of the face that was named last; None if several were named at once."""
    said = record.draft.request.said
    together = [one for one in said if one.at is not None and one.at == said[-1].at]
    if len(together) != 1 or together[0].person is None:
        return None
    found = (face.number for face in record.faces if face.box.overlap(together[0].box) >= SAME_PLACE)
    return next(found, None)
