"""Have a zip file read in a limited process of its own, and judge what comes back.

Workbooks and bundles are other people's compressed XML: one of 1.6 kB can ask for the
whole memory. The process has bounds on memory, processor time and time, may make no
system call that reading does not need, and ends with the file. It takes about a tenth
of a second to start, so it is started for each file (docs/decisions/0033).
"""

from __future__ import annotations

import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from consent_db.errors import ImportRefused
from consent_db.roster.files.bundle_csv import Table
from gatekeeper.media.limits import MIB, Limits

LIMITS: Final = Limits(memory=768 * MIB, cpu_seconds=20, wall_seconds=40.0)

_MOST_ANSWER: Final = 100 * MIB
_BLOCK: Final = MIB
_UNPROTECTED: Final = 3  # as in worker.py
_CONSENT_DB: Final = Path(__file__).resolve().parents[2]
_GATE: Final = _CONSENT_DB.parent / "gatekeeper"
# The packages are named without running their __init__: the process is to hold the readers and nothing else.
_START: Final = """
import sys, types
for name, folder in zip(("consent_db", "consent_db.roster", "gatekeeper", "gatekeeper.media"), sys.argv[1:]):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [folder]
from consent_db.roster.files.worker import main
main()
"""
_FOLDERS: Final = (_CONSENT_DB, _CONSENT_DB / "roster", _GATE, _GATE / "media")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook as it was read.

    Attributes:
        chosen: the name of the sheet that was read; empty if none was.
        visible: the sheets with content that people see.
        hidden: the sheets with content that they do not see.
        rows: line from 1 and cells of each row with content.
        marks: line, column from 0, what is special about the cell, and a detail.
        hidden_lines: lines with content that people do not see.
        hidden_columns: columns with content, from 0, that they do not see.
    """

    chosen: str
    visible: tuple[str, ...]
    hidden: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    marks: tuple[tuple[int, int, str, str], ...]
    hidden_lines: tuple[int, ...]
    hidden_columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a zip file turned out to be; exactly one of these."""

    workbook: Workbook | None = None
    bundle: dict[str, Table] | None = None
    refused: tuple[str, int] | None = None
    other: tuple[str, ...] | None = None


_ANSWER: Final = TypeAdapter(Answer)


class _Mode:
    """How this program opens zip files; set once at its start."""

    limits: Limits = LIMITS


def without_filter(allowed: bool) -> None:  # noqa: FBT001, a setting of the installation
    """Open zip files with limits alone where the kernel cannot filter system calls, if that was asked for."""
    _Mode.limits = replace(LIMITS, unsafe_without_filter=allowed)


def read_zip(data: bytes, sheet: str | None = None, limits: Limits | None = None) -> Answer:
    """Read a zip file.

    Args:
        data: its bytes.
        sheet: which sheet of a workbook is meant; None for the only one.
        limits: what reading may cost; None for those of this program (`without_filter`).

    Raises:
        ImportRefused: it cannot be read, or not within the limits.
    """
    limits = limits or _Mode.limits
    if limits.unsafe_without_filter:
        logger.warning("a workbook or zip file is opened without a filter of system calls, as the settings say")
    order = {"limits": asdict(limits), "parent": os.getpid(), "sheet": sheet}
    answer = _run(json.dumps(order).encode() + b"\n" + data, limits.wall_seconds)
    try:
        found = _ANSWER.validate_json(answer)
    except ValidationError:
        raise _strange() from None
    if found.refused is not None:
        raise ImportRefused(*found.refused)
    return found


def _run(order: bytes, seconds: float) -> bytes:
    """Return what the process wrote before it ended as it should.

    Raises:
        ImportRefused: it was ended, or ended by itself in another way.
    """
    descriptor = os.memfd_create("roster", os.MFD_CLOEXEC)
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(order)
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, nothing of the file
            [sys.executable, "-I", "-c", _START, *map(str, _FOLDERS)],
            stdin=descriptor,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # an error may quote the file
            env={},
            cwd="/",
        )
    except OSError:
        raise ImportRefused("The machine is too busy to open the file; send it again in a minute.", 1) from None
    finally:
        os.close(descriptor)
    with process:
        try:
            answer = _collect(process, time.monotonic() + seconds)
        finally:
            process.kill()
    _judge(process.returncode)
    return answer


def _collect(process: subprocess.Popen[bytes], deadline: float) -> bytes:
    """Read what the process writes until it closes its end and is over; never more than fits."""
    assert process.stdout is not None  # noqa: S101, it was asked for above
    pieces: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while selector.select(max(0.0, deadline - time.monotonic())):
            piece = os.read(process.stdout.fileno(), _BLOCK)
            if not piece:
                process.wait(max(0.1, deadline - time.monotonic()))
                return b"".join(pieces)
            pieces.append(piece)
            if sum(map(len, pieces)) > _MOST_ANSWER:
                break
    raise _too_large()


def _judge(status: int) -> None:
    if status == 0:
        return
    if status == _UNPROTECTED:
        logger.error("the process that opens workbooks cannot be closed in here, so none is opened")
        raise ImportRefused(
            "Workbooks and zip files cannot be opened safely on this machine; send the list as CSV UTF-8.", 1
        )
    raise _too_large() if status in {-signal.SIGXCPU, -signal.SIGKILL} else _strange()


def _too_large() -> ImportRefused:
    return ImportRefused(
        "The file takes too long or too much memory to read; keep the people only, or save it as CSV.", 1
    )


def _strange() -> ImportRefused:
    return ImportRefused("The file cannot be read; save it again in Excel, or as CSV UTF-8.", 1)
