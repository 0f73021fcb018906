"""What commands open that look at pictures: the nets and the jail of the decoders besides the register."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.application.services import Services, open_services
from api.cli.options import settings


@contextmanager
def services(data: Path | None) -> Iterator[Services]:
    """Open everything that a check needs."""
    with open_services(settings(data)) as opened:
        yield opened
