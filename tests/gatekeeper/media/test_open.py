import hashlib
import io
import zlib

import cv2
import numpy as np
import pillow_heif
import pytest
from PIL import Image

from gatekeeper.errors import PhotoRefused
from gatekeeper.media.fingerprint import perceptual_hash
from gatekeeper.media.open import Opener
from gatekeeper.rendition import Frames, Rendition
from gatekeeper.types import Format
from tests.support import samples
from tests.support.orientations import FORMATS, MODES, TURNS, assert_quarters


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_gives_its_pixels(opener: Opener, kind: str) -> None:
    """Format, size, hash and pixels are those of the file."""
    data = samples.saved(samples.quarters(), kind)
    photo = opener.open(data)
    assert photo.format is Format(kind.lower())
    assert photo.size == (96, 64)
    assert photo.sha256 == hashlib.sha256(data).hexdigest()
    assert photo.fingerprint == perceptual_hash(photo.pixels)
    assert photo.pixels.dtype == np.uint8
    assert photo.pixels.flags.c_contiguous
    assert_quarters(photo.pixels)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "HEIF", "AVIF"])
@pytest.mark.parametrize("orientation", TURNS)
def test_every_orientation_comes_out_upright(opener: Opener, kind: str, orientation: int) -> None:
    """All eight orientations are applied to the pixels, in each format that can say one."""
    turn = TURNS[orientation]
    stored = samples.quarters() if turn is None else samples.quarters().transpose(turn)
    photo = opener.open(samples.saved(stored, kind, exif=samples.exif(orientation).tobytes()))
    assert photo.size == (96, 64)
    assert photo.pixels.shape == (64, 96, 3)
    assert_quarters(photo.pixels)
    assert photo.metadata.turned is (orientation != 1)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_colours_hidden_under_transparency_are_gone(opener: Opener, kind: str) -> None:
    """Transparent parts come out white, and half-transparent ones are mixed with white."""
    image = samples.quarters().convert("RGBA")
    alpha = np.full((64, 96), 255, np.uint8)
    alpha[:32, :48], alpha[:32, 48:] = 0, 128
    image.putalpha(Image.fromarray(alpha))
    pixels = opener.open(samples.saved(image, kind, lossless=True)).pixels
    assert (pixels[4:28, 4:44] == 255).all()
    assert np.abs(pixels[16, 72].astype(int) - (np.array(samples.CORNERS[1]) * 128 + 255 * 127) // 255).max() <= 2
    assert np.abs(pixels[48, 24].astype(int) - samples.CORNERS[2]).max() <= 1


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_a_transparent_palette_entry_is_white(opener: Opener, kind: str) -> None:
    """The colour that a palette hides behind its transparent entry does not come out."""
    image = Image.new("P", (32, 32), 0)
    image.putpalette([250, 0, 0, 0, 0, 250])
    image.paste(1, (16, 0, 32, 32))
    pixels = opener.open(samples.saved(image, kind, transparency=0)).pixels
    assert (pixels[:, :14] == 255).all()
    assert (pixels[:, 18:] == (0, 0, 250)).all()


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_becomes_rgb(opener: Opener, mode: str) -> None:
    """A grey ramp keeps its order and its ends, whatever mode it was stored in."""
    pixels = opener.open(samples.in_mode(mode)).pixels
    row = pixels[32].astype(int)
    assert row[2].max() <= 12
    assert row[-3].min() >= 243
    assert np.ptp(row, axis=1).max() <= 6
    if mode not in {"1", "P"}:
        assert np.diff(row[:, 1]).min() >= 0


def test_sixteen_bits_keep_their_upper_half(opener: Opener) -> None:
    """Both byte orders of 16-bit grey are rounded to 8 bits, not clipped."""
    values = np.linspace(0, 65535, 64, dtype=np.uint16)
    image = Image.fromarray(np.tile(values, (16, 1)))
    for data in (samples.saved(image, "PNG"), samples.saved(image, "TIFF"), samples.saved(image, "TIFF", big=True)):
        pixels = opener.open(data).pixels
        assert np.abs(pixels[8, :, 0].astype(int) - np.round(values / 257)).max() <= 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_an_embedded_profile_is_applied(opener: Opener, kind: str) -> None:
    """The picture is converted through its profile to sRGB, and the profile is reported."""
    image = Image.new("RGB", (64, 64), (255, 0, 0))
    photo = opener.open(samples.saved(image, kind, icc_profile=samples.profile_that_swaps_red_and_green()))
    red, green, blue = photo.pixels[32, 32]
    assert green > 200
    assert max(red, blue) < 80
    assert "icc_profile" in photo.metadata.carriers


@pytest.mark.parametrize(
    "profile",
    [b"not a profile at all", samples.icc_profile("LAB"), samples.icc_profile()[:200]],
    ids=["nonsense", "another_colour_space", "cut_off"],
)
def test_an_unusable_profile_is_ignored(opener: Opener, profile: bytes) -> None:
    """A profile that is broken or made for another mode leaves the colours as they are."""
    data = samples.saved(samples.quarters(), "PNG", icc_profile=profile)
    assert_quarters(opener.open(data).pixels, tolerance=0)


def test_a_cmyk_jpeg_opens_with_and_without_a_profile(opener: Opener) -> None:
    """Ink is turned into light; an RGB profile in a CMYK file is not let near the converter."""
    image = samples.quarters().convert("CMYK")
    for options in ({}, {"icc_profile": samples.icc_profile()}):
        assert_quarters(opener.open(samples.saved(image, "JPEG", quality=95, **options)).pixels, tolerance=20)


def test_a_large_picture_is_reduced(opener: Opener) -> None:
    """The long side becomes 2048; the size as uploaded is still told; the reduction is a good one."""
    image = samples.scene(4200, 2800)
    photo = opener.open(samples.saved(image, "JPEG", quality=92))
    assert photo.size == (4200, 2800)
    assert photo.pixels.shape == (1365, 2048, 3)
    expected = np.asarray(image.resize((2048, 1365), Image.Resampling.LANCZOS))
    assert cv2.PSNR(photo.pixels, expected) > 38


def test_a_turned_large_picture_tells_its_upright_size(opener: Opener) -> None:
    """Width and height are those that a viewer shows, before the reduction."""
    photo = opener.open(samples.saved(samples.scene(3000, 1000), "JPEG", exif=samples.exif(6)))
    assert photo.size == (1000, 3000)
    assert photo.pixels.shape == (2048, 683, 3)


def test_the_smallest_picture_opens(opener: Opener) -> None:
    """One pixel is a picture."""
    assert opener.open(samples.saved(Image.new("RGB", (1, 1), "blue"), "PNG")).pixels.tolist() == [[[0, 0, 255]]]


def test_a_multi_picture_jpeg_gives_its_primary(opener: Opener) -> None:
    """Of an MPO only the first picture comes out, as every viewer shows it."""
    data = samples.saved(samples.quarters(), "MPO", save_all=True, append_images=[Image.new("RGB", (96, 64), "black")])
    photo = opener.open(data)
    assert_quarters(photo.pixels)
    assert "further_pictures" in photo.metadata.carriers


def test_a_heic_with_several_pictures_gives_its_primary(opener: Opener) -> None:
    """The picture that the file calls primary comes out, even when it is not the first."""
    file = pillow_heif.from_pillow(Image.new("RGB", (96, 64), "black"))
    file.add_from_pillow(samples.quarters())
    buffer = io.BytesIO()
    file.save(buffer, primary_index=1)
    photo = opener.open(buffer.getvalue())
    assert_quarters(photo.pixels)
    assert "further_pictures" in photo.metadata.carriers


def test_every_lossless_tiff_compression_opens(opener: Opener) -> None:
    """Whatever a scanner's program packs a TIFF with, the pixels are the same."""
    for options in ({"compression": "tiff_deflate"}, {"compression": "tiff_lzw"}, {"compression": "packbits"}):
        assert_quarters(opener.open(samples.saved(samples.quarters(), "TIFF", **options)).pixels, tolerance=0)


def test_the_long_side_can_be_chosen(opener: Opener) -> None:
    """A smaller long side gives smaller pictures, a larger one leaves them as they are."""
    data = samples.saved(samples.quarters(), "PNG")
    assert opener.open(data, Rendition(long_side=32)).pixels.shape == (21, 32, 3)
    wide = samples.saved(Image.new("RGB", (3000, 200)), "PNG")
    assert opener.open(wide, Rendition(long_side=4096)).pixels.shape == (200, 3000, 3)
    assert opener.open(wide).pixels.shape == (137, 2048, 3)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF", "AVIF"])
def test_the_first_frame_is_taken_where_the_rule_says_so(opener: Opener, kind: str) -> None:
    """What moves gives its first picture, and the report says that there were more."""
    more = {"save_all": True, "append_images": [Image.new("RGB", (96, 64), "black")] * 2}
    options = {"lossless": True} if kind == "WEBP" else {}
    data = samples.saved(samples.quarters(), kind, **more, **options)
    photo = opener.open(data, Rendition(frames=Frames.FIRST))
    assert_quarters(photo.pixels)
    assert "further_pictures" in photo.metadata.carriers
    with pytest.raises(PhotoRefused, match="only one still photo"):
        opener.open(data)


@pytest.mark.parametrize("rendition", [Rendition(), Rendition(frames=Frames.FIRST)])
def test_a_second_picture_in_a_jpeg_is_left_out(opener: Opener, rendition: Rendition) -> None:
    """A still photo's container gives its primary picture, whatever the rule about frames is."""
    black = Image.new("RGB", (96, 64), "black")
    data = samples.saved(samples.quarters(), "MPO", save_all=True, append_images=[black])
    assert_quarters(opener.open(data, rendition).pixels)


def test_an_embedded_text_chunk_does_not_stop_a_picture(opener: Opener) -> None:
    """Ordinary text in a PNG is no reason to refuse."""
    text = samples.png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"hello " * 1000))
    photo = opener.open(samples.png(bytes(2 * (1 + 6)), 2, 2, extra=text))
    assert photo.metadata.carriers == ("caption", "text_chunk")
