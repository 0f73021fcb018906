"""Files that must be refused, named by their defect, and what the uploader is told."""

import struct

import pytest

from gatekeeper.errors import PhotoRefused
from gatekeeper.media.limits import Limits
from gatekeeper.media.open import Opener
from gatekeeper.media.reasons import Reason
from gatekeeper.media.refusals import refusal
from gatekeeper.types import FindingCode
from tests.support import samples
from tests.support.defects import DAMAGED, DEFECTS, TOO_LARGE, UNSUPPORTED
from tests.support.orientations import assert_quarters


def _tiff(entries: list[tuple[int, int, int, int]], next_directory: int = 0) -> bytes:
    """A little-endian TIFF of one directory; each entry is tag, type, count, value."""
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + body + struct.pack("<I", next_directory) + bytes(64)


def _tiff_directory_loop() -> bytes:
    picture = [(256, 4, 1, 4), (257, 4, 1, 4), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
    strips = [(273, 4, 1, 130), (277, 3, 1, 1), (278, 4, 1, 4), (279, 4, 1, 16)]
    return _tiff(picture + strips, next_directory=8)


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_file_with_this_defect_is_refused(opener: Opener, defect: str) -> None:
    """The code fits the defect, and the sentence says what to do next."""
    make, code = DEFECTS[defect]
    with pytest.raises(PhotoRefused) as refused:
        opener.open(make())
    assert refused.value.code is code
    assert any(word in refused.value.message for word in ("JPEG", "Upload", "Crop"))


def test_too_many_bytes_are_refused_before_anything_looks_at_them() -> None:
    """A file over the limit is refused by its size alone."""
    with Opener(Limits(max_bytes=1000)) as opener, pytest.raises(PhotoRefused) as refused:
        opener.open(samples.saved(samples.scene(), "JPEG"))
    assert refused.value.code is TOO_LARGE


def test_two_hundred_scans_are_still_opened(opener: Opener) -> None:
    """The limit of scans is where it is said to be."""
    assert opener.open(samples.jpeg_with_scans(200)).size == (64, 48)


def test_a_tiff_directory_that_points_to_itself_ends(opener: Opener) -> None:
    """A loop of directories is one picture or a refusal, never a hang."""
    assert opener.open(_tiff_directory_loop()).size == (4, 4)


@pytest.mark.parametrize(
    "tail",
    [b"PK\x03\x04" + bytes(60), b"%PDF-1.4\n", b"<script>alert(1)</script>", b"<?php __HALT_COMPILER(); ?>"],
    ids=["zip", "pdf", "html", "phar"],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP"])
def test_a_polyglot_is_only_its_picture(opener: Opener, kind: str, tail: bytes) -> None:
    """What hangs behind a picture is reported and left behind."""
    photo = opener.open(samples.saved(samples.quarters(), kind) + tail)
    assert_quarters(photo.pixels)
    assert photo.metadata.carriers == ("trailing_data",)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_code_and_a_sentence(reason: Reason) -> None:
    """No reason is without words, and none of them leaves the uploader without a next step."""
    told = refusal(reason)
    assert told.code in {UNSUPPORTED, DAMAGED, TOO_LARGE, FindingCode.NOT_EXAMINED}
    assert told.message.endswith(".")
    assert any(word in told.message for word in ("JPEG", "again", "Crop"))
