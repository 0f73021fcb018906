"""The page of accuracy is what the numbers of a run say, and a run can be repeated."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks import write
from tests.benchmarks.filed import Filed, finding_code


def test_the_page_is_written_from_the_numbers() -> None:
    """Writing it again changes nothing; so nobody has changed a number by hand, or forgotten to write the page."""
    results = json.loads(write.NUMBERS.read_text("utf-8"))
    page = write.PAGE.read_text("utf-8")
    assert write.written(page, results) == page
    assert {"gate", "causes", "tradeoff", "machine"} <= set(re.findall(r"<!-- /(\w+) -->", page)) <= set(write.BLOCKS)


def test_a_block_that_nobody_writes_is_refused() -> None:
    """A typing error in the page is not passed over."""
    with pytest.raises(KeyError, match="misspelt"):
        write.written("<!-- misspelt --><!-- /misspelt -->", {})


def test_the_numbers_name_nobody() -> None:
    """The run's file holds counts and digests, no person, picture or folder."""
    text = write.NUMBERS.read_text("utf-8")
    assert not any(trace in text for trace in (".jpg", "/home/", "/tmp/", "people/", "identities"))  # noqa: S108


def test_what_was_found_outlives_the_process(tmp_path: Path) -> None:
    """A second memory on the same file knows what the first one learned, in pieces or not."""
    first = Filed(tmp_path / "looks.jsonl")
    first["yunet a"] = b"\x00\xff"
    first["face_recognition b"] = b"{}"
    second = Filed(tmp_path / "looks.jsonl")
    assert (second["yunet a"], second["face_recognition b"]) == (b"\x00\xff", b"{}")
    assert "yunet c" not in second


def test_new_code_forgets_what_the_nets_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another version of the code found is not believed; what the rival found is."""
    first = Filed(tmp_path / "looks.jsonl")
    first["yunet a"] = b"1"
    first["face_recognition b"] = b"2"
    monkeypatch.setattr("tests.benchmarks.filed.finding_code", lambda: "another")
    later = Filed(tmp_path / "looks.jsonl")
    assert "yunet a" not in later
    assert later["face_recognition b"] == b"2"
    assert len(finding_code()) == 16


def test_the_gauge_sees_what_a_process_takes() -> None:
    """A hundred megabytes that are written to show; in a process of its own, where nothing else comes and goes."""
    measured = """
from tests.benchmarks.memory import Gauge
with Gauge() as gauge:
    before = gauge.now()
    held = bytearray(b"x" * 100_000_000)
    after = gauge.now()
print(len(held), after - before, gauge.peak - before)
"""
    done = subprocess.run([sys.executable, "-c", measured], check=True, capture_output=True, text=True)  # noqa: S603
    size, seen, most = map(int, done.stdout.split())
    assert (size, seen > 0.9 * size, most > 0.9 * size) == (100_000_000, True, True)
