"""Made-up name badges and certificates, put into pictures at a given size and angle."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from gatekeeper.types import Box, Pixels

SIZES: Final = (16, 24, 40)
"""Heights of a capital letter, in pixels of the picture that leaves."""
ANGLES: Final = (0, 12, 30, 90)
"""Degrees against the clock."""
_LARGE: Final = 4
"""Cards are drawn so many times as large and then reduced."""
_CAPITAL: Final = 0.7
"""Height of a capital letter as a share of the font's size, of Pillow's own font."""
_SCHOOLS: Final = ("Oakfield Primary School", "St Aidan's", "Northgate Academy", "Visitor", "Sports Day 2026")
_PAPERS: Final = ((255, 255, 255), (250, 244, 220), (214, 230, 245), (255, 240, 170), (36, 60, 110), (150, 30, 40))

Card = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture with a card in it, and where the card is."""

    pixels: Pixels
    card: Box


def badge(name: str, height: int, chance: random.Random) -> Card:
    """Return a badge, RGB, on which `name` has capitals of `height` pixels."""
    return _card([(chance.choice(_SCHOOLS), 0.55), (name, 1.0)], height, chance)


def certificate(name: str, height: int, chance: random.Random) -> Card:
    """Return a certificate, RGB, made out to `name`."""
    lines = [("CERTIFICATE OF ACHIEVEMENT", 0.9), ("presented to", 0.5), (name, 1.0), ("for kindness", 0.5)]
    return _card(lines, height, chance)


def _card(lines: list[tuple[str, float]], height: int, chance: random.Random) -> Card:
    paper = chance.choice(_PAPERS)
    ink = (20, 20, 30) if sum(paper) > 3 * 128 else (245, 245, 245)
    size = height * _LARGE / _CAPITAL
    fonts = [ImageFont.load_default(size * share) for _, share in lines]
    widths = [font.getbbox(text)[2] for font, (text, _) in zip(fonts, lines, strict=True)]
    width = round(max(widths) + 1.6 * size)
    image = Image.new("RGB", (width, round(size * (1 + 1.45 * sum(share for _, share in lines)))), paper)
    draw = ImageDraw.Draw(image)
    top = size / 2
    for font, own, (text, share) in zip(fonts, widths, lines, strict=True):
        draw.text(((width - own) / 2, top), text, font=font, fill=ink)
        top += 1.45 * share * size
    return np.asarray(image.resize((width // _LARGE, image.height // _LARGE), Image.Resampling.LANCZOS), np.uint8)


def put(background: Pixels, card: Card, angle: float, chance: random.Random) -> Placed | None:
    """Return the picture with the card in it, turned, softened and a bit darker; None if it does not fit."""
    height, width = card.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    wide, high = int(height * sin + width * cos) + 2, int(height * cos + width * sin) + 2
    if wide >= background.shape[1] or high >= background.shape[0]:
        return None
    left, top = chance.randrange(background.shape[1] - wide), chance.randrange(background.shape[0] - high)
    matrix[:, 2] += (wide / 2 - width / 2, high / 2 - height / 2)
    turned = cv2.warpAffine(card, matrix, (wide, high), flags=cv2.INTER_CUBIC)
    mask = cv2.warpAffine(np.ones((height, width), np.float32), matrix, (wide, high))[..., None]
    pixels = background.copy()
    place = pixels[top : top + high, left : left + wide]
    shown = cv2.GaussianBlur(turned, (0, 0), 0.6).astype(np.float32) * chance.uniform(0.75, 1.0)
    place[...] = np.clip(place * (1 - mask) + shown * mask, 0, 255).astype(np.uint8)
    return Placed(pixels, Box(left, top, wide, high))
