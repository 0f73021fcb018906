"""From one picture of a batch to the next, in the order of sending; and what was saved on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Query

from api.application.checks.resolve.resolution import Action
from consent_db.accounts.records import SessionRecord
from consent_db.approvals.records import CheckRecord, CheckState
from consent_db.checks.batch.batch_pictures import BatchPicture, Standing
from consent_db.checks.batch.batches import BatchRecord
from consent_db.transaction import Transaction
from gatekeeper.types import Role


@dataclass(frozen=True, slots=True)
class Done:
    """What was saved just before the page is shown, as the address says.

    Attributes:
        action: which kind of fact.
        of: the check that it made; None if that is the one shown.
    """

    action: Action | None = None
    of: str | None = None


def done_before(
    done: Annotated[Action | None, Query()] = None,
    of: Annotated[str | None, Query(pattern=r"^chk_[A-Za-z0-9_-]{1,64}$")] = None,
) -> Done:
    """Read what was saved just before."""
    return Done(done, of)


Before = Annotated[Done, Depends(done_before)]

_SAVED: Final[Mapping[Action, str]] = {
    Action.IDENTIFY: "What you said about who is in the picture is saved.",
    Action.NOT_THEM: "The name is taken back.",
    Action.NOT_A_FACE: "Saved that this is not a face.",
    Action.MISSED_FACE: "The face is marked.",
    Action.ATTEST: "Your confirmation is saved.",
    Action.APPROVE: "Your agreement is saved.",
    Action.COVER: "The place is covered.",
    Action.CROP: "The picture is cropped.",
    Action.REWORD: "The new words are saved.",
    Action.ACCEPT_WORDS: "The proposed words are taken.",
    Action.NOT_OUR_PUPIL: "The name is let pass.",
    Action.EXTEND: "The picture was examined again.",
}


@dataclass(frozen=True, slots=True)
class BatchSteps:
    """Where a picture stands in its batch, and where to go on; None where there is no such picture.

    Attributes:
        batch: its id.
        place: of this picture, from 1.
        total: how many pictures have arrived.
        open: how many are to be sorted out.
        open_place: which of those this one is, from 1; None if it is none of them.
        next_open: the next one to sort out after this, from the beginning again behind the last.
        name: of the file; empty if it is not known.
    """

    batch: str
    place: int
    total: int
    open: int
    open_place: int | None
    previous: str | None
    following: str | None
    next_open: str | None
    name: str


GOES_ON: Final = frozenset({Action.IDENTIFY, Action.ATTEST, Action.ACCEPT_WORDS, Action.NOT_OUR_PUPIL})
"""What changes nothing that can be seen in a picture: once such a picture is approved, the next is shown at once."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What was saved, and what follows from it.

    Attributes:
        said: in a sentence.
        follows: what became of the picture, in a sentence.
        of: the check that it is about, if that is not the one shown.
    """

    said: str
    follows: str
    of: str | None = None


def steps_of(tx: Transaction, record: CheckRecord, session: SessionRecord) -> BatchSteps | None:
    """Return the steps from a check to the other pictures of its batch; None if it has none that may be seen."""
    batch = tx.batches.of_check(record.id)
    if batch is None or not may_see(batch, session):
        return None
    pictures = tx.batches.pictures(batch)
    newest = tx.overview.newest([record.id])[record.id].id
    at = next((place for place, one in enumerate(pictures) if one.id == newest), None)
    return None if at is None else steps(batch.id, pictures, at)


def may_see(batch: BatchRecord, session: SessionRecord) -> bool:
    """Say whether an account may see a batch: its own, and with a role that sees every check any."""
    return batch.actor == session.user.id or session.user.role is not Role.STAFF


def steps(batch: str, pictures: tuple[BatchPicture, ...], at: int) -> BatchSteps:
    """Return the steps from the picture at an index to the others."""
    opened = [place for place, one in enumerate(pictures) if one.standing is Standing.OPEN]
    later = [place for place in opened if place > at] + [place for place in opened if place < at]
    return BatchSteps(
        batch=batch,
        place=at + 1,
        total=len(pictures),
        open=len(opened),
        open_place=opened.index(at) + 1 if at in opened else None,
        previous=pictures[at - 1].id if at > 0 else None,
        following=pictures[at + 1].id if at + 1 < len(pictures) else None,
        next_open=pictures[later[0]].id if later else None,
        name=pictures[at].name,
    )


def goes_to(tx: Transaction, new: CheckRecord, action: Action, session: SessionRecord) -> str:
    """Return the address where to go on from a resolution: the new check, or the next of its batch to sort out."""
    found = steps_of(tx, new, session) if action in GOES_ON and new.stands(tx.now) else None
    if found is None or found.next_open is None:
        return f"/checks/{new.id}?done={action}"
    return f"/checks/{found.next_open}?done={action}&of={new.id}"


def saved(record: CheckRecord, done: Action | None, *, approved: bool, shown: str) -> Saved | None:
    """Return what was saved and what became of the picture by it; None if nothing was.

    Args:
        record: the check that the resolution made.
        done: what was done to make it, as the address says.
        approved: whether its approval stands now.
        shown: the check whose page says so.
    """
    if done is None or record.draft.supersedes is None or record.state is not CheckState.DECIDED:
        return None
    follows = "The picture is approved now." if approved else "The picture is still blocked."
    return Saved(_SAVED[done], follows, record.id if record.id != shown else None)
