"""`face_recognition` used the way its README shows, in a process of its own.

A process of its own, because importing it makes Pillow accept half files for
the whole process. It finds its model files through `pkg_resources`, which
current setuptools no longer brings; the one function it needs stands in for it.

Each line of standard input is a round (`gatekeeper.benchmark.rounds.Round`) as
JSON. For each of its scenes one line is answered: a pair for each face that was
found, of the nearest enrolled person and the distance.
"""

from __future__ import annotations

import json
import sys
from importlib.resources import files
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatekeeper.benchmark.registers import REFERENCE_SIDE
from gatekeeper.benchmark.rounds import Round
from gatekeeper.benchmark.scenes import Tile, cut, render
from gatekeeper.types import Pixels

Named = list[tuple[str, float]]
"""Every face of a picture: the nearest person and the distance, 0 (the same) upwards."""


def imported() -> ModuleType:
    """Return `face_recognition`."""
    stand_in = ModuleType("pkg_resources")
    vars(stand_in)["resource_filename"] = lambda package, name: str(files(package) / name)
    sys.modules.setdefault("pkg_resources", stand_in)
    import face_recognition  # noqa: PLC0415 (only once its helper stands)

    module: ModuleType = face_recognition
    return module


class Known:
    """The README's list of known encodings and their names; each photograph is read once."""

    def __init__(self, recognition: Any) -> None:
        self._recognition = recognition
        self._read: dict[Tile, list[NDArray[np.float64]]] = {}
        self._names: list[str] = []
        self._encodings: list[NDArray[np.float64]] = []

    def enrol(self, shown: Round) -> None:
        """Know exactly the people of this round."""
        self._names, self._encodings = [], []
        for person, tiles in shown.references.items():
            for tile in tiles:
                if tile not in self._read:
                    self._read[tile] = self._recognition.face_encodings(cut(tile, REFERENCE_SIDE))[:1]
                self._names += [person] * len(self._read[tile])
                self._encodings += self._read[tile]

    def name(self, pixels: Pixels) -> Named:
        """Find the faces of a picture and the person nearest to each."""
        locations = self._recognition.face_locations(pixels)
        return [self._nearest(one) for one in self._recognition.face_encodings(pixels, locations)]

    def _nearest(self, encoding: NDArray[np.float64]) -> tuple[str, float]:
        distances = self._recognition.face_distance(self._encodings, encoding)
        best = int(np.argmin(distances))
        return self._names[best], float(distances[best])


def main() -> None:
    """Answer every round on standard input until it ends."""
    known = Known(imported())
    for line in sys.stdin:
        shown = Round.from_dict(json.loads(line))
        known.enrol(shown)
        for scene in shown.scenes:
            print(json.dumps(known.name(render(scene))), flush=True)  # noqa: T201 (the answer)


if __name__ == "__main__":
    main()
