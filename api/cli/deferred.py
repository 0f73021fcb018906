"""Commands that are imported when they are run (docs/decisions/0048).

`gatekeeper --help` needs the name and a sentence of each command, none of the libraries that
the command works with. So the table in `main.py` says both, and where the command is.
"""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from types import ModuleType
from typing import Any

from typer import Typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group


class Deferred(TyperCommand):
    """Stands for a command, or for a family of commands, until it is run."""

    def __init__(self, name: str, where: str, sentence: str) -> None:
        """Keep what `gatekeeper --help` shows; import nothing.

        Args:
            name: what is typed.
            where: `module:attribute`; a function is one command, a `Typer` a family of commands.
            sentence: what it does. A family has no other help; a function's is the first line of its docstring.
        """
        super().__init__(name, help=sentence)
        self._where = where

    def load(self) -> TyperCommand | TyperGroup:
        """Import the command, and with it everything that it works with."""
        module, _, attribute = self._where.partition(":")
        found = getattr(imported(module), attribute)
        if isinstance(found, Typer):
            family = get_group(found)
            family.help = self.help
            return family
        alone = Typer(add_completion=False)
        alone.command(self.name)(found)
        command = get_command(alone)
        assert isinstance(command, TyperCommand)  # noqa: S101 -- for the type: one function is one command
        return command

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Have the command itself read its arguments; it is what runs then."""
        return self.load().make_context(info_name, args, parent, **extra)


def imported(name: str) -> ModuleType:
    """Import a module without collecting garbage meanwhile, and leave what it made out of later collections.

    Classes and functions live as long as the process. To look for garbage among them again
    and again takes a fifth of a start.
    """
    if name in sys.modules:
        return sys.modules[name]
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.freeze()
        gc.enable()
