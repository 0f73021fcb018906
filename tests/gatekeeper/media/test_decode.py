"""The decoding itself, outside of the jail: the jail must change nothing about it."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from PIL import Image, ImageFile

from gatekeeper.errors import PhotoRefused
from gatekeeper.media import decode
from gatekeeper.media.formats.sniff import sniff
from gatekeeper.media.limits import Limits
from gatekeeper.media.open import Opener
from gatekeeper.media.reasons import Reason, Refused
from gatekeeper.media.refusals import refusal
from gatekeeper.media.wire import Order
from tests.support import samples
from tests.support.defects import DEFECTS
from tests.support.orientations import FORMATS, MODES, TURNS
from tests.support.torture import PLANTED

Make = Callable[[], bytes]


def _turned(orientation: int, kind: str) -> bytes:
    return samples.saved(samples.quarters(), kind, exif=samples.exif(orientation).tobytes())


def _profiled(profile: bytes) -> bytes:
    return samples.saved(samples.quarters(), "PNG", icc_profile=profile)


FILES: dict[str, Make] = {
    **PLANTED,
    **{name: make for name, (make, _) in DEFECTS.items()},
    **{f"mode_{mode}": partial(samples.in_mode, mode) for mode in MODES},
    **{f"format_{kind}": partial(samples.saved, samples.scene(), kind) for kind in FORMATS},
    **{f"turned_{turn}_{kind}": partial(_turned, turn, kind) for turn in TURNS for kind in ("JPEG", "TIFF", "HEIF")},
    "profile": partial(_profiled, samples.profile_that_swaps_red_and_green()),
    "wrong_profile": partial(_profiled, samples.icc_profile("LAB")),
    "broken_profile": partial(_profiled, b"nonsense"),
    "large": partial(samples.saved, samples.scene(2400, 1200), "JPEG"),
}


@pytest.fixture(autouse=True, scope="module")
def _prepared() -> None:
    decode.prepare()


@pytest.mark.parametrize("name", FILES)
def test_the_jail_changes_nothing(opener: Opener, name: str) -> None:
    """Every sample gives the same pixels, report or refusal inside the jail and outside of it.

    Inside, no file can be opened: a decoder that loads a part of itself late would show here.
    """
    data = FILES[name]()
    kind = sniff(data)
    if kind is None:
        pytest.skip("no decoder sees this file")
    try:
        outside, rows = decode.decode(data, Order(kind.value.upper()), Limits())
    except Refused as refused:
        told = refusal(refused.reason, data).message
    else:
        photo = opener.open(data)
        assert photo.pixels.tobytes() == rows
        assert photo.size == outside.original
        assert photo.metadata.carriers == tuple(sorted(outside.found.carriers))
        return
    with pytest.raises(PhotoRefused) as inside:
        opener.open(data)
    assert inside.value.message == told


def test_only_the_named_decoder_may_run() -> None:
    """A file of another format than was sniffed is damaged, whatever Pillow could do with it."""
    with pytest.raises(Refused) as refused:
        decode.decode(samples.saved(samples.quarters(), "PNG"), Order("JPEG"), Limits())
    assert refused.value.reason is Reason.DAMAGED


def test_a_half_file_stays_refused_whatever_else_was_imported() -> None:
    """Some libraries make Pillow accept half files in the whole process; preparing undoes it."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    decode.prepare()
    data = samples.saved(samples.scene(), "JPEG")
    for short in (data[: len(data) // 2], data[:-2]):
        with pytest.raises(Refused) as refused:
            decode.decode(short, Order("JPEG"), Limits())
        assert refused.value.reason is Reason.CUT_OFF


def test_every_turn_is_undone_exactly() -> None:
    """Lossless pictures come out bit by bit as they were before they were turned."""
    upright = samples.pixels_of(samples.scene(40, 30))
    for orientation, turn in TURNS.items():
        stored = Image.fromarray(upright) if turn is None else Image.fromarray(upright).transpose(turn)
        data = samples.saved(stored, "PNG", exif=samples.exif(orientation))
        opened, rows = decode.decode(data, Order("PNG"), Limits())
        assert (opened.width, opened.height) == (40, 30)
        assert np.array_equal(np.frombuffer(rows, np.uint8).reshape(30, 40, 3), upright)
