"""What a killed process left behind that holds keys or a copy of the school: found, and removed.

Keys are written through drafts that have no name, and the proof of a backup is restored to a
private folder that its process locks (`consent_db.keys.private_files`). So whatever of these has a
name and no lock is no work in progress, whichever other processes live.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import structlog

from api.platform.settings import Settings
from consent_db.keys.private_files import DRAFT, is_abandoned, write_private

PROOF: Final = ".proof-"
"""How the names of folders begin in which a backup is restored for a proof."""
BACKUP: Final = ".backup-"
"""How the names of drafts of backups begin, where they need one."""
_NOTES: Final = "backup-drafts"
"""The folder within the data folder that says where such drafts are: backups are written anywhere."""

log = structlog.get_logger(__name__)


@contextmanager
def noted(data: Path, draft: Path | None) -> Iterator[None]:
    """Remember where a draft of a backup is, for as long as the block lasts; None needs no note."""
    if draft is None:
        yield
        return
    folder = data / _NOTES
    folder.mkdir(mode=0o700, exist_ok=True)
    note = folder / draft.name.lstrip(".")
    write_private(note, str(draft.absolute()).encode(), replace=True)
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def found(settings: Settings) -> list[Path]:
    """Return what was left behind in the data folder, beside the key file, and where backups were being written."""
    with suppress(OSError):
        return [path for path in _candidates(settings) if is_abandoned(path)]
    return []


def sweep(settings: Settings) -> int:
    """Remove what was left behind; return how many files and folders that were. What cannot be removed stays."""
    removed = 0
    for path in found(settings):
        try:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("leftover_stays", error=type(error).__name__)
        else:
            removed += 1
    for note in _notes(settings.data):
        if not (draft := _noted_in(note)).exists() or is_abandoned(draft):
            note.unlink(missing_ok=True)
    return removed


def _candidates(settings: Settings) -> Iterator[Path]:
    data, keys = settings.data.absolute(), settings.keys.absolute().parent
    for folder, name in {(data, PROOF), (data, BACKUP), (data, DRAFT), (data / "imports", DRAFT), (keys, DRAFT)}:
        yield from folder.glob(f"{name}*")
    yield from filter(Path.exists, map(_noted_in, _notes(data)))


def _notes(data: Path) -> list[Path]:
    return [note for note in (data / _NOTES).glob("*") if not note.name.startswith(DRAFT)]


def _noted_in(note: Path) -> Path:
    """Return the draft that a note names; only what is named as drafts are is ever touched."""
    draft = Path(note.read_text("utf-8"))
    return draft if draft.name.startswith(BACKUP) and draft.is_absolute() else note
