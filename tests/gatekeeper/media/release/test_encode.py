"""Making releases."""

import hashlib
import io

import cv2
import numpy as np
import pytest
from PIL import Image

from gatekeeper.errors import ReleaseNotClean
from gatekeeper.media.release.encode import make_release, pixels_sha256, reopen_release, verify
from gatekeeper.media.release.encoders import Encoding
from gatekeeper.rendition import Output, suffix_of
from tests.support import samples

PIXELS = samples.pixels_of(samples.scene())


def test_a_release_is_what_its_bytes_decode_to() -> None:
    """Pixels, size and hash belong to the very bytes that are published."""
    release = make_release(PIXELS)
    assert release.sha256 == hashlib.sha256(release.data).hexdigest()
    assert release.media_type == "image/jpeg"
    assert (release.width, release.height) == (640, 480)
    assert np.array_equal(release.pixels, np.asarray(Image.open(io.BytesIO(release.data))))
    other_decoder = cv2.imdecode(np.frombuffer(release.data, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert np.abs(release.pixels.astype(int) - other_decoder).max() <= 1


def test_a_release_looks_like_what_it_was_made_of() -> None:
    """At the default quality the loss is far below what an eye sees; a higher quality loses less."""
    assert cv2.PSNR(make_release(PIXELS).pixels, PIXELS) > 34
    assert len(make_release(PIXELS, Encoding(quality=60)).data) < len(make_release(PIXELS).data)


def test_the_same_pixels_give_the_same_bytes() -> None:
    """Nothing of the moment or the machine gets into the file."""
    assert make_release(PIXELS).data == make_release(PIXELS.copy()).data


def test_a_release_is_progressive_and_carries_nothing() -> None:
    """No density, no profile, no comment: what Pillow reads besides pixels is the bare JFIF header."""
    with Image.open(io.BytesIO(make_release(PIXELS).data)) as image:
        assert image.info == {
            "jfif": 257,
            "jfif_version": (1, 1),
            "jfif_unit": 0,
            "jfif_density": (1, 1),
            "progressive": 1,
            "progression": 1,
        }


@pytest.mark.parametrize("side", [1, 2, 7, 8, 9, 17, 300])
@pytest.mark.parametrize("quality", [60, 90, 100, None])
def test_noise_of_any_size_can_be_released(side: int, quality: int | None) -> None:
    """Pictures that hardly compress do not break the encoder."""
    noise = np.random.default_rng(side).integers(0, 2, (side, side + 1, 3), np.uint8) * 255
    assert make_release(noise, Encoding(quality=quality)).pixels.shape == noise.shape


def test_a_view_of_other_memory_can_be_released() -> None:
    """Slices and pictures that must not be written to are fine, and stay as they are."""
    part = PIXELS[::-1, 10:200:2]
    assert make_release(part).pixels.shape == part.shape
    fixed = PIXELS.copy()
    fixed.flags.writeable = False
    assert make_release(fixed).data == make_release(PIXELS).data


@pytest.mark.parametrize(
    ("pixels", "quality"),
    [
        (np.zeros((4, 4), np.uint8), 90),
        (np.zeros((4, 4, 4), np.uint8), 90),
        (np.zeros((4, 4, 3), np.float32), 90),
        (np.zeros((0, 4, 3), np.uint8), 90),
        (np.zeros((1, 65_501, 3), np.uint8), 90),
        (np.zeros((4, 4, 3), np.uint8), 59),
        (np.zeros((4, 4, 3), np.uint8), 101),
    ],
)
def test_what_is_no_picture_cannot_be_released(pixels: np.ndarray, quality: int) -> None:
    """Wrong types, shapes, sizes and qualities are errors of the caller."""
    with pytest.raises(ValueError, match="pixels"):
        make_release(pixels, Encoding(quality=quality))


def test_a_release_is_reopened_as_it_was() -> None:
    """The stored bytes give the same release again."""
    release = make_release(PIXELS)
    again = reopen_release(release.data)
    assert (again.data, again.sha256, again.media_type) == (release.data, release.sha256, release.media_type)
    assert np.array_equal(again.pixels, release.pixels)


def test_changed_bytes_are_not_reopened() -> None:
    """Neither an addition, nor a format without a walker, nor a file that cannot be decoded becomes a release."""
    data = make_release(PIXELS).data
    table, scan = data.index(b"\xff\xc4"), data.index(b"\xff\xda")
    without_table = data[:table] + data[scan:]
    for changed in (data + b"x", data[:-2], samples.saved(samples.quarters(), "GIF"), b"", without_table):
        with pytest.raises(ReleaseNotClean):
            reopen_release(changed)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_output_format_has_its_walker(kind: str) -> None:
    """A plain picture passes and one with EXIF does not, in every format that can be verified."""
    verify(samples.saved(samples.quarters(), kind))
    with pytest.raises(ReleaseNotClean):
        verify(samples.saved(samples.quarters(), kind, exif=samples.exif(1)))


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "HEIF", "AVIF"])
def test_no_other_format_can_be_proved_clean(kind: str) -> None:
    """A format without a walker is not clean by definition."""
    with pytest.raises(ReleaseNotClean, match="neither"):
        verify(samples.saved(samples.quarters(), kind))


OUTPUTS = [
    Encoding(),
    Encoding(Output.PNG),
    Encoding(Output.WEBP),
    Encoding(Output.WEBP, lossless=True),
]


@pytest.mark.parametrize("encoding", OUTPUTS)
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (17, 9), (96, 64), (640, 480)])
def test_every_output_shows_what_it_was_made_from(encoding: Encoding, size: tuple[int, int]) -> None:
    """PNG and lossless WebP to the last bit; photographs of some size closely, and with the same size and type."""
    pixels = samples.pixels_of(samples.scene(*size))
    release = make_release(pixels, encoding)
    assert (release.media_type, release.width, release.height) == (encoding.output.media_type, *size)
    if encoding.exact:
        assert pixels_sha256(release.pixels) == pixels_sha256(pixels)
    elif min(size) > 60:
        assert cv2.PSNR(release.pixels, pixels) > 30
    assert np.array_equal(reopen_release(release.data).pixels, release.pixels)


@pytest.mark.parametrize("encoding", OUTPUTS)
def test_pixels_are_decoded_when_asked_for_and_stay(encoding: Encoding) -> None:
    """A release holds its bytes alone until somebody looks, and then nobody can paint over what was seen."""
    release = make_release(PIXELS, encoding)
    assert "pixels" not in vars(release)
    assert release.pixels is release.pixels
    with pytest.raises(ValueError, match="read-only"):
        release.pixels[0, 0] = 0


@pytest.mark.parametrize("encoding", OUTPUTS)
@pytest.mark.parametrize(
    "other", [PIXELS[::-1], PIXELS[:, ::-1], PIXELS[:240], np.rot90(PIXELS), 255 - PIXELS], ids=range(5)
)
def test_a_file_that_shows_something_else_is_no_release(encoding: Encoding, other: np.ndarray) -> None:
    """What decodes to a turned, mirrored, cut or inverted picture is noticed before anybody looks at it."""
    swapped = make_release(np.ascontiguousarray(other), encoding).data
    made = make_release(PIXELS, encoding)
    with pytest.raises(ReleaseNotClean, match="made from"):
        made.decode(swapped)


def test_one_changed_pixel_is_noticed_where_nothing_may_change() -> None:
    """An exact format is held to every bit."""
    touched = PIXELS.copy()
    touched[7, 7, 1] ^= 1
    made = make_release(PIXELS, Encoding(Output.PNG))
    with pytest.raises(ReleaseNotClean, match="made from"):
        made.decode(make_release(touched, Encoding(Output.PNG)).data)


def test_a_size_that_is_not_announced_is_no_release() -> None:
    """A file whose header was changed to another height does not pass as the picture it was."""
    data = make_release(PIXELS).data
    at = data.index(b"\xff\xc2") + 5
    assert data[at : at + 2] == (480).to_bytes(2, "big")
    lower = data[:at] + (472).to_bytes(2, "big") + data[at + 2 :]
    with pytest.raises(ReleaseNotClean, match="made from"):
        make_release(PIXELS).decode(lower)


def test_names_follow_the_media_type() -> None:
    """Whoever names a file of a release asks its type."""
    assert [suffix_of(output.media_type) for output in Output] == [".jpg", ".png", ".webp"]
    with pytest.raises(ValueError, match="gif"):
        suffix_of("image/gif")
