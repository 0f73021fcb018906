"""From the names of fields to words, without a worker in between."""

from __future__ import annotations

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gatekeeper.media.decode import prepare
from gatekeeper.media.formats import metadata, metadata_labels, segments
from gatekeeper.media.formats.sniff import sniff
from gatekeeper.media.wire import CARRIERS, Found
from tests.support import samples
from tests.support.torture import PLANTED


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("Canon", True),
        ("   ", False),
        ("\0", False),
        (b"UNICODE\0hello", True),
        (b"ASCII\0\0\0    ", False),
        (1.5, True),
        ((), False),
        (None, False),
    ],
)
def test_a_field_with_nothing_in_it_says_nothing(value: object, *, says: bool) -> None:
    """Cameras write blanks where nobody filled anything in."""
    assert list(metadata_labels.of_exif({271: value})) == (["camera"] if says else [])


def test_tags_that_nobody_asked_for_have_no_word() -> None:
    """Width and height are not about anybody."""
    assert list(metadata_labels.of_exif({256: 1, 257: 1})) == []


def test_only_the_application_record_of_iptc_counts() -> None:
    """Envelope records, empty data sets and cut ones tell nothing."""
    byline = bytes((0x1C, 2, 80, 0, 4)) + b"Khan"
    assert list(metadata_labels.of_iptc(byline)) == ["owner"]
    assert list(metadata_labels.of_iptc(bytes((0x1C, 1, 80, 0, 4)) + b"Khan")) == []
    assert list(metadata_labels.of_iptc(bytes((0x1C, 2, 80, 0, 0)))) == []
    assert list(metadata_labels.of_iptc(b"Khan" + byline)) == []


def test_resources_are_read_one_after_the_other() -> None:
    """Names of odd length and contents of odd length are padded; what is no resource ends the list."""
    history = b"8BIM\x04\x21\x03abc\0\0\0\x03xyz\0"
    thumbnail = b"8BIM\x04\x0c\0\0\0\0\0\x02ab"
    assert list(metadata_labels.of_photoshop(b"before" + history + thumbnail + b"8BIX")) == ["software", "thumbnail"]
    assert list(metadata_labels.of_photoshop(b"no resources")) == []


@given(st.binary(max_size=200))
def test_noise_is_read_to_its_end(noise: bytes) -> None:
    """Nothing here raises or goes on for ever, and every word is on the list."""
    found = [
        *metadata_labels.of_iptc(b"\x1c\x02" + noise),
        *metadata_labels.of_photoshop(b"8BIM" + noise),
        *metadata_labels.of_profile(noise),
        *metadata_labels.of_profile(bytes(128) + noise),
        *metadata_labels.of_png_text(noise),
        *metadata_labels.of_xmp(noise),
    ]
    assert set(found) <= set(CARRIERS)
    ends = [end for _, _, end in segments.boxes(noise)]
    assert ends == sorted(ends)
    assert all(end <= len(noise) for end in ends)


@pytest.mark.parametrize("name", list(PLANTED))
def test_every_planted_file_that_opens_can_be_described(name: str) -> None:
    """Whatever is in it and wherever it was cut, the report has known words only."""
    prepare()
    data = PLANTED[name]()
    kind = sniff(data)
    with suppress(OSError):  # refused before anybody describes it
        found = _described(data, kind.value.upper() if kind else "JPEG")
        assert found.carriers <= set(CARRIERS)


def _described(data: bytes, decoder: str) -> Found:
    with Image.open(io.BytesIO(data), formats=[decoder]) as image:
        return metadata.examine(image, data, decoder, turned=False)


def test_a_profile_with_a_maker_is_a_device() -> None:
    """The maker of the profile that everybody ships does not count."""
    common = samples.icc_profile()
    start = 128 + 4
    named = common[:start] + b"dmnd" + common[start + 4 :]
    assert list(metadata_labels.of_profile(common)) == []
    assert list(metadata_labels.of_profile(named)) == ["device_profile"]
    at = int.from_bytes(common[start + 4 : start + 8], "big")
    assert list(metadata_labels.of_profile(named[:at] + b"IEC http" + named[at + 8 :])) == []


def test_a_place_in_a_field_of_its_own_is_told_apart_from_a_position() -> None:
    """A town is no position, but it says where."""
    data = samples.saved(samples.quarters(), "WEBP", xmp=b'<a photoshop:City="Leeds"/>')
    found = _described(data, "WEBP")
    assert not found.gps
    assert found.carriers == {"location", "xmp"}
