"""Keep releases within what was asked for: so many bytes, and faces no larger than the policy allows.

A network that is handed a larger file than it stores encodes it anew, and then
what is shown is not what was checked. So the release itself is made smaller.

A large, sharp face is what strangers misuse. The whole picture is reduced, not
the face alone, and then it is another picture: its release is made anew and
every face is searched for in it again. A face that was found before and is not
found any more stays on the list of faces, as one that could not be compared.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from gatekeeper.errors import PhotoRefused
from gatekeeper.identity.missed_faces import Completed
from gatekeeper.media.release.encode import make_release
from gatekeeper.media.release.encoders import Encoding
from gatekeeper.rendition import Output, Rendition
from gatekeeper.types import Box, FindingCode, Pixels, Release
from gatekeeper.vision.detection.image_pyramid import scaled

_TRIES: Final = 4
_SMALLEST: Final = 200
"""Pixels of the longer side; below that a picture is of no use on a page."""
_TOO_FEW_BYTES: Final = "The picture cannot be made as small as was asked for. Allow more bytes, or crop it."
_MARGIN: Final = 0.97
"""A little smaller than needed, because the detector measures a bit differently each time."""

_QUALITIES: Final = (None, 85, 78)
"""What is tried before the picture is made smaller; None is chosen by the picture."""
_SHRINKAGE: Final = (0.5, 0.95)
"""By how much at a time, at the most and at the least."""


def within_side(pixels: Pixels, long_side: int) -> Pixels:
    """Return the pixels, reduced so that the longer side is at most this long."""
    longest = max(pixels.shape[:2])
    return pixels if longest <= long_side else scaled(pixels, long_side / longest)


def release_within(pixels: Pixels, rendition: Rendition) -> Release:
    """Make a release of at most `rendition.max_bytes`: first of lower quality, then of fewer pixels.

    Raises:
        PhotoRefused: it would have to be smaller than a picture on a page is.
        ReleaseNotClean: as `make_release`.
    """
    release = make_release(pixels, Encoding(rendition.output))
    most = rendition.max_bytes or len(release.data)
    lossless = rendition.output is Output.PNG
    while len(release.data) > most:
        for quality in () if lossless else _QUALITIES:
            release = make_release(pixels, Encoding(rendition.output, quality))
            if len(release.data) <= most:
                return release
        factor = min(max(_MARGIN * math.sqrt(most / len(release.data)), _SHRINKAGE[0]), _SHRINKAGE[1])
        if factor * max(pixels.shape[:2]) < _SMALLEST:
            raise PhotoRefused(FindingCode.TOO_LARGE, _TOO_FEW_BYTES)
        pixels = scaled(pixels, factor)
        release = make_release(pixels, Encoding(rendition.output, None if lossless else _QUALITIES[-1]))
    return release


Look = Callable[[Release, tuple[Box, ...]], Completed]
"""Finds all people in a release, given where faces were seen before, in fractions."""


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
        release = release_within(smaller, rendition)
    message = "A face is larger than the school's policy allows, also when the picture is reduced. Use another picture."
    raise PhotoRefused(FindingCode.TOO_LARGE, message)
