"""What the nets said of a picture in this run of the tests, so that no worker asks them twice about the same pixels.

The sample pictures are looked at by the tests of the gate, of the command line, of enrolment and of
the pages. Each is really searched and read, once; what comes out depends on the pixels alone.
Tests of the detectors and of the reader themselves do without.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from gatekeeper import vision
from gatekeeper.types import Pixels
from gatekeeper.vision.detection.detector import Searcher
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.text.reader import PPOCR


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """Return a folder of this run that all of its workers see; a later run has another."""
    base = factory.getbasetemp()
    within = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = within / "remembered"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@contextmanager
def remembering(folder: Path) -> Iterator[None]:
    """Load each engine once and search and read each picture once, for as long as the block lasts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vision, "load", _load)
        patch.setattr(Searcher, "find", _once(Searcher.find, folder))
        patch.setattr(PPOCR, "read", _once(PPOCR.read, folder))
        yield


_load_anew: Final = vision.load
_loaded: Final = cache(vision.load)


def _load(name: str = "sface", folders: Sequence[Path] = (), *, uncalibrated: bool = False) -> Engine:
    """Load an engine of the installed packages once: five nets take half a second, and most commands need them."""
    if any(folder.exists() for folder in folders):
        return _load_anew(name, folders, uncalibrated=uncalibrated)
    return _loaded(name, (), uncalibrated=uncalibrated)


def _once(ask: Callable[[Any, Pixels], object], folder: Path) -> Callable[[Any, Pixels], object]:
    def answer(asked: object, pixels: Pixels) -> object:
        what = f"{ask.__qualname__} {pixels.shape} {pixels.dtype}".encode()
        kept = folder / hashlib.sha256(what + pixels.tobytes()).hexdigest()
        if kept.exists():
            return pickle.loads(kept.read_bytes())  # noqa: S301 -- written below, in a folder of this run
        said = ask(asked, pixels)
        being_written = kept.with_suffix(f".{os.getpid()}-{id(said)}")
        being_written.write_bytes(pickle.dumps(said))
        being_written.replace(kept)
        return said

    return answer


@pytest.fixture(scope="module", autouse=True)
def remembered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Have the tests of a module, or of a folder, share what was seen in a picture."""
    with remembering(shared_folder(tmp_path_factory)):
        yield
