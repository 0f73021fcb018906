"""Make the sample pictures from public-domain originals.

    python -m scripts.compose_samples reduce FOLDER    originals as found -> sample_images/originals
    python -m scripts.compose_samples compose          sample_images/originals -> everything else

Both always give the same pixels. Where the originals come from is in
`sample_images/SOURCES.md`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Final

import pillow_heif
from PIL import Image, ImageEnhance, ImageOps
from PIL.PngImagePlugin import PngInfo

from scripts import sample_metadata as planted

SAMPLES: Final = Path(__file__).resolve().parent.parent / "sample_images"

_WALL: Final = (214, 208, 198)
"""The colour behind the panels of a picture."""

_MARGIN: Final = 24
_HEIGHT: Final = 560
"""Of the panels of a picture, in pixels."""


# --- the originals, reduced -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reduction:
    """How an original becomes small enough to be kept with the code."""

    file: str
    long_side: int = 1100
    quality: int = 85
    mode: str = "RGB"


REDUCTIONS: Final = (
    Reduction("biden-blue-room-2010.jpg"),
    Reduction("coffee.png"),
    Reduction("collins-nasa.png"),
    Reduction("curie-portrait.jpg", mode="L"),
    Reduction("hopper-us-navy.jpg"),
    Reduction("mendeleev-portrait.jpg"),
    Reduction("moseley-portrait.jpg", mode="L"),
    Reduction("obama-blue-room-2010.jpg"),
    Reduction("obama-congress-2009.jpg"),
    Reduction("obama-portrait-2012.jpg"),
    Reduction("rocket.jpg"),
    Reduction("solvay-1927-frame-a.png", long_side=1280, mode="L"),
    Reduction("solvay-1927-frame-b.jpg", long_side=1700, quality=74, mode="L"),
)


def reduce_originals(source: Path, target: Path) -> None:
    """Write a small JPEG without any metadata for each of `REDUCTIONS`."""
    target.mkdir(parents=True, exist_ok=True)
    for reduction in REDUCTIONS:
        with Image.open(source / reduction.file) as original:
            picture = original.convert(reduction.mode)
        picture.thumbnail((reduction.long_side, reduction.long_side), Image.Resampling.LANCZOS)
        bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
        bare.save(target / Path(reduction.file).with_suffix(".jpg").name, quality=reduction.quality, optimize=True)


# --- pictures of panels -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Panel:
    """One person's part of an original.

    Attributes:
        original: file name without `.jpg`.
        box: left, top, right, bottom, in pixels of the reduced original.
        mirrored: left and right exchanged.
        brightness: 1 leaves it as it is.
    """

    original: str
    box: tuple[int, int, int, int]
    mirrored: bool = False
    brightness: float = 1.0

    def draw(self, originals: Path, height: int) -> Image.Image:
        """Return the panel at this height, in RGB."""
        with Image.open(originals / f"{self.original}.jpg") as picture:
            part = picture.convert("RGB").crop(self.box)
        part = part.resize((round(part.width * height / part.height), height), Image.Resampling.LANCZOS)
        part = ImageOps.mirror(part) if self.mirrored else part
        return ImageEnhance.Brightness(part).enhance(self.brightness)


A: Final = "solvay-1927-frame-a"
B: Final = "solvay-1927-frame-b"

OBAMA: Final = Panel("obama-congress-2009", (90, 100, 500, 640))
BIDEN: Final = Panel("biden-blue-room-2010", (150, 35, 420, 305))
HOPPER: Final = Panel("hopper-us-navy", (100, 10, 440, 420), mirrored=True, brightness=0.75)
COLLINS: Final = Panel("collins-nasa", (130, 8, 290, 200), mirrored=True, brightness=0.8)
CURIE: Final = Panel(B, (500, 586, 626, 740))
EINSTEIN: Final = Panel(B, (890, 582, 978, 730))
LANGEVIN: Final = Panel(B, (1050, 588, 1138, 740))
LORENTZ: Final = Panel(B, (682, 592, 806, 760))
DIRAC: Final = Panel(B, (788, 534, 900, 680))
KRAMERS: Final = Panel(B, (600, 545, 705, 670))
BOHR: Final = Panel(B, (1440, 538, 1520, 650))

REFERENCES: Final[Mapping[str, tuple[Panel, ...]]] = {
    "S-001": (
        Panel("obama-portrait-2012", (250, 20, 720, 600)),
        Panel("obama-blue-room-2010", (220, 80, 500, 400)),
    ),
    "S-002": (Panel(A, (326, 462, 440, 580)), Panel("curie-portrait", (20, 30, 232, 280))),
    "S-003": (Panel(A, (648, 462, 736, 570)),),
    "S-004": (Panel(A, (764, 476, 838, 562)),),
    "S-005": (Panel("collins-nasa", (120, 0, 310, 205)),),
    "S-006": (Panel(A, (566, 424, 668, 530)),),
    "S-008": (Panel("hopper-us-navy", (80, 0, 460, 440)),),
    "S-009": (Panel(A, (480, 472, 590, 590)),),
    "S-010": (Panel(A, (418, 426, 512, 530)),),
    "S-011": (Panel(A, (822, 438, 886, 522)),),
}
"""The reference photographs of everybody who agreed to be recognised, by external id."""

_REFERENCE_HEIGHT: Final = 420


def side_by_side(panels: Sequence[Panel], originals: Path) -> Image.Image:
    """Return the panels on one wall, from left to right."""
    drawn = [panel.draw(originals, _HEIGHT) for panel in panels]
    width = sum(part.width + _MARGIN for part in drawn) + _MARGIN
    wall = Image.new("RGB", (width, _HEIGHT + 2 * _MARGIN), _WALL)
    left = _MARGIN
    for part in drawn:
        wall.paste(part, (left, _MARGIN))
        left += part.width + _MARGIN
    return wall


def group(originals: Path) -> Image.Image:
    """Return everybody in the group photograph, without most of the building around them."""
    with Image.open(originals / f"{B}.jpg") as picture:
        people = picture.convert("RGB").crop((60, 340, 1640, 1100))
    return people.resize((1700, 818), Image.Resampling.LANCZOS)


def far_away(originals: Path) -> Image.Image:
    """Return the whole group so small on its wall that no face can be compared."""
    wall = Image.new("RGB", (1600, 1200), _WALL)
    with Image.open(originals / f"{B}.jpg") as picture:
        group = picture.convert("RGB").resize((540, 372), Image.Resampling.LANCZOS)
    wall.paste(group, (520, 410))
    return wall


def whole(name: str, originals: Path) -> Image.Image:
    """Return an original as it is."""
    with Image.open(originals / f"{name}.jpg") as picture:
        return picture.convert("RGB")


# --- files, with what they hide -----------------------------------------------------


def plain(picture: Image.Image, quality: int = 88) -> bytes:
    """Return a JPEG without metadata."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def careless(picture: Image.Image, hidden: Image.Image) -> bytes:
    """Return a JPEG as a camera and photo software leave it; its thumbnail shows somebody else, as after cropping."""
    thumbnail = plain(ImageOps.contain(hidden, (160, 160)))
    out = BytesIO()
    picture.save(
        out, "JPEG", quality=88, exif=planted.exif(thumbnail), xmp=planted.XMP, comment=planted.SCHOOL.encode()
    )
    return out.getvalue()


def sideways(picture: Image.Image) -> bytes:
    """Return a JPEG whose pixels lie on their side; only its orientation tag says so."""
    out = BytesIO()
    picture.transpose(Image.Transpose.ROTATE_90).save(out, "JPEG", quality=88, exif=planted.exif(orientation=6))
    return out.getvalue()


def from_a_phone(picture: Image.Image) -> bytes:
    """Return a HEIC with the place where it was taken."""
    out = BytesIO()
    heif = pillow_heif.from_pillow(picture)
    heif.save(out, quality=70, exif=planted.exif(), xmp=planted.XMP)
    return out.getvalue()


def with_text_chunks(picture: Image.Image) -> bytes:
    """Return a PNG that has a full name in each kind of chunk that can hold one."""
    info = PngInfo()
    info.add_text("Author", planted.OWNER)
    info.add_itxt("Description", f"{planted.FULL_NAME}, {planted.SCHOOL}", lang="en")
    out = BytesIO()
    picture.convert("L").save(out, "PNG", pnginfo=info, exif=planted.exif(), optimize=True)
    return out.getvalue()


# --- everything -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture to be checked: how its pixels and its file are made."""

    file: str
    panels: tuple[Panel, ...] = ()
    pixels: Callable[[Path], Image.Image] | None = None
    save: Callable[[Image.Image], bytes] = field(default=plain)

    def make(self, originals: Path) -> bytes:
        """Return the file's bytes."""
        return self.save(self.pixels(originals) if self.pixels else side_by_side(self.panels, originals))


def samples(originals: Path) -> tuple[Sample, ...]:
    """Return the recipe of every picture that the gate is shown."""
    hidden = CURIE.draw(originals, 160)
    return (
        Sample("01-approved.jpg", (EINSTEIN, OBAMA), save=partial(careless, hidden=hidden)),
        Sample("02-listed.jpg", (DIRAC, CURIE)),
        Sample("03-listed-without-template.jpg", (DIRAC, BOHR)),
        Sample("04-no-consent.jpg", (HOPPER, EINSTEIN)),
        Sample("05-unknown-face.jpg", (OBAMA, BIDEN)),
        Sample("06-group.jpg", pixels=group, save=partial(plain, quality=80)),
        Sample("07-turned.jpg", (EINSTEIN, LANGEVIN), save=sideways),
        Sample("08-tiny-faces.jpg", pixels=far_away),
        Sample("09-nobody-visible.jpg", pixels=partial(whole, "rocket")),
        Sample("10-phone.heic", (COLLINS, OBAMA), save=from_a_phone),
        Sample("11-text-chunks.png", (KRAMERS,), save=with_text_chunks),
        Sample("12-expired.jpg", (LORENTZ, DIRAC)),
    )


def compose(originals: Path, target: Path) -> None:
    """Write every reference photograph and every picture to be checked."""
    for person, panels in REFERENCES.items():
        folder = target / "people" / person
        folder.mkdir(parents=True, exist_ok=True)
        for number, panel in enumerate(panels, start=1):
            (folder / f"{number}.jpg").write_bytes(plain(panel.draw(originals, _REFERENCE_HEIGHT)))
    for sample in samples(originals):
        (target / sample.file).write_bytes(sample.make(originals))


def main() -> None:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(description="Make the sample pictures.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("reduce").add_argument("folder", type=Path)
    commands.add_parser("compose")
    arguments = parser.parse_args()
    if arguments.command == "reduce":
        reduce_originals(arguments.folder, SAMPLES / "originals")
    else:
        compose(SAMPLES / "originals", SAMPLES)


if __name__ == "__main__":
    main()
