"""Broken files, at random: the opener refuses or opens, and never does anything else."""

import contextlib
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from gatekeeper.errors import PhotoRefused
from gatekeeper.media.open import Opener
from gatekeeper.media.release.encode import make_release
from tests.benchmarks import mutations
from tests.support import samples

BLOCK = samples.exif(6, gps=True, text="somebody").tobytes()
KINDS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF", "TIFF", "BMP", "MPO")


def _file(kind: str) -> bytes:
    options: dict[str, object] = {"exif": BLOCK} if kind not in {"GIF", "BMP", "MPO"} else {}
    if kind == "MPO":
        options = {"save_all": True, "append_images": [Image.new("RGB", (48, 32))]}
    return samples.saved(samples.scene(48, 32), kind, **options)


FILES = [_file(kind) for kind in KINDS]


@st.composite
def broken_files(draw: st.DrawFn) -> bytes:
    """One of the files with a few bytes changed, a part left out or doubled, or cut off."""
    data = bytearray(draw(st.sampled_from(FILES)))
    for _ in range(draw(st.integers(0, 6))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    start, end = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
    how = draw(st.sampled_from(["whole", "cut", "left_out", "doubled"]))
    parts = {
        "whole": data,
        "cut": data[:end],
        "left_out": data[:start] + data[end:],
        "doubled": data[:end] + data[start:],
    }
    return bytes(parts[how])


@given(broken_files())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_broken_file_is_opened_or_refused(opener: Opener, data: bytes) -> None:
    """Whatever comes out is a picture that can be released; whatever does not is a refusal with a sentence."""
    with contextlib.suppress(PhotoRefused):
        photo = opener.open(data)
        assert photo.pixels.shape[2] == 3
        make_release(photo.pixels)


@given(st.binary(max_size=300), st.sampled_from([data[:16] for data in FILES]))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_noise_behind_a_good_beginning_is_refused(opener: Opener, noise: bytes, start: bytes) -> None:
    """Magic bytes alone make no picture."""
    with contextlib.suppress(PhotoRefused):
        make_release(opener.open(start + noise).pixels)
    assert opener.worker_process_id is not None


def test_damaged_torture_files_fail_nowhere() -> None:
    """A slice of the benchmark: every file is released clean or refused, in time, and nothing is left behind."""
    chance = random.Random(3)
    tally = mutations.run(mutations.damaged(mutations.seeds_from([]), 300, chance), chance)
    assert not tally.failures
    assert tally.released > 20
    assert tally.refused
