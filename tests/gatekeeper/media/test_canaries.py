"""A string is planted wherever a file can hold one; none may come out again."""

import numpy as np
import pytest

from gatekeeper.errors import PhotoRefused
from gatekeeper.media.open import Opener
from gatekeeper.media.release.encode import make_release
from gatekeeper.media.release.encoders import Encoding
from gatekeeper.rendition import Frames, Output, Rendition
from tests.support.torture import CANARY, PLANTED, spellings

FIRST = Rendition(frames=Frames.FIRST)
REFUSED = {name for name in PLANTED if name.startswith("second_frame")}
"""What moves is refused unless a rule says otherwise."""
BROKEN = {"jpeg_junk_before_0", "jpeg_fill_bytes", "webp_second_picture_chunk"}
"""No decoder takes these for a picture."""
OUTPUTS = (Encoding(), Encoding(Output.PNG), Encoding(Output.WEBP), Encoding(Output.WEBP, lossless=True))
IN_PIXELS = {"png_least_bits", "bmp_row_padding", "png_hidden_colours", "webp_hidden_colours"}
PACKED = {"png_text", "png_raw_profile", "png_more_rows_than_the_picture"}


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_planted_does_not_come_out(opener: Opener, name: str) -> None:
    """No release of any format holds the string in any spelling; what is refused says why."""
    data = PLANTED[name]()
    if name in REFUSED:
        with pytest.raises(PhotoRefused, match="only one still photo"):
            opener.open(data)
    if name in BROKEN:
        with pytest.raises(PhotoRefused, match=r"damaged|not a photo"):
            opener.open(data, FIRST)
        return
    pixels = opener.open(data, FIRST).pixels
    for encoding in OUTPUTS:
        release = make_release(pixels, encoding)
        assert not [spelling for spelling in spellings() if spelling in release.data]


@pytest.mark.parametrize("name", sorted(set(PLANTED) - IN_PIXELS - PACKED - {n for n in PLANTED if "_in_png" in n}))
def test_the_string_was_there_to_begin_with(name: str) -> None:
    """A search that could not find anything would prove nothing."""
    data = PLANTED[name]()
    assert CANARY[:4] in data if name == "bmp_reserved_fields" else CANARY[:12] in data


def test_least_significant_bits_do_not_survive(opener: Opener) -> None:
    """The encoding loses what is written in the lowest bits of the pixels."""
    release = make_release(opener.open(PLANTED["png_least_bits"]()).pixels)
    assert CANARY not in np.packbits(release.pixels.reshape(-1)[: 8 * len(CANARY)] & 1).tobytes()


@pytest.mark.parametrize("name", ["png_hidden_colours", "webp_hidden_colours"])
def test_hidden_colours_do_not_survive_in_the_pixels(opener: Opener, name: str) -> None:
    """What was under full transparency is white in the picture, too."""
    assert (opener.open(PLANTED[name]()).pixels == 255).all()
