"""What is true of a picture that is resolved step by step, told by its pixels and by who said what.

Written without the code of the gate: how much of a head is left is counted in the picture
that would leave, and who has to agree is written down here once more. A head is painted
around each face, in a tint of its own that no detector takes for a face.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np

from api.application.checks.resolve.resolution import Action, Resolution
from gatekeeper.types import Author, Box, Edit, PersonId, Pixels, Role, ScreenedFace

WHOLE: Final = Box(0, 0, 1, 1)
SIDE: Final = 48
"""Of a face, in pixels."""
_CELL: Final = 3 * SIDE
_GREY: Final = 128
_TINTS: Final = np.array([(235, 205, 165), (165, 205, 235)], np.uint8)
"""Of the left and of the right head: light and not saturated."""
_FACE_LEFT: Final = 0.03
"""More of a face than this is a face ..."""
_HEAD_LEFT: Final = 0.2
"""... and more of a head than this is a head."""
_HUES_APART: Final = 5
_LEADERSHIP: Final = frozenset({Role.APPROVER, Role.SAFEGUARDING_LEAD})


def face_box(square: int) -> Box:
    """Return where a face is, in fractions of the whole picture."""
    return Box((square * _CELL + SIDE) / (2 * _CELL), 1 / 3, SIDE / (2 * _CELL), 1 / 3)


def _head_rows(square: int) -> tuple[slice, slice]:
    """Return a head: half a face more on either side, 0.6 above and 0.35 below."""
    left, top = square * _CELL + SIDE // 2, SIDE - round(0.6 * SIDE)
    return slice(top, 2 * SIDE + round(0.35 * SIDE)), slice(left, left + 2 * SIDE)


def painted(*hues: float) -> Pixels:
    """Return a grey picture of two heads side by side, faces of these hues."""
    pixels = np.full((_CELL, 2 * _CELL, 3), _GREY, np.uint8)
    for square, hue in enumerate(hues):
        pixels[_head_rows(square)] = _TINTS[square]
        colour = cv2.cvtColor(np.array([[(hue % 360, 0.8, 0.8)]], np.float32), cv2.COLOR_HSV2RGB)[0, 0]
        left = square * _CELL + SIDE
        pixels[SIDE : 2 * SIDE, left : left + SIDE] = np.rint(colour * 255).astype(np.uint8)
    return pixels


def upload(*hues: float, number: int = 0) -> bytes:
    """Return `painted` as a PNG file; pictures of different numbers are different files."""
    pixels = painted(*hues)
    pixels[0, 0] = np.array([number >> 16, number >> 8, number], np.int64) & 255
    _, data = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    return data.tobytes()


def head_shows(pixels: Pixels, square: int, hue: float) -> bool:
    """Say whether anything of a face, or a good part of its head, can be seen in a picture."""
    hsv = cv2.cvtColor(pixels.astype(np.float32) / 255, cv2.COLOR_RGB2HSV)
    away = np.abs((hsv[..., 0] - hue + 180) % 360 - 180)
    face = np.count_nonzero((away <= _HUES_APART) & (hsv[..., 1] > 0.6))
    tint = np.abs(pixels.astype(np.int16) - _TINTS[square].astype(np.int16)).max(axis=-1)
    hair = np.count_nonzero(tint < 20)
    rows, columns = _head_rows(square)
    whole = (rows.stop - rows.start) * (columns.stop - columns.start)
    return bool(face > _FACE_LEFT * SIDE * SIDE or face + hair > _HEAD_LEFT * whole)


@dataclass(frozen=True)
class Claim:
    """What one person said of one head."""

    author: Author
    person: PersonId | None
    taken_back: bool = False

    @property
    def party(self) -> str:
        return self.author.holder or self.author.actor


@dataclass
class Head:
    """One head of the picture, who it truly is, and what was said of it.

    Attributes:
        person: who it is; None for a person who is not on the register.
        enrolled: whether there is a template that its face fits.
        near: whether its face is near one of a person on the do-not-publish list.
    """

    square: int
    hue: float
    person: PersonId | None
    enrolled: bool = False
    near: bool = False
    claims: list[Claim] = field(default_factory=list)

    def contains(self, box: Box) -> bool:
        """Say whether the middle of a place, in fractions of the whole picture, is of this head."""
        rows, columns = _head_rows(self.square)
        across, down = (box.x + box.width / 2) * 2 * _CELL, (box.y + box.height / 2) * _CELL
        return bool(columns.start <= across < columns.stop and rows.start <= down < rows.stop)


@dataclass
class School:
    """What the register says of those who may be in the picture."""

    listed: set[PersonId]
    consenting: set[PersonId]


@dataclass
class Truth:
    """The whole chain as a witness would tell it.

    Attributes:
        asks: who has to agree to every picture by the policy: no role, or one of these.
        parties: who sent the picture or said anything, holders of keys included.
        agreed: who has agreed since the last thing that was said or done.
        window: what is left of the picture as it was sent, in fractions of that.
    """

    heads: tuple[Head, ...]
    school: School
    asks: frozenset[Role]
    parties: set[str]
    agreed: list[Author] = field(default_factory=list)
    window: Box = WHOLE

    def was_cropped(self, part: Box) -> None:
        """Remember that a part was kept, in fractions of what was there."""
        whole = self.window
        self.window = Box(
            whole.x + part.x * whole.width,
            whole.y + part.y * whole.height,
            part.width * whole.width,
            part.height * whole.height,
        )

    def was_said(self, author: Author, places: Iterable[tuple[Box, PersonId | None]], *, taken_back: bool) -> None:
        """Remember a statement about the heads at these places."""
        for box, person in places:
            scaled = box.scaled(self.window.width, self.window.height)
            place = Box(self.window.x + scaled.x, self.window.y + scaled.y, scaled.width, scaled.height)
            for head in self.heads:
                if head.contains(place):
                    head.claims.append(Claim(author, person, taken_back))

    def acted(self, author: Author) -> None:
        """Remember that somebody has added a fact, after which all agreements are to be given anew."""
        self.parties |= {author.actor, author.holder or author.actor}
        self.agreed.clear()

    def wrongs(self, released: Pixels) -> list[str]:
        """Return why this picture should not have been approved; nothing if it may have been."""
        found = [wrong for head in self.heads for wrong in self._wrongs(head, released)]
        if self.asks and not self._agreed(self.asks):
            found.append("the policy wants a second look that nobody had")
        return found

    def _agreed(self, roles: frozenset[Role]) -> bool:
        return any(
            not author.program and author.role in roles and author.actor not in self.parties for author in self.agreed
        )

    def _wrongs(self, head: Head, released: Pixels) -> Iterable[str]:
        if not head_shows(released, head.square, head.hue):
            return
        who, leadership, lead = head.person, _LEADERSHIP, frozenset({Role.SAFEGUARDING_LEAD})
        if head.enrolled and who in self.school.listed:
            yield f"head {head.square}: recognised as listed, and shows"
        if head.near and not self._agreed(lead):
            yield f"head {head.square}: near the list, without the lead"
        if head.enrolled and who not in self.school.consenting and not self._agreed(leadership):
            yield f"head {head.square}: recognised, refuses, without the leadership"
        if self._said_listed(head) and not self._agreed(lead):
            yield f"head {head.square}: said to be a listed person, without the lead"
        if self._disputed(head) and not self._agreed(leadership):
            yield f"head {head.square}: disputed, without the leadership"
        named = any(not claim.taken_back and claim.person in self.school.consenting for claim in head.claims)
        if not head.enrolled and not named and not self._agreed(frozenset(Role)):
            yield f"head {head.square}: unknown, unnamed, and no second person has seen it"

    def _said_listed(self, head: Head) -> bool:
        said: set[PersonId] = set()
        for claim in head.claims:
            if claim.person is None or claim.person not in self.school.listed:
                continue
            if not claim.taken_back:
                said.add(claim.person)
            elif claim.author.role is Role.SAFEGUARDING_LEAD and not claim.author.program:
                said.discard(claim.person)
        return bool(said)

    def _disputed(self, head: Head) -> bool:
        last = {}
        for claim in head.claims:
            if not claim.taken_back:
                last[claim.party] = claim.person
            elif last.get(claim.party, "") == claim.person:
                del last[claim.party]
        return len(set(last.values())) > 1


def witnessed(truth: Truth, author: Author, resolution: Resolution, faces: Iterable[ScreenedFace], edit: Edit) -> None:
    """Remember a resolution that was accepted.

    Args:
        truth: that is added to.
        author: who has resolved it.
        resolution: what they sent.
        faces: as they were numbered when it was sent.
        edit: what was done to the picture.
    """
    if resolution.action is Action.APPROVE:
        truth.agreed.append(author)
        return
    truth.was_said(author, _statements(resolution, faces), taken_back=resolution.action is Action.NOT_THEM)
    truth.acted(author)
    if edit.crop is not None:
        truth.was_cropped(edit.crop)


def _statements(resolution: Resolution, faces: Iterable[ScreenedFace]) -> list[tuple[Box, PersonId | None]]:
    at = {face.number: face.box for face in faces}
    if resolution.named:
        return [(at[number], person) for number, person in resolution.named.items()]
    if resolution.action in {Action.IDENTIFY, Action.NOT_THEM, Action.NOT_A_FACE}:
        return [(at[resolution.face or 0], resolution.person)]
    return []
