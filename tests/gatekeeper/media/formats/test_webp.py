"""The WebP walker: pixels and nothing else."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gatekeeper.errors import ReleaseNotClean
from gatekeeper.media.formats.webp import verify_webp
from tests.support import samples

LOSSY = samples.saved(samples.scene(60, 40), "WEBP")
LOSSLESS = samples.saved(samples.scene(60, 40), "WEBP", lossless=True)
BOTH = pytest.mark.parametrize("clean", [LOSSY, LOSSLESS], ids=["lossy", "lossless"])


def _frame(data: bytes) -> tuple[bytes, bytes]:
    size = struct.unpack_from("<I", data, 16)[0]
    return data[12:16], data[20 : 20 + size]


def _patched(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def test_what_an_encoder_writes_without_metadata_is_clean() -> None:
    """Lossy and lossless, at several sizes and so with and without padding."""
    for width in range(20, 36):
        for lossless in (False, True):
            verify_webp(samples.saved(samples.scene(width, 21), "WEBP", lossless=lossless))


def test_everything_that_an_encoder_can_add_is_found() -> None:
    """EXIF, XMP, profile, alpha and animation are each refused."""
    image = samples.scene(60, 40)
    frames = [image, samples.scene(60, 40, seed=1)]
    for made in (
        samples.saved(image, "WEBP", exif=samples.exif(1)),
        samples.saved(image, "WEBP", xmp=b"<x:xmpmeta/>"),
        samples.saved(image, "WEBP", icc_profile=samples.icc_profile()),
        samples.saved(_half_transparent(), "WEBP"),
        samples.saved(_half_transparent(), "WEBP", lossless=True),
        samples.saved(image, "WEBP", save_all=True, append_images=frames),
    ):
        with pytest.raises(ReleaseNotClean):
            verify_webp(made)


def _half_transparent() -> Image.Image:
    image = samples.scene(60, 40).convert("RGBA")
    image.putalpha(100)
    return image


@BOTH
@pytest.mark.parametrize("kind", [b"EXIF", b"XMP ", b"ICCP", b"ALPH", b"VP8X", b"VP8 ", b"junk"])
def test_no_other_chunk_may_be_there(clean: bytes, kind: bytes) -> None:
    """Neither before nor behind the picture, even when the outer size is right."""
    frame = _frame(clean)
    for chunks in ([frame, (kind, b"four")], [(kind, b"four"), frame], [(kind, frame[1])]):
        if chunks == [frame]:
            continue
        with pytest.raises(ReleaseNotClean):
            verify_webp(samples.riff(chunks))


@given(st.binary(min_size=1, max_size=100))
def test_nothing_can_be_appended(tail: bytes) -> None:
    """Not one byte may follow the picture."""
    for clean in (LOSSY, LOSSLESS):
        with pytest.raises(ReleaseNotClean):
            verify_webp(clean + tail)


@given(st.integers(0, len(LOSSY) - 1))
def test_no_beginning_of_a_file_is_clean(length: int) -> None:
    """A file that ends too early is refused wherever it ends."""
    with pytest.raises(ReleaseNotClean):
        verify_webp(LOSSY[:length])


@given(st.integers(0, 8 * 20 - 1))
def test_every_flipped_bit_of_the_container_is_refused(bit: int) -> None:
    """Names and sizes are what they must be."""
    flipped = bytearray(LOSSY)
    flipped[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ReleaseNotClean):
        verify_webp(bytes(flipped))


@pytest.mark.parametrize(
    ("at", "new"),
    [
        (20, b"\x01"),  # not a key frame
        (20, bytes([LOSSY[20] & ~0x10])),  # not shown
        (20, bytes([LOSSY[20] | 0x0E])),  # no such version
        (23, b"\x00"),  # no start code
        (26, b"\0\0"),  # no width
        (28, b"\0\0"),  # no height
        (27, b"\x40"),  # to be scaled
        (21, b"\xff\xff"),  # first part longer than all
    ],
)
def test_lossy_frame_defects_are_refused(at: int, new: bytes) -> None:
    """Only one shown key frame with a proper size is a picture."""
    with pytest.raises(ReleaseNotClean):
        verify_webp(_patched(LOSSY, at, new))


def test_lossless_frame_defects_are_refused() -> None:
    """The signature, the alpha bit and the version are checked."""
    for at, new in ((20, b"\x2e"), (24, bytes([LOSSLESS[24] | 0x10])), (24, bytes([LOSSLESS[24] | 0x20]))):
        with pytest.raises(ReleaseNotClean):
            verify_webp(_patched(LOSSLESS, at, new))
    with pytest.raises(ReleaseNotClean):
        verify_webp(samples.riff([(b"VP8L", b"\x2f\0\0\0\0")]))


def test_the_padding_byte_is_nothing() -> None:
    """A picture of odd length is padded with a zero, in which nothing can be hidden."""
    kind, frame = _frame(LOSSLESS)
    odd = samples.riff([(kind, frame if len(frame) % 2 else frame + b"\0")])
    verify_webp(odd)
    with pytest.raises(ReleaseNotClean):
        verify_webp(odd[:-1] + b"!")
