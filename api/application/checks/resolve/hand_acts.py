"""What a resolution did by hand, as the audit keeps it: one entry, with the faces that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from api.application.checks.resolve.resolution import Action, Resolution
from consent_db.approvals.records import CheckRecord
from consent_db.checks.acts.hand_acts import FacePlace, HandAct
from consent_db.publishing.records import Why
from consent_db.transaction import Transaction
from gatekeeper.types import FaceStatus, PersonId

_ACTS: Final[Mapping[Action, HandAct]] = {
    Action.IDENTIFY: HandAct.NAMED,
    Action.NOT_THEM: HandAct.UNNAMED,
    Action.NOT_A_FACE: HandAct.DISMISSED,
    Action.MISSED_FACE: HandAct.MARKED,
    Action.COVER: HandAct.COVERED,
    Action.CROP: HandAct.CROPPED,
    Action.ATTEST: HandAct.CONFIRMED,
    Action.APPROVE: HandAct.APPROVED,
    Action.REWORD: HandAct.REWORDED,
    Action.ACCEPT_WORDS: HandAct.WORDS_ACCEPTED,
    Action.NOT_OUR_PUPIL: HandAct.NOT_OUR_PUPIL,
    Action.EXTEND: HandAct.EXTENDED,
    Action.TAKE_BACK: HandAct.TAKEN_BACK,
}

_DOUBTS: Final = frozenset({Action.TAKE_BACK, Action.NOT_THEM, Action.MISSED_FACE})
"""Acts that say of a picture that it was approved on something that does not hold."""


def note_act(tx: Transaction, old: CheckRecord, resolution: Resolution, new: str) -> None:
    """Record what a person did to a check, in the transaction that receives its successor.

    Args:
        tx: of the actor.
        old: the check that was looked at.
        resolution: what was done.
        new: the id of the check that replaces it.
    """
    details: dict[str, Any] = {}
    if resolution.attestations:
        details["confirmed"] = sorted(resolution.attestations)
    if resolution.attested_by is not None:
        details["attested_by"] = resolution.attested_by
    tx.hand_acts.note(_act(old, resolution), old.id, new, faces_of(old, resolution), details)
    if _doubts(old, resolution):
        _take_down(tx, old)


def posts_up(tx: Transaction, check_id: str) -> tuple[str, ...]:
    """Return the posts of a picture that are up, of the checks too that this one replaced; ids."""
    chain = tx.overview.chains([check_id]).get(check_id, (check_id,))
    return tuple(post.id for post in tx.publications.of_checks(chain) if post.taken_down_at is None)


def _take_down(tx: Transaction, old: CheckRecord) -> None:
    """Have the posts of a picture come down that are up: what they were approved on does not hold any more."""
    for post in posts_up(tx, old.id):
        tx.publications.take_down(post, Why.IN_DOUBT)


def _doubts(old: CheckRecord, resolution: Resolution) -> bool:
    """Say whether an act says that a picture was approved on what does not hold, as for a face named as another."""
    if resolution.action is not Action.IDENTIFY:
        return resolution.action in _DOUBTS
    named = _named(resolution)
    return any(face.person not in {None, named[face.number]} for face in old.faces if face.number in named)


def _named(resolution: Resolution) -> dict[int, PersonId]:
    """Return who is named, by the number of the face."""
    named = dict(resolution.named)
    if resolution.face is not None and resolution.person is not None:
        named[resolution.face] = resolution.person
    return named


def _act(old: CheckRecord, resolution: Resolution) -> HandAct:
    dismissed = {face.number for face in old.faces if face.status is FaceStatus.DISMISSED}
    if resolution.action is Action.NOT_THEM and resolution.face in dismissed:
        return HandAct.RESTORED
    return _ACTS[resolution.action]


def faces_of(old: CheckRecord, resolution: Resolution) -> list[FacePlace]:
    """Return the faces and places that a resolution is about, in reading order."""
    faces = {face.number: face for face in old.faces}
    named = _named(resolution)
    if named:
        return [FacePlace(n, faces[n].box, named[n]) for n in sorted(named) if n in faces]
    if resolution.box is not None:
        return [FacePlace(None, resolution.box)]
    if resolution.face is not None:
        return [FacePlace(face.number, face.box) for face in faces.values() if face.number == resolution.face]
    if resolution.action is not Action.COVER:
        return []
    return [FacePlace(face.number, face.box) for face in faces.values() if not face.status.publishable]
