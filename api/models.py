"""Download a model file from its official address, checked before it is kept."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

from gatekeeper.errors import WeightsUnavailable
from gatekeeper.vision.weights import CATALOGUE, verify_bytes

_SECONDS: Final = 60


def download(name: str, folder: Path) -> Path:
    """Fetch the model file called `name` into `folder`; return its path.

    Raises:
        WeightsUnavailable: there is no such file or address, it cannot be
            reached, or what came is not the expected file (nothing is kept).
    """
    weights = CATALOGUE.get(name)
    if weights is None or weights.address is None:
        known = ", ".join(sorted(w.name for w in CATALOGUE.values() if w.address))
        raise WeightsUnavailable(f"There is no official download of {name}. There is one of: {known}.")
    try:
        with urllib.request.urlopen(weights.address, timeout=_SECONDS) as answer:  # noqa: S310 - https, from our table
            data = answer.read(weights.size + 1)
    except (urllib.error.URLError, TimeoutError) as error:
        message = f"{weights.source} cannot be reached. Put {weights.file} into a folder that GATEKEEPER_MODELS names."
        raise WeightsUnavailable(message) from error
    verify_bytes(weights, data)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / weights.file
    path.write_bytes(data)
    return path
