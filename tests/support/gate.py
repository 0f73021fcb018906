"""Help for tests of whatever uses the gate: an engine without models, pictures, registers.

A "face" is a saturated square on grey, and its hue is who it is: the same hue is
the same person, neighbouring hues look alike, and all of it survives JPEG.

    register = RegisterBuilder()
    amira = register.person("Amira", "Khan", hue=0)
    register.consent(amira)
    screen(upload_of(0), Case(a_request(), register.build(), policy), Tools(opener, fake_engine(), FakeWords()))

Nothing here may be used to decide about a real picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Standing, Statement, Subject
from gatekeeper.register import Gallery, Register
from gatekeeper.types import Box, Channel, Kind, Person, PersonId, Pixels, Request, Vector
from gatekeeper.vision.engine import Detection, Engine
from gatekeeper.vision.recognition.thresholds import Thresholds
from gatekeeper.vision.text.reader import Writing

ENGINE: Final = "fake"
NOON: Final = datetime(2026, 3, 10, 12, tzinfo=UTC)
"""A Tuesday that is the same day everywhere a test may look."""
NINE_YEARS_AGO: Final = date(2017, 2, 1)
WEBSITE: Final = Channel("website", frozenset({"publicity"}), approved=True)

THRESHOLDS: Final = Thresholds(
    rates=(0.05, 0.001, 0.0001),
    references=(1,),
    match=((0.7, 0.9, 0.9),),
    wanted=0.001,
    near=0.5,
    margin=0.1,
    smallest_face=20.0,
)
"""For hues: up to 9 degrees apart is a match, up to 16 is near to a listed person."""

_GREY: Final = 128
_SATURATED: Final = 0.5
_SMALLEST: Final = 6
"""Coloured specks narrower than this, in pixels, are no faces."""
_HARMONICS: Final = np.arange(1, 5)
_COLUMNS: Final = 6
_LANDMARKS: Final = np.array([(0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.35, 0.8), (0.65, 0.8)], np.float32)


# --- the engine ------------------------------------------------------------------


def embedding_of(hue: float) -> Vector:
    """Return the unit vector, shape (8,), of a hue in degrees.

    The similarity of two hues is 1 when they are equal, 0.89 at 10 degrees, 0.59
    at 20, and at most 0.22 from 30 on.
    """
    angles = np.deg2rad(hue) * _HARMONICS
    return np.asarray(np.concatenate([np.cos(angles), np.sin(angles)]) / 2, np.float32)


class FakeDetector:
    """Finds saturated squares."""

    name = "squares"

    def find(self, pixels: Pixels) -> list[Detection]:
        """Return every coloured area of upright sRGB `pixels`."""
        mask = (_hsv(pixels)[:, :, 1] > _SATURATED).astype(np.uint8)
        _, _, areas, _ = cv2.connectedComponentsWithStats(mask)
        boxes = [Box(*(float(number) for number in area[:4])) for area in areas[1:]]
        return [
            Detection(box, _LANDMARKS * (box.width, box.height) + (box.x, box.y), 0.99)
            for box in boxes
            if min(box.width, box.height) >= _SMALLEST
        ]


class FakeEmbedder:
    """Turns each square's hue into a unit vector."""

    name = "hues"
    dimension = 2 * len(_HARMONICS)

    def embed(self, pixels: Pixels, detections: Sequence[Detection]) -> Vector:
        """Return shape (len(detections), 8), unit rows, in the same order."""
        hues = _hsv(pixels)[:, :, 0]
        return np.stack([embedding_of(float(np.median(_middle(hues, detection.box)))) for detection in detections])


def fake_engine(name: str = ENGINE) -> Engine:
    """Return an engine that needs no models."""
    return Engine(name, FakeDetector(), FakeEmbedder(), THRESHOLDS)


@dataclass(frozen=True, slots=True)
class FakeWords:
    """Reads the same in every picture: nothing, or what it was told."""

    writing: Writing = field(default_factory=Writing)

    def read(self, pixels: Pixels) -> Writing:
        """Return the writing, whatever `pixels` show."""
        del pixels
        return self.writing


def _hsv(pixels: Pixels) -> NDArray[np.float32]:
    """Return hue in degrees, saturation and value from 0 to 1."""
    return np.asarray(cv2.cvtColor(pixels.astype(np.float32) / 255, cv2.COLOR_RGB2HSV), np.float32)


def _middle(plane: NDArray[np.float32], box: Box) -> NDArray[np.float32]:
    left, top = int(box.x + box.width / 4), int(box.y + box.height / 4)
    return plane[top : top + int(box.height / 2), left : left + int(box.width / 2)]


# --- pictures --------------------------------------------------------------------


def picture_of(*hues: float, side: int = 48) -> Pixels:
    """Return a grey picture with one square a hue, in rows of six from the top left.

    Args:
        hues: in degrees. Red (0) has its neighbours at 350 and 10.
        side: of each square, in pixels. Between two squares there is room enough
            to cover one without touching the other.
    """
    cell = 3 * side
    rows = max(1, -(-len(hues) // _COLUMNS))
    pixels = np.full((rows * cell, cell * max(2, min(len(hues), _COLUMNS)), 3), _GREY, np.uint8)
    for place, hue in enumerate(hues):
        row, column = divmod(place, _COLUMNS)
        top, left = row * cell + side, column * cell + side
        pixels[top : top + side, left : left + side] = _colour(hue)
    return pixels


def upload_of(*hues: float, side: int = 48, kind: str = ".jpg") -> bytes:
    """Return `picture_of` as the bytes of a file; `kind` is a suffix that OpenCV can write."""
    _, data = cv2.imencode(kind, cv2.cvtColor(picture_of(*hues, side=side), cv2.COLOR_RGB2BGR))
    return data.tobytes()


def _colour(hue: float) -> tuple[int, int, int]:
    """Return sRGB of a saturated colour that is neither very dark nor very light."""
    pixel = np.array([[(hue % 360, 0.8, 0.8)]], np.float32)
    red, green, blue = np.rint(cv2.cvtColor(pixel, cv2.COLOR_HSV2RGB)[0, 0] * 255).astype(int).tolist()
    return red, green, blue


# --- requests and registers -------------------------------------------------------------------


CONFIRMED: Final = frozenset({"appropriately_dressed", "nobody_ridiculed", "not_compromising"})
"""Every attestation that a shipped policy asks for."""


def a_request(**changes: Any) -> Request:
    """Return a request at noon for the website with everything attested, but for the `changes`."""
    return replace(Request(WEBSITE, NOON, attestations=CONFIRMED), **changes)


@dataclass
class RegisterBuilder:
    """Puts a register together, person by person; nobody consents until `consent` says so."""

    version: int = 1
    engine: str = ENGINE
    own_consent_age: int = 13
    _people: dict[PersonId, Person] = field(default_factory=dict)
    _standings: dict[PersonId, Standing] = field(default_factory=dict)
    _templates: dict[PersonId, tuple[Vector, int]] = field(default_factory=dict)

    def person(
        self,
        first_name: str,
        surname: str,
        *,
        kind: Kind = Kind.PUPIL,
        also: Sequence[str] = (),
        hue: float | None = None,
    ) -> PersonId:
        """Add somebody; `also` are further given names, and a `hue` makes a template.

        Pupils are nine years old at `NOON` unless `born` says otherwise.
        """
        person = PersonId(f"per_{len(self._people) + 1}")
        self._people[person] = Person(person, kind, first_name, (first_name, *also), (surname,))
        adult = kind is not Kind.PUPIL
        self._standings[person] = Standing(date_of_birth=None if adult else NINE_YEARS_AGO, speaks_for_self=adult)
        if hue is not None:
            self.template(person, hue)
        return person

    def template(self, person: PersonId, hue: float, references: int = 3) -> None:
        """Enrol somebody by the hue of their face."""
        self._templates[person] = (embedding_of(hue), references)

    def consent(
        self,
        person: PersonId,
        *subjects: Subject,
        stance: Stance = Stance.GRANTED,
        since: date = date(2025, 9, 1),
        until: date | None = None,
        scope: str = EVERYWHERE,
    ) -> None:
        """Record what the parent, or the adult, says; of picture and name if no subject is given."""
        standing = self._standings[person]
        party = Party.SELF if standing.speaks_for_self else Party.PARENT
        said_at = datetime(since.year, since.month, since.day, tzinfo=UTC)
        said = [
            Statement(party, subject, scope, stance, said_at, since, until)
            for subject in subjects or (Subject.PICTURE, Subject.NAME)
        ]
        self._standings[person] = replace(standing, statements=(*standing.statements, *said))

    def listed(self, person: PersonId) -> None:
        """Put somebody on the do-not-publish list."""
        self._standings[person] = replace(self._standings[person], listed=True)

    def held(self, person: PersonId) -> None:
        """Put somebody under a hold."""
        self._standings[person] = replace(self._standings[person], held=True)

    def left(self, person: PersonId, leaving_date: date) -> None:
        """Give somebody a last day."""
        self._standings[person] = replace(self._standings[person], leaving_date=leaving_date)

    def born(self, person: PersonId, date_of_birth: date) -> None:
        """Give somebody a date of birth."""
        self._standings[person] = replace(self._standings[person], date_of_birth=date_of_birth)

    def build(self) -> Register:
        """Return the register as it stands; the builder may be used on."""
        return Register(self.version, dict(self._people), dict(self._standings), self._gallery(), self.own_consent_age)

    def _gallery(self) -> Gallery:
        if not self._templates:
            return Gallery.empty(self.engine, FakeEmbedder.dimension)
        vectors, references = zip(*self._templates.values(), strict=True)
        return Gallery(self.engine, tuple(self._templates), np.stack(vectors), np.array(references, np.int64))
