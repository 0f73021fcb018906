"""Keep faces in published pictures small, where a school's policy asks for it.

A large, sharp face is what strangers misuse. The whole picture is reduced, not
the face alone, and then it is another picture: its release is made anew and
everybody is searched in it again. A face that was found before and is not
found any more stays on the list of faces, as one that nobody could compare.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from gatekeeper.errors import PhotoRefused
from gatekeeper.media.encode import make_release
from gatekeeper.media.encoders import Encoding
from gatekeeper.missed import Completed
from gatekeeper.rendition import Rendition
from gatekeeper.types import Box, FindingCode, Release
from gatekeeper.vision.copies import scaled

_TRIES: Final = 4
_MARGIN: Final = 0.97
"""A little smaller than needed, because the detector measures a bit differently each time."""

Look = Callable[[Release, tuple[Box, ...]], Completed]
"""Finds everybody in a release, given where faces were seen before, in fractions."""


def fitted(release: Release, rendition: Rendition, seen: tuple[Box, ...], look: Look) -> tuple[Release, Completed]:
    """Return the release, or a smaller one in which no face is too large, and the faces in it.

    Raises:
        PhotoRefused: it does not fit after several tries.
    """
    for _ in range(_TRIES):
        faces = look(release, seen)
        largest = max((max(face.box.width, face.box.height) for face in faces.faces), default=0.0)
        if not rendition.largest_face or largest <= rendition.largest_face:
            return release, faces
        whole = 1 / release.width, 1 / release.height
        seen = tuple(face.box.scaled(*whole) for face in faces.faces if face.number not in faces.marked)
        smaller = scaled(release.pixels, _MARGIN * rendition.largest_face / largest)
        release = make_release(smaller, Encoding(rendition.output))
    message = "A face is larger than the school's policy allows, also when the picture is reduced. Use another picture."
    raise PhotoRefused(FindingCode.TOO_LARGE, message)
