"""Pictures and broken files, made in code; each maker is named by what it makes."""

import io
import struct
import zlib
from collections.abc import Iterable

import numpy as np
import pillow_heif
from PIL import ExifTags, Image, ImageCms

from gatekeeper.types import Pixels

pillow_heif.register_heif_opener()

CORNERS = ((200, 30, 30), (30, 180, 40), (40, 60, 210), (230, 200, 60))
"""Colours of the quarters of `quarters()`: top left, top right, bottom left, bottom right."""


def quarters(width: int = 96, height: int = 64) -> Image.Image:
    """A picture whose four quarters differ, so that every turn of it can be told."""
    pixels = np.zeros((height, width, 3), np.uint8)
    middle, centre = height // 2, width // 2
    pixels[:middle, :centre], pixels[:middle, centre:] = CORNERS[:2]
    pixels[middle:, :centre], pixels[middle:, centre:] = CORNERS[2:]
    return Image.fromarray(pixels)


def scene(width: int = 640, height: int = 480, seed: int = 0) -> Image.Image:
    """A soft picture with some grain, about as hard to encode as a photograph."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 256, (12, 16, 3), np.uint8))
    smooth = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC)).astype(np.int16)
    grainy = np.clip(smooth + random.integers(-6, 7, smooth.shape), 0, 255)
    return Image.fromarray(grainy.astype(np.uint8))


def in_mode(mode: str) -> bytes:
    """A ramp from black to white, left to right, as a file of that mode."""
    ramp = Image.fromarray(np.repeat(np.arange(0, 256, dtype=np.uint8)[None], 64, axis=0))
    if mode == "I;16":
        image = Image.fromarray(np.asarray(ramp).astype(np.uint16) * 257)
    elif mode == "LAB":
        image = Image.merge("LAB", (ramp, Image.new("L", ramp.size, 128), Image.new("L", ramp.size, 128)))
    else:
        image = ramp.convert("RGB").convert(mode)
    return saved(image, "PNG" if mode in {"LA", "I;16"} else "TIFF")


def pixels_of(image: Image.Image) -> Pixels:
    return np.asarray(image.convert("RGB"))


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """The picture as a file of that kind, by Pillow's name for it."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def exif(orientation: int | None = None, *, gps: bool = False, text: str = "") -> Image.Exif:
    """An EXIF block with what is asked for."""
    block = Image.Exif()
    if orientation is not None:
        block[ExifTags.Base.Orientation] = orientation
    if text:
        block[ExifTags.Base.ImageDescription] = text
        block[ExifTags.Base.Artist] = text
        block.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.MakerNote] = text.encode()
    if gps:
        block.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (51.0, 30.0, 0.0), 3: "W", 4: (0.0, 7.0, 0.0)})
    return block


def icc_profile(space: str = "sRGB") -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(space)).tobytes()  # type: ignore[arg-type]


def profile_that_swaps_red_and_green() -> bytes:
    """An sRGB profile with two columns exchanged: easy to tell whether it was used."""
    profile = bytearray(icc_profile())
    count = struct.unpack_from(">I", profile, 128)[0]
    entries = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    red, green = entries[b"rXYZ"] + 4, entries[b"gXYZ"] + 4
    profile[red : red + 8], profile[green : green + 8] = profile[green : green + 8], profile[red : red + 8]
    return bytes(profile)


# --- containers, byte by byte ---------------------------------------------------


def png_chunk(kind: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum


def png_header(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header)


def png(rows: bytes, width: int, height: int, colour: int = 2, extra: bytes = b"") -> bytes:
    """A PNG around rows that already begin with their filter bytes; `extra` chunks before the pixels."""
    body = png_chunk(b"IDAT", zlib.compress(rows))
    return png_header(width, height, colour=colour) + extra + body + png_chunk(b"IEND", b"")


def black_png(width: int, height: int) -> bytes:
    """Many pixels in few bytes, made without holding them."""
    packer, row = zlib.compressobj(1), bytes(1 + 3 * width)
    stream = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return png_header(width, height) + png_chunk(b"IDAT", stream) + png_chunk(b"IEND", b"")


def jpeg_segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def jpeg_boundaries(data: bytes) -> list[int]:
    """Offsets at which a segment begins, the one after SOI first, EOI last."""
    found, at = [], 2
    while data[at + 1] != 0xD9:
        found.append(at)
        is_scan = data[at + 1] == 0xDA
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
        while is_scan and not (data[at] == 0xFF and data[at + 1] != 0):
            at += 1
    return [*found, at]


def with_inserted(data: bytes, at: int, extra: bytes) -> bytes:
    return data[:at] + extra + data[at:]


def jpeg_with_scans(count: int, image: Image.Image | None = None) -> bytes:
    """A progressive JPEG that repeats its last scan until it has that many."""
    data = saved(image or scene(64, 48), "JPEG", progressive=True)
    boundaries = jpeg_boundaries(data)
    scans = [at for at in boundaries if data[at + 1] == 0xDA]
    last = data[scans[-1] : boundaries[-1]]
    return with_inserted(data, boundaries[-1], last * (count - len(scans)))


def riff(chunks: Iterable[tuple[bytes, bytes]]) -> bytes:
    """A WebP file of these chunks."""
    body = b"".join(
        kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) & 1) for kind, content in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def lossless_webp_header(width: int, height: int) -> bytes:
    """A few bytes that promise a huge lossless WebP."""
    bits = (width - 1) | (height - 1) << 14
    return riff([(b"VP8L", b"\x2f" + struct.pack("<I", bits) + bytes(9))])
