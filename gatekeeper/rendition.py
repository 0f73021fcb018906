"""How a school wants its pictures to leave: one still picture, in which format and how large."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class Frames(StrEnum):
    """What is to be done with an upload that moves or has several pages."""

    REFUSE = "refuse"
    FIRST = "first"
    """Take the first frame, and report that there were more."""


class Output(StrEnum):
    """The formats that a release can have; each has its walker."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"

    @property
    def media_type(self) -> str:
        return f"image/{self}"

    @property
    def suffix(self) -> str:
        """The end of a file's name, with its dot."""
        return ".jpg" if self is Output.JPEG else f".{self}"

    @property
    def suffixes(self) -> frozenset[str]:
        """Every usual end of such a file's name, in small letters."""
        return frozenset({self.suffix, f".{self}"})


def suffix_of(media_type: str) -> str:
    """The end of the name of a file of one of the release's media types, with its dot.

    Raises:
        ValueError: no release has this type.
    """
    return Output(media_type.removeprefix("image/")).suffix


LEAST_SIDE, LEAST_BYTES = 320, 20_000
"""What a smaller release may be limited to at the least."""


@dataclass(frozen=True, slots=True)
class SizeLimit:
    """How small a release is wanted, so that no network encodes it anew; 0 sets no limit.

    Attributes:
        max_side: the longer side at most, in pixels.
        max_bytes: the file at most, in bytes.
    """

    max_side: int = 0
    max_bytes: int = 0


NO_LIMIT: Final = SizeLimit()


@dataclass(frozen=True, slots=True)
class Rendition:
    """What is made of an upload.

    Attributes:
        frames: what becomes of an upload with several frames or pages.
        output: the format of the release.
        long_side: the longer side of the release at most, in pixels.
        largest_face: the longer side of any face in the release at most, in
            pixels; 0 sets no limit.
        max_bytes: the file of the release at most; 0 sets no limit.
    """

    frames: Frames = Frames.REFUSE
    output: Output = Output.JPEG
    long_side: int = 2048
    largest_face: int = 0
    max_bytes: int = 0

    def within(self, limit: SizeLimit) -> Rendition:
        """Return this rendition, or a smaller one that keeps the limit as well."""
        longest = min(self.long_side, limit.max_side) if limit.max_side else self.long_side
        return replace(self, long_side=longest, max_bytes=limit.max_bytes)
