"""A net whose first layers run on tiles says to the bit what it says of the whole picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.vision.detection import centerface, tiles, yunet
from gatekeeper.vision.detection.image_pyramid import planes
from gatekeeper.vision.detection.tiles import SIDE, Stem, TiledNet, spans
from gatekeeper.vision.onnx_cut import cut
from gatekeeper.vision.onnx_graph import any_size
from gatekeeper.vision.sessions import Session
from gatekeeper.vision.weights import read

NETS = [("yunet", yunet._STEM, yunet._BGR, yunet._OUTPUTS), ("centerface", centerface._STEM, (0, 1, 2), ("537", "540"))]


@pytest.mark.parametrize(("name", "stem", "order", "outputs"), NETS, ids=["yunet", "centerface"])
def test_tiles_say_what_the_whole_picture_says(
    name: str, stem: Stem, order: tuple[int, int, int], outputs: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small tiles of an odd-sized picture of noise, the hardest there is, give every number of the whole net."""
    monkeypatch.setattr(tiles, "SIDE", 100)
    picture = np.random.default_rng(3).integers(0, 256, (233, 401, 3), np.uint8)
    whole = planes(picture, (256, 416), order, np.empty(3 * 256 * 416, np.float32))
    expected = Session(any_size(read(name))).run(whole, outputs)
    found = TiledNet(read(name), stem, 32, order).run(picture, outputs)
    assert all(np.array_equal(one, other) for one, other in zip(found, expected, strict=True))


def test_a_narrower_overlap_would_not_do() -> None:
    """The overlap is as wide as what the first layers see, to the next multiple of the stride."""
    picture = np.random.default_rng(3).integers(0, 256, (320, 320, 3), np.uint8)
    stems = (Stem("206", 64, 8, 16), yunet._STEM)
    narrow, right = (TiledNet(read("yunet"), stem, 32, yunet._BGR).run(picture, ("cls_8",)) for stem in stems)
    assert not np.array_equal(narrow[0], right[0])


@given(st.integers(1, 400), st.sampled_from([yunet._STEM, centerface._STEM]))
def test_spans_cover_each_pixel_once(cells: int, stem: Stem) -> None:
    """What counts of all stretches is the whole, none is longer than a tile, and each shows its surroundings."""
    length = cells * stem.stride
    found = list(spans(length, stem))
    assert [pixel for span in found for pixel in range(span.start, span.stop)] == list(range(length))
    assert max(span.stop - span.start for span in found) <= SIDE + stem.stride
    assert all(span.shown.start == max(0, span.start - stem.halo) for span in found)
    assert all(span.shown.stop == min(length, span.stop + stem.halo) for span in found)


@pytest.mark.parametrize("tensor", ["no such", "394"])
def test_a_net_is_cut_only_where_all_goes_through(tensor: str) -> None:
    """Where the rest needs more than what the first part answers, the cut is refused."""
    with pytest.raises(ValueError, match="cannot be cut"):
        cut(any_size(read("centerface")), tensor, 32)
