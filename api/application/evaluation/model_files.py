"""Model files from several sources, each checked by SHA-256 before it is kept: a school's mirror, then its publishers.

An index that drops a package ends no installation: `export_to` copies every file that is here
into a folder, and that folder, carried to another machine or served as files, is a mirror.
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from gatekeeper.errors import WeightsUnavailable
from gatekeeper.vision.weights import CATALOGUE, Weights, read, verify_bytes

_SECONDS: Final = 60
MANIFEST: Final = "weights.json"
"""What an exported folder says of its files: name, role, size, SHA-256, licence and source of each."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What came of copying files.

    Attributes:
        files: names of the files that were copied or are there already.
        missing: names in the catalogue of those that are not here, or not there.
    """

    files: tuple[str, ...]
    missing: tuple[str, ...]


def download(name: str, folder: Path, mirror: str | None = None) -> Path:
    """Fetch the model file called `name` into `folder`; return its path.

    Args:
        name: as in the catalogue.
        folder: where it is kept.
        mirror: a folder, or the https address of one, with the files under their own names;
            asked first.

    Raises:
        WeightsUnavailable: there is no such file, no source has it, or what came from
            a source is another file (nothing is kept, and no other source is tried).
    """
    weights = CATALOGUE.get(name)
    if weights is None or not (weights.address or mirror):
        known = ", ".join(sorted(w.name for w in CATALOGUE.values() if w.address or mirror))
        raise WeightsUnavailable(f"There is no official download of {name}. There is one of: {known}.")
    for source in _sources(weights, mirror):
        data = _bytes_of(source, weights.size)
        if data is not None:
            verify_bytes(weights, data)
            return _keep(data, folder / weights.file)
    message = f"{weights.source} cannot be reached. Put {weights.file} into a folder that GATEKEEPER_MODELS names."
    raise WeightsUnavailable(message)


def export_to(folder: Path, folders: Sequence[Path]) -> Copied:
    """Copy every model file that is here, checked, into a folder, with a manifest beside them.

    Raises:
        WeightsUnavailable: a file that is here is another one than it should be.
    """
    copied: list[Weights] = []
    missing: list[str] = []
    for weights in CATALOGUE.values():
        try:
            _keep(read(weights.name, folders), folder / weights.file)
        except WeightsUnavailable as error:
            if "SHA-256" in str(error):
                raise
            missing.append(weights.name)
        else:
            copied.append(weights)
    _keep(json.dumps([asdict(one) for one in copied], indent=1).encode(), folder / MANIFEST)
    return Copied(tuple(one.file for one in copied), tuple(missing))


def import_from(source: Path, folder: Path) -> Copied:
    """Copy every model file that a folder has, checked, to where model files are looked for first.

    The folder's own manifest is not believed: what a file has to be is in the catalogue.

    Raises:
        WeightsUnavailable: the folder has no model file, or a wrong one; nothing is kept of a wrong one.
    """
    there = [one for one in CATALOGUE.values() if (source / one.file).is_file()]
    if not there:
        raise WeightsUnavailable(f"{source} has no model file. Name a folder that `gatekeeper weights export` made.")
    for weights in there:
        data = (source / weights.file).read_bytes()
        verify_bytes(weights, data)
        _keep(data, folder / weights.file)
    missing = tuple(one.name for one in CATALOGUE.values() if one not in there)
    return Copied(tuple(one.file for one in there), missing)


def _sources(weights: Weights, mirror: str | None) -> Iterator[str]:
    if mirror:
        yield f"{mirror.rstrip('/')}/{weights.file}"
    if weights.address:
        yield weights.address


def _bytes_of(source: str, size: int) -> bytes | None:
    """Return what a source has, up to a byte more than the file's size; None if it cannot be reached."""
    try:
        if not source.startswith("https://"):
            return Path(source).read_bytes()
        with urllib.request.urlopen(source, timeout=_SECONDS) as answer:  # noqa: S310 - https, as was just asked
            data: bytes = answer.read(size + 1)
    except (urllib.error.URLError, TimeoutError, OSError):
        return None
    return data


def _keep(data: bytes, path: Path) -> Path:
    """Write a file whole or not at all: a start that was cut off finds no half of one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
    return path
