"""The security checklist points at what is there."""

from __future__ import annotations

import re
from collections import Counter

from tests.support.paths import ROOT

PAGE = (ROOT / "docs" / "security" / "asvs.md").read_text("utf-8")
ROWS = re.findall(r"^\| ((?:\d+\.\d+\.\d+(?:, )?)+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)


def test_every_requirement_of_level_two_has_its_line() -> None:
    """70 of level 1 and 183 of level 2, each once; the counts at the top are those of the lines."""
    numbers = Counter(number for ids, _, _ in ROWS for number in ids.split(", "))
    assert len(numbers) == numbers.total() == 253
    states = Counter(state for ids, state, _ in ROWS for _ in ids.split(", "))
    counted = {state: int(count) for state, count in re.findall(r"^\| ([a-z ]+) \| (\d+) \|$", PAGE, re.MULTILINE)}
    assert counted == {**states, "together": 253}


def test_every_pointer_leads_somewhere() -> None:
    """No line names a file that was moved or removed."""
    named = set(re.findall(r"`((?:api|consent_db|gatekeeper|docs|tests)/[\w./-]+|uv\.lock|pyproject\.toml)`", PAGE))
    assert len(named) > 50
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
