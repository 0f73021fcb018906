"""Turn whatever mode and colour space a picture has into opaque 8-bit sRGB.

Runs in the worker process.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageCms

from gatekeeper.media.colour.claims import SRGB, Claim
from gatekeeper.media.colour.profiles import matrix_profile
from gatekeeper.media.colour.signals import Signal
from gatekeeper.media.reasons import Reason, Refused

_SRGB: Final = ImageCms.createProfile("sRGB")
_LAB: Final = ImageCms.createProfile("LAB")
_WHITE: Final = 255
_AS_IS: Final = frozenset({"L", "LA", "RGB", "RGBA", "CMYK", "LAB"})
_SIMPLER: Final = {
    "1": "L",
    "YCbCr": "RGB",
    "HSV": "RGB",
    "RGBX": "RGB",
    "RGBa": "RGBA",
    "La": "LA",
    "PA": "RGBA",
}
_KEYED: Final = frozenset({"1", "L", "RGB"})
"""Modes in which one value may be declared transparent."""
_SPACES: Final = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK", "LAB": "Lab"}
"""The only pairs of Pillow mode and profile colour space that reach littleCMS (CVE-2026-59205)."""


def plain(image: Image.Image) -> Image.Image:
    """The same picture as L, LA, RGB, RGBA, CMYK or LAB, 8 bits a channel.

    Raises:
        Refused: whole-number or floating-point samples of 32 bits, whose black
            and white cannot be known.
    """
    mode = image.mode
    if mode == "P" or (mode in _KEYED and "transparency" in image.info):
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    if mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value / 257 + 0.5).convert("L")  # its own way to L just clips
    if mode in _SIMPLER:
        return image.convert(_SIMPLER[mode])
    if mode in _AS_IS:
        return image  # not even copied: on a large photo that would cost more than a tenth
    raise Refused(Reason.UNSUPPORTED_KIND)


def flatten(image: Image.Image) -> Image.Image:
    """Lay a picture with transparency on white, so that colours hidden under it are gone."""
    if image.mode not in {"RGBA", "LA"}:
        return image
    opaque = "RGB" if image.mode == "RGBA" else "L"
    ground = Image.new(opaque, image.size, (_WHITE, _WHITE, _WHITE) if opaque == "RGB" else _WHITE)
    ground.paste(image.convert(opaque), mask=image.getchannel("A"))
    return ground


def to_srgb(image: Image.Image, claims: Sequence[Claim]) -> Image.Image:
    """An opaque picture as RGB, converted by the first claim that can be used (relative colorimetric).

    A profile that is broken or made for another colour space is passed over; a
    picture without any usable claim is taken to be sRGB, as browsers do.
    """
    for claim in claims:
        if claim is SRGB:
            break
        try:
            return _converted(image, claim)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            continue
    if image.mode == "LAB":
        return _through(image, ImageCms.ImageCmsProfile(_LAB))
    return image if image.mode == "RGB" else image.convert("RGB")


def _converted(image: Image.Image, claim: bytes | Signal) -> Image.Image:
    if isinstance(claim, bytes):
        return _through(image, ImageCms.ImageCmsProfile(io.BytesIO(claim)))
    if image.mode not in {"RGB", "L"}:
        msg = "numbers for red, green and blue say nothing about other channels"
        raise ValueError(msg)
    colours = image.convert("RGB")
    profile = matrix_profile(claim.primaries, claim.levels(colours.histogram()))
    return _through(colours, ImageCms.ImageCmsProfile(io.BytesIO(profile)))


def _through(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    space = profile.profile.xcolor_space.strip()
    if _SPACES.get(image.mode) != space:
        msg = "the profile is made for another colour space"
        raise ValueError(msg)
    converted = ImageCms.profileToProfile(
        image,
        profile,
        ImageCms.ImageCmsProfile(_SRGB),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    if converted is None:  # only with inPlace, which is not asked for
        raise ValueError(space)
    return converted
