"""A memory in a file, so that a run of hours on public photographs can be stopped and repeated.

It holds vectors of faces: of public photographs only, and never in the project.
What the nets found is forgotten as soon as the code that finds changes.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Final

from gatekeeper import vision

_ANEW: Final = frozenset(
    f"{module}.py"
    for module in ("enrol", "faces", "health", "line_reader", "people", "quality", "text_lines", "thresholds", "words")
)
"""Modules that take no part in what is remembered: they run anew each time, or read writing."""


def finding_code() -> str:
    """Return a digest of everything that finds faces and makes their vectors."""
    modules = sorted(Path(vision.__path__[0]).rglob("*.py"))
    return hashlib.sha256(b"".join(one.read_bytes() for one in modules if one.name not in _ANEW)).hexdigest()[:16]


class Filed:
    """Lines of JSON, read once and only ever added to."""

    def __init__(self, file: Path) -> None:
        self._file, self._code = file, finding_code()
        self._known: dict[str, bytes] = {}
        if file.is_file():
            for line in file.read_text("ascii").splitlines():
                key, value = json.loads(line)
                self._known[key] = base64.b64decode(value)

    def __getitem__(self, key: str) -> bytes:
        return self._known[self._named(key)]

    def __setitem__(self, key: str, value: bytes) -> None:
        self._known[self._named(key)] = value
        with self._file.open("a", encoding="ascii") as lines:
            lines.write(json.dumps([self._named(key), base64.b64encode(value).decode()]) + "\n")

    def __contains__(self, key: str) -> bool:
        return self._named(key) in self._known

    def _named(self, key: str) -> str:
        """Return the key with the code's digest before it, unless the rival found it."""
        return key if key.startswith("face_recognition ") else f"{self._code} {key}"
