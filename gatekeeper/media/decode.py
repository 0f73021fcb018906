"""Open one upload: the only place where a decoder sees bytes that others made.

Runs in the worker process, which `jail.py` has closed before. Nothing here
trusts the file to keep its promises: sizes are checked before pixels are
made, and only the one decoder that the first bytes ask for may run.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pillow_heif
from PIL import AvifImagePlugin, ExifTags, Image, ImageFile, PngImagePlugin

from gatekeeper.media.colour.claims import Claim, claims
from gatekeeper.media.colour.conversion import flatten, plain, to_srgb
from gatekeeper.media.formats import metadata
from gatekeeper.media.formats.essentials import essentials
from gatekeeper.media.formats.orientation import UPRIGHT, of_exif, orientation
from gatekeeper.media.formats.segments import count_scans
from gatekeeper.media.limits import MIB, Limits
from gatekeeper.media.reasons import Reason, Refused
from gatekeeper.media.wire import Opened, Order
from gatekeeper.types.formats import Format

_MAY_MOVE: Final = frozenset(format_.name for format_ in Format if format_.moving)
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS: Final = frozenset({5, 6, 7, 8})
_GAP: Final = 2.0
_PNG_DEPTH_AT: Final = 24
_DEEP: Final = 16
_REDUCED: Final = 1


def prepare() -> None:
    """Load every decoder and set its limits, once, before any upload is there."""
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    Image.init()
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    PngImagePlugin.MAX_TEXT_CHUNK = MIB
    PngImagePlugin.MAX_TEXT_MEMORY = 8 * MIB


def decode(data: bytes, order: Order, limits: Limits) -> tuple[Opened, bytes]:
    """Decode, turn upright, reduce to `order.long_side`, lay on white, convert to sRGB.

    Args:
        data: the whole file.
        order: the one format that may be tried, and what is wanted of the picture.
        limits: what the picture may ask for.

    Returns:
        What came out, and its RGB bytes, row after row.

    Raises:
        Refused: for every way in which this can fail.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _decode_or_mend(data, order, limits)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(Reason.TOO_MANY_PIXELS) from None
    except MemoryError:
        raise Refused(Reason.MEMORY) from None
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001 - decoders raise anything: OSError, SyntaxError, struct.error, KeyError ...
        raise Refused(_reason(error)) from None


def _decode_or_mend(data: bytes, order: Order, limits: Limits) -> tuple[Opened, bytes]:
    """Decode; where that fails, once more without metadata, which may be all that is broken."""
    try:
        return _decode(data, data, order, limits)
    except (Refused, MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise
    except Exception as error:
        lean = essentials(data, order.decoder) if _reason(error) in {Reason.DAMAGED, Reason.CUT_OFF} else None
        if lean is None:
            raise
    return _decode(lean, data, order, limits)


def _decode(shown: bytes, whole: bytes, order: Order, limits: Limits) -> tuple[Opened, bytes]:
    """Decode `shown`, a file that may lack metadata of the `whole` one."""
    decoder = order.decoder
    Image.MAX_IMAGE_PIXELS = limits.pixels_of(decoder)
    if decoder == "JPEG" and count_scans(shown) > limits.max_scans:
        raise Refused(Reason.TOO_MANY_SCANS)
    with Image.open(io.BytesIO(shown), formats=[decoder]) as image:
        if decoder == "TIFF":
            image.info.pop("xmp", None)  # by which Pillow would turn it where the tag is missing
        _check_size(image.size, limits, decoder)
        _check_kind(image, shown, decoder)
        moves = decoder in _MAY_MOVE and _has_further_frame(shown, decoder)
        if moves and not order.first_frame:
            raise Refused(Reason.SEVERAL_PICTURES)
        turn = _turn(image, whole, decoder)
        size = image.size
        if decoder == "JPEG":
            image.draft(None, _reduced(size, round(_GAP * order.long_side)))  # nearer, and detail would be lost
        image.load()
        turned = _turned_by_libheif(image, whole) if decoder == "HEIF" else turn > UPRIGHT
        if decoder == "TIFF":
            size, turn = image.size, UPRIGHT  # loading a TIFF turns it
        found = metadata.examine(image, whole, decoder, turned=turned)
        if moves:
            found = replace(found, carriers=found.carriers | {"further_pictures"})
        picture = _upright_srgb(image, claims(image, whole, decoder), turn, order.long_side)
    original = size[::-1] if turn in _SIDEWAYS else size
    return Opened(*picture.size, original, found), picture.tobytes()


def _check_size(size: tuple[int, int], limits: Limits, decoder: str) -> None:
    short, long = sorted(size)
    if short * long > limits.pixels_of(decoder):
        raise Refused(Reason.TOO_MANY_PIXELS)
    if long > limits.max_side:
        raise Refused(Reason.TOO_LONG)
    if short < 1:
        raise Refused(Reason.DAMAGED)
    if long > limits.max_aspect * short:
        raise Refused(Reason.TOO_THIN)


def _check_kind(image: Image.Image, data: bytes, decoder: str) -> None:
    """Refuse what has no one true picture: camera raw previews, 16-bit colour keys."""
    if decoder == "TIFF" and _is_preview(image):
        raise Refused(Reason.CAMERA_RAW)
    if decoder == "PNG" and data[_PNG_DEPTH_AT] == _DEEP and "transparency" in image.info:
        raise Refused(Reason.UNSUPPORTED_KIND)  # Pillow compares the key with pixels already cut to 8 bits


def _has_further_frame(data: bytes, decoder: str) -> bool:
    """Try to go to a second frame; counting them all would take seconds on a hostile file."""
    with Image.open(io.BytesIO(data), formats=[decoder]) as second:
        try:
            second.seek(1)
        except EOFError:
            return False
    return True


def _is_preview(image: Image.Image) -> bool:
    """Whether a TIFF's first picture calls itself reduced, as in camera raw files, or is a DNG."""
    tags = image.getexif()
    kind = tags.get(ExifTags.Base.NewSubfileType, 0)
    return ExifTags.Base.DNGVersion in tags or (isinstance(kind, int) and bool(kind & _REDUCED))


def _turn(image: Image.Image, data: bytes, decoder: str) -> int:
    """How a picture is to be turned, 1 to 8 as the orientation tag counts, as browsers do."""
    if decoder == "TIFF":
        value = image.getexif().get(ExifTags.Base.Orientation)
        return value if isinstance(value, int) and value in _TURNS else UPRIGHT
    if decoder == "AVIF":
        return of_exif(image.info.get("exif", b""))  # where Pillow writes what the boxes say
    return orientation(data, decoder)


def _turned_by_libheif(image: Image.Image, data: bytes) -> bool:
    """Whether the box that turns is there; writers that use it say the same in EXIF."""
    return (b"irot" in data or b"imir" in data) and image.info.get("original_orientation") in _TURNS


def _reduced(size: tuple[int, int], long_side: int) -> tuple[int, int]:
    longest = max(size)
    if longest <= long_side:
        return size
    width, height = (max(1, round(side * long_side / longest)) for side in size)
    return width, height


def _upright_srgb(image: Image.Image, colours: Sequence[Claim], turn: int, long_side: int) -> Image.Image:
    """Reduce first: turning and colour then cost a quarter on a 12-megapixel photo."""
    picture = plain(image)
    target = _reduced(picture.size, long_side)
    if target != picture.size:
        picture = picture.resize(target, Image.Resampling.LANCZOS, reducing_gap=_GAP)
    picture = to_srgb(flatten(picture), colours)
    return picture.transpose(_TURNS[turn]) if turn in _TURNS else picture


def _reason(error: Exception) -> Reason:
    """Pillow and libheif name their own limits only in the text of the error."""
    text = str(error).lower()
    if "max_text_chunk" in text or "memory used in text chunks" in text:
        return Reason.BOMB
    if "security limit" in text or "maximum image size" in text:
        return Reason.TOO_MANY_PIXELS
    if "truncated" in text:
        return Reason.CUT_OFF
    return Reason.DAMAGED
