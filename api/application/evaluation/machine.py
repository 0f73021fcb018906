"""On what, and with what, something was measured."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from api.application.evaluation.versions import library_versions
from gatekeeper.vision.weights import statuses


def described(folders: Sequence[Path]) -> dict[str, Any]:
    """Return processor, memory (bytes), versions and the SHA-256 of every model file that is here."""
    return {
        "processor": _line("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": platform.system(),
        "python": platform.python_version(),
        "gatekeeper": version("gatekeeper-photos"),
        "libraries": {library.name: library.version for library in library_versions()},
        "models": {
            status.weights.file: status.weights.sha256 for status in statuses(folders) if status.path is not None
        },
    }


def resident() -> int:
    """Return the largest resident size of this process so far, in bytes.

    Linux's getrusage is of no use here: it counts what the parent was before exec.
    """
    peak = _line("/proc/self/status", "VmHWM")
    return int(peak.split()[0]) * 1024 if peak else 0


def _line(file: str, name: str) -> str:
    """Return what stands behind `name` in a file of names and values; nothing where there is no such file."""
    path = Path(file)
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
