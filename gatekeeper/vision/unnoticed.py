"""Where a person is to whom no known head belongs: bodies without one, and faces that the edges cut off."""

from __future__ import annotations

from collections.abc import Sequence

from gatekeeper.types import Box, Pixels
from gatekeeper.vision.detection.persons.people_fusion import SURE
from gatekeeper.vision.engine import Engine


def unnoticed(pixels: Pixels, heads: Sequence[Box], engine: Engine) -> list[Box]:
    """Return the places in upright sRGB `pixels` at which a person should look, bodies first.

    Args:
        pixels: the picture.
        heads: wherever a face was found, marked or covered, in its pixels.
        engine: whose nets look; what it lacks is not looked for.
    """
    people = engine.people.without_face(pixels, heads) if engine.people else []
    places = [person.box for person in people if person.score >= SURE]
    cut = engine.cut_off.find(pixels, heads) if engine.cut_off else []
    return [*places, *(one for one in cut if not any(_middle_in(one, place) for place in places))]


def _middle_in(one: Box, place: Box) -> bool:
    across, down = one.x + one.width / 2 - place.x, one.y + one.height / 2 - place.y
    return 0 <= across <= place.width and 0 <= down <= place.height
