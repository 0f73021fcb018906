"""Made-up name badges, certificates, arcs and shirts, put into pictures at a given size and angle."""

from __future__ import annotations

import math
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


def arc(name: str, height: int, chance: random.Random, *, degrees: float | None = None) -> Card:
    """Return a round badge, RGB, with `name` along an arc that spans 40 to 120 degrees, or so many."""
    sweep = math.radians(chance.uniform(40, 120) if degrees is None else degrees)
    paper = chance.choice(_PAPERS)
    ink = (20, 20, 30) if sum(paper) > 3 * 128 else (245, 245, 245)
    size = height * _LARGE / _CAPITAL
    font = ImageFont.load_default(size)
    width = font.getbbox(name)[2]
    flat = Image.new("RGB", (round(width + size), round(1.8 * size)), paper)
    ImageDraw.Draw(flat).text((size / 2, 0.4 * size), name, font=font, fill=ink)
    bent = _bent(np.asarray(flat, np.uint8), sweep * flat.width / width, paper)
    return _reduced(Image.fromarray(bent))


def _bent(flat: Card, sweep: float, paper: tuple[int, int, int]) -> Card:
    """Return a strip bent upwards around a circle, its ends `sweep` apart as seen from the middle."""
    height, width = flat.shape[:2]
    radius = width / sweep
    half = min(sweep / 2, math.pi)
    wide = 2 * (radius + height) * (math.sin(half) if half < math.pi / 2 else 1)
    high = radius + height - radius * math.cos(half)
    x, y = np.meshgrid(np.arange(round(wide)) - wide / 2, np.arange(round(high)) - (radius + height))
    across = (np.arctan2(x, -y) / sweep + 0.5) * width
    down = radius + height - np.hypot(x, y)
    remapped = cv2.remap(
        flat,
        across.astype(np.float32),
        down.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=paper,
    )
    return np.asarray(remapped, np.uint8)


def kit(name: str, height: int, chance: random.Random) -> Card:
    """Return the back of a shirt, RGB: the name, level or arched, over a number, on folded cloth."""
    cloth = chance.choice(((170, 20, 30), (20, 40, 120), (20, 110, 60), (240, 240, 240), (30, 30, 34)))
    ink = (20, 20, 30) if sum(cloth) > 3 * 128 else (245, 245, 245)
    size = height * _LARGE / _CAPITAL
    font, large = ImageFont.load_default(size), ImageFont.load_default(3.2 * size)
    width = round(font.getbbox(name)[2] + 2 * size)
    flat = Image.new("RGB", (width, round(1.8 * size)), cloth)
    ImageDraw.Draw(flat).text((size, 0.4 * size), name, font=font, fill=ink)
    top = np.asarray(flat, np.uint8)
    if chance.random() < 0.5:
        top = _bent(top, math.radians(chance.uniform(15, 50)), cloth)
    body = Image.new("RGB", (top.shape[1], round(top.shape[0] + 4 * size)), cloth)
    body.paste(Image.fromarray(top), (0, 0))
    number = str(chance.randint(1, 99))
    left = (body.width - large.getbbox(number)[2]) / 2
    ImageDraw.Draw(body).text((left, top.shape[0] - 0.4 * size), number, font=large, fill=ink)
    return _reduced(Image.fromarray(_folded(np.asarray(body, np.uint8), size, chance)))


def _folded(cloth: Card, size: float, chance: random.Random) -> Card:
    """Return cloth in folds: shifted up and down by up to a sixth of a letter, and shaded."""
    height, width = cloth.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    wave = np.sin(x / (size * chance.uniform(0.7, 1.6)) + y / (3 * size) + chance.uniform(0, 6))
    moved = cv2.remap(
        cloth, x + 0.06 * size * wave, y + 0.12 * size * wave, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(np.clip(moved * (0.86 + 0.14 * wave[..., None]), 0, 255), np.uint8)


def mirrored(card: Card) -> Card:
    """Return the card as a mirror or a front camera shows it."""
    return np.ascontiguousarray(card[:, ::-1])


def _reduced(image: Image.Image) -> Card:
    small = image.resize((image.width // _LARGE, image.height // _LARGE), Image.Resampling.LANCZOS)
    return np.asarray(small, np.uint8)


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
    return _reduced(image)


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
