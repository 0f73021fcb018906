"""The engines there are, each put together from checked model files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from gatekeeper.errors import WeightsUnavailable
from gatekeeper.vision import tables
from gatekeeper.vision.detect import Searcher
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.sface import SFace
from gatekeeper.vision.weights import locate, read
from gatekeeper.vision.yunet import YuNet


def load(name: str = "sface", folders: Sequence[Path] = ()) -> Engine:
    """Return the engine called `name`, its model files found and checked.

    Args:
        name: one of `ENGINES`. It is written into every template: an engine whose
            vectors change must get another name.
        folders: an operator's folders of model files, searched before the installed packages.

    Raises:
        WeightsUnavailable: no such engine, or a model file is missing or wrong.
    """
    if name not in ENGINES:
        message = f"There is no engine called {name!r}; choose one of {', '.join(ENGINES)}."
        raise WeightsUnavailable(message)
    return ENGINES[name](folders)


def _sface(folders: Sequence[Path]) -> Engine:
    return Engine("sface", _searcher("yunet", folders), SFace(read("sface", folders)), tables.SFACE)


def _sface_fp32(folders: Sequence[Path]) -> Engine:
    return Engine("sface-fp32", _searcher("yunet-fp32", folders), SFace(read("sface-fp32", folders)), tables.SFACE)


def _dlib(folders: Sequence[Path]) -> Engine:
    # Here, because the other engines need not wait for dlib to load.
    from gatekeeper.vision.dlib_engine import DlibEmbedder  # noqa: PLC0415

    embedder = DlibEmbedder(locate("dlib-resnet", folders), locate("dlib-landmarks", folders))
    return Engine("dlib", _searcher("yunet", folders), embedder, tables.DLIB)


def _searcher(weights: str, folders: Sequence[Path]) -> Searcher:
    return Searcher(YuNet(read(weights, folders)))


ENGINES: Final[Mapping[str, Callable[[Sequence[Path]], Engine]]] = {
    "sface": _sface,
    "sface-fp32": _sface_fp32,
    "dlib": _dlib,
}
"""By the name that goes into every template. `sface` is the default: dlib's misses are
tenfold at equal safety (`docs/accuracy.md`)."""
