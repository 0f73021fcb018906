"""The record between the worker and the gate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.media.reasons import Reason
from gatekeeper.media.wire import CARRIERS, RECORD_SIZE, Found, Opened, pack, unpack

FOUND = st.builds(
    Found,
    gps=st.booleans(),
    exif_tags=st.integers(0, 0xFFFF),
    carriers=st.frozensets(st.sampled_from(CARRIERS)),
    turned=st.booleans(),
)
OPENED = st.builds(
    Opened,
    width=st.integers(1, 2048),
    height=st.integers(1, 2048),
    original=st.tuples(st.integers(1, 16_000), st.integers(1, 16_000)),
    found=FOUND,
)


@given(st.one_of(OPENED, st.sampled_from(Reason)))
def test_what_is_packed_is_read(answer: Opened | Reason) -> None:
    """Every answer comes over as it was, in a record of fixed size."""
    record = pack(answer)
    assert len(record) == RECORD_SIZE
    assert unpack(record, 2048, 16_000) == answer


@given(st.binary(min_size=RECORD_SIZE, max_size=RECORD_SIZE))
def test_noise_is_not_an_answer(record: bytes) -> None:
    """Bytes that nobody packed are refused."""
    with pytest.raises(ValueError, match="record"):
        unpack(record, 2048, 16_000)


@given(OPENED, st.integers(0, RECORD_SIZE - 1), st.integers(1, 255))
def test_a_changed_record_is_refused_or_a_proper_answer(answer: Opened, at: int, change: int) -> None:
    """No record means anything but what packing that meaning would give."""
    record = bytearray(pack(answer))
    record[at] ^= change
    try:
        read = unpack(bytes(record), 2048, 16_000)
    except ValueError:
        return
    assert pack(read) == record


@pytest.mark.parametrize(
    ("width", "height", "original"),
    [(0, 1, (1, 1)), (1, 2049, (1, 1)), (1, 1, (0, 1)), (1, 1, (1, 16_001))],
)
def test_impossible_sizes_are_refused(width: int, height: int, original: tuple[int, int]) -> None:
    """A size that the limits do not allow cannot make the gate read beyond the answer."""
    record = pack(Opened(width, height, original, Found()))
    with pytest.raises(ValueError, match="impossible size"):
        unpack(record, 2048, 16_000)


def test_an_uncountable_number_of_tags_is_cut() -> None:
    """More tags than the record can count are as many as it can."""
    read = unpack(pack(Opened(1, 1, (1, 1), Found(exif_tags=1_000_000))), 2048, 16_000)
    assert isinstance(read, Opened)
    assert read.found.exif_tags == 65_535
