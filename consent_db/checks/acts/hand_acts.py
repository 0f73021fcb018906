"""The audit of what people did to a picture by hand: which act, which faces, one entry for each act.

A face is its number and the middle of its box in hundredths of the picture, so that the act
can be understood after the picture is gone; people are opaque ids.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from consent_db.core.chunked_queries import portions
from consent_db.core.context import Context
from consent_db.schema import AuditRow
from gatekeeper.types import Box, PersonId


class HandAct(StrEnum):
    """What was done, as the audit calls it."""

    NAMED = "face.named"
    UNNAMED = "face.unnamed"
    """A name that was given by hand was taken back."""
    DISMISSED = "face.dismissed"
    RESTORED = "face.restored"
    """What was called no face is one after all."""
    MARKED = "face.marked"
    COVERED = "face.covered"
    CROPPED = "picture.cropped"
    CONFIRMED = "picture.confirmed"
    APPROVED = "picture.approved"
    TAKEN_BACK = "picture.taken_back"
    """What this user confirmed or agreed to of the picture does not hold any more."""
    REWORDED = "picture.reworded"
    WORDS_ACCEPTED = "picture.words_accepted"
    NOT_OUR_PUPIL = "picture.not_our_pupil"
    EXTENDED = "approval.extended"


@dataclass(frozen=True, slots=True)
class FacePlace:
    """A face that an act is about.

    Attributes:
        number: in reading order; None for a place where no face was found.
        box: in fractions of the picture.
        person: who it was said to be.
    """

    number: int | None
    box: Box
    person: PersonId | None = None

    def plain(self) -> dict[str, Any]:
        """Return it as the audit keeps it."""
        middle = [round(100 * (self.box.x + self.box.width / 2)), round(100 * (self.box.y + self.box.height / 2))]
        return {"face": self.number, "at": middle} | ({"person": self.person} if self.person else {})


@dataclass(frozen=True, slots=True)
class ActRecord:
    """One act as the audit has it: about how many faces, and what was confirmed, as codes."""

    check: str
    act: HandAct
    by: str
    at: datetime
    faces: int = 0
    confirmed: tuple[str, ...] = ()


class HandActs:
    """The acts, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def note(
        self,
        act: HandAct,
        old: str,
        new: str,
        faces: Sequence[FacePlace] = (),
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Write an act down.

        Args:
            act: what was done.
            old: the check that was looked at.
            new: the check that replaces it; the entry is about this one.
            faces: the faces that it is about.
            details: codes that say more, such as what was confirmed.
        """
        places = {"faces": [face.plain() for face in faces]} if faces else {}
        self._context.log(act.value, new, {"replaces": old, **places, **(details or {})})

    def of_checks(self, checks: Sequence[str]) -> dict[str, tuple[ActRecord, ...]]:
        """Return what was done by hand on the way to each of these checks, the oldest first; none left out."""
        found: dict[str, list[ActRecord]] = {check: [] for check in checks}
        acts = [act.value for act in HandAct]
        for some in portions(list(found)):
            query = select(AuditRow.object_id, AuditRow.action, AuditRow.actor, AuditRow.at, AuditRow.payload)
            query = query.where(AuditRow.object_id.in_(some), AuditRow.action.in_(acts)).order_by(AuditRow.seq)
            for check, action, actor, at, payload in self._context.connection.execute(query):
                said = json.loads(payload)
                confirmed, faces = tuple(said.get("confirmed", ())), len(said.get("faces", ()))
                moment = datetime.fromisoformat(at)
                found[check].append(ActRecord(check, HandAct(action), actor, moment, faces, confirmed))
        return {check: tuple(acts) for check, acts in found.items()}

    def faces_since(self, since: datetime, until: datetime | None = None) -> dict[HandAct, int]:
        """Return how many faces were named, dismissed, marked and covered by hand since a moment, up to another."""
        wanted = (HandAct.NAMED, HandAct.DISMISSED, HandAct.MARKED, HandAct.COVERED)
        query = select(AuditRow.action, AuditRow.payload).where(
            AuditRow.action.in_([act.value for act in wanted]), AuditRow.at >= since.astimezone(UTC).isoformat()
        )
        if until is not None:
            query = query.where(AuditRow.at < until.astimezone(UTC).isoformat())
        found = Counter[HandAct]()
        for action, payload in self._context.connection.execute(query):
            found[HandAct(action)] += len(json.loads(payload).get("faces", ()))
        return {act: found[act] for act in wanted}
