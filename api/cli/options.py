"""What several commands take, and how they open what they work with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import ValidationError
from rich.console import Console

from api.platform.disk import network_share
from api.platform.settings import Settings
from consent_db.roster.files.sandbox import without_filter
from gatekeeper.errors import GatekeeperError

ACTOR: Final = "command line"
"""The actor of commands in the audit: a person with access to the data folder."""

Data = Annotated[
    Path | None,
    typer.Option("--data", help="The data folder. [default: ./data]", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line instead of a table.")]

out = Console()
err = Console(stderr=True)


class SettingsInvalid(GatekeeperError):
    """A setting in the environment cannot be used."""


class NoSchoolHere(GatekeeperError):
    """The data folder is not there, or nothing was ever set up in it."""


def settings(data: Path | None, *, founding: bool = False) -> Settings:
    """Read the settings, the data folder from the command line if it is given there.

    Args:
        data: the folder; None for the one of the environment.
        founding: whether a school may be set up there. Only commands that begin one may;
            any other would set up an empty school in a folder that was mistyped.

    Raises:
        SettingsInvalid: with the name of the setting.
        NoSchoolHere: nothing is set up there, and nothing is to be.
    """
    chosen = _read(data)
    if not founding and not is_founded(chosen):
        raise NoSchoolHere(
            f"There is no school in the data folder {chosen.data}. Give the right one with --data, "
            "or set one up: gatekeeper serve, channel add, user add or roster import."
        )
    return chosen


def is_founded(chosen: Settings) -> bool:
    """Say whether something was set up there before."""
    return bool(chosen.database_url) or (chosen.data / "gatekeeper.sqlite3").exists()


def shared_warning(chosen: Settings) -> str | None:
    """Return what is to be said if SQLite lies on a network share; None if it does not."""
    kind = None if chosen.database_url else network_share(chosen.data)
    if kind is None:
        return None
    return (
        f"the data folder lies on a network share ({kind}), where SQLite's locks cannot be relied on: the register "
        "may be damaged. Put it on a disk of this machine, or use PostgreSQL (GATEKEEPER_DATABASE_URL)."
    )


def _read(data: Path | None) -> Settings:
    try:
        chosen = Settings(data=data) if data is not None else Settings()
    except ValidationError as error:
        problems = (f"GATEKEEPER_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors())
        raise SettingsInvalid(f"A setting cannot be used. {'; '.join(problems)}.") from error
    without_filter(chosen.unsafe_without_filter)
    return chosen
