"""What a file claims about its colours, the strongest claim first.

PNG, third edition, section 4.3: cICP, then iCCP, then sRGB, then gAMA with
cHRM. HEIF and AVIF: an ICC profile, then the nclx code points. Other formats:
the ICC profile. Runs in the worker process.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal

from PIL import Image

from gatekeeper.media.colour import signals
from gatekeeper.media.colour.signals import Signal
from gatekeeper.media.formats import heif
from gatekeeper.media.formats.segments import png_is_whole, png_spans


class _Plain(Enum):
    SRGB = "srgb"


SRGB: Final = _Plain.SRGB
"""The claim to be sRGB, which ends the search."""
Claim = bytes | Signal | Literal[_Plain.SRGB]
"""An ICC profile, a signal by numbers, or sRGB."""
_PNG_CHUNKS: Final = frozenset({b"cICP", b"sRGB", b"gAMA", b"cHRM"})
_BEFORE: Final = frozenset({b"IDAT", b"PLTE"})


def claims(image: Image.Image, data: bytes, decoder: str) -> tuple[Claim, ...]:
    """Every claim of the file, to be tried in this order.

    Args:
        image: the opened picture.
        data: the whole file.
        decoder: Pillow's name of the format.
    """
    profile = image.info.get("icc_profile")
    embedded: tuple[Claim, ...] = (profile,) if isinstance(profile, bytes) and profile else ()
    if decoder == "PNG":
        return _of_png(embedded, data)
    if decoder in {"HEIF", "AVIF"}:
        points = heif.nclx(data)
        signal = points and signals.of_nclx(*points)
        return (*embedded, signal) if signal else embedded
    return embedded


def _of_png(embedded: tuple[Claim, ...], data: bytes) -> tuple[Claim, ...]:
    chunks: dict[bytes, bytes] = {}
    for kind, start, behind in png_spans(data):
        if kind in _BEFORE:
            break
        if kind in _PNG_CHUNKS and png_is_whole(data, start, behind):
            chunks.setdefault(kind, data[start : min(behind - 4, start + 64)])
    counts, signal = signals.of_cicp(chunks.get(b"cICP", b""))
    if counts:
        return (signal or SRGB,)
    if b"sRGB" in chunks:
        return (*embedded, SRGB)
    gamma = signals.of_gamma(chunks.get(b"gAMA", b""), chunks.get(b"cHRM", b""))
    return (*embedded, gamma) if gamma else embedded
