"""Finding faces and comparing them.

`load` puts an engine together; `faces.find_faces` looks at a picture with it;
`enrol` makes templates. Nothing here reaches for the network or the environment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from gatekeeper.errors import WeightsUnavailable
from gatekeeper.vision import tables
from gatekeeper.vision.detect import Searcher
from gatekeeper.vision.engine import Embedder, Engine
from gatekeeper.vision.sface import SFace
from gatekeeper.vision.weights import locate, read
from gatekeeper.vision.yunet import YuNet

__all__ = ["ENGINES", "load"]


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
    return ENGINES[name](name, folders)


def _sface(name: str, folders: Sequence[Path]) -> Engine:
    return _engine(name, "yunet", SFace(read("sface", folders)), folders)


def _sface_fp32(name: str, folders: Sequence[Path]) -> Engine:
    return _engine(name, "yunet-fp32", SFace(read("sface-fp32", folders)), folders)


def _dlib(name: str, folders: Sequence[Path]) -> Engine:
    # Here, because loading dlib takes a second that the other engines need not spend.
    from gatekeeper.vision.dlib_engine import DlibEmbedder  # noqa: PLC0415

    return _engine(
        name, "yunet", DlibEmbedder(locate("dlib-resnet", folders), locate("dlib-landmarks", folders)), folders
    )


def _engine(name: str, detector: str, embedder: Embedder, folders: Sequence[Path]) -> Engine:
    thresholds = tables.DLIB if name == "dlib" else tables.SFACE
    return Engine(name, Searcher(YuNet(read(detector, folders))), embedder, thresholds)


ENGINES: Final[Mapping[str, Callable[[str, Sequence[Path]], Engine]]] = {
    "sface": _sface,
    "sface-fp32": _sface_fp32,
    "dlib": _dlib,
}
"""The engines there are, by the name that goes into every template."""
