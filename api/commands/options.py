"""What several commands take, and how they open what they work with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import ValidationError
from rich.console import Console

from api.services import Services, open_services
from api.settings import Settings
from gatekeeper.errors import GatekeeperError

ACTOR: Final = "command line"
"""Who the audit names for what is done here: whoever may read the data folder."""

Data = Annotated[
    Path | None,
    typer.Option("--data", help="The data folder; set up on first use. [default: ./data]", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line instead of a table.")]

out = Console()
err = Console(stderr=True)


class SettingsInvalid(GatekeeperError):
    """A setting in the environment cannot be used."""


def settings(data: Path | None) -> Settings:
    """Read the settings, the data folder from the command line if it is given there.

    Raises:
        SettingsInvalid: with the name of the setting.
    """
    try:
        return Settings(data=data) if data is not None else Settings()
    except ValidationError as error:
        problems = (f"GATEKEEPER_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors())
        raise SettingsInvalid(f"A setting cannot be used. {'; '.join(problems)}.") from error


@contextmanager
def services(data: Path | None) -> Iterator[Services]:
    """Open everything that a check needs."""
    with open_services(settings(data)) as opened:
        yield opened
