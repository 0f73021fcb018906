"""What a start of the command line imports, and that its table of commands is true."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.core import TyperGroup

from api.cli.deferred import Deferred
from api.cli.main import COMMANDS

HEAVY = {"alembic", "cv2", "fastapi", "httpx2", "numpy", "phonenumbers", "PIL", "pydantic", "sqlalchemy", "uvicorn"}
OF_PICTURES = {"alembic", "authlib", "fastapi", "httpx2", "jinja2", "pillow_heif", "starlette", "uvicorn", "zxcvbn"}
SCRIPT = """
import json, sys
from api.cli.main import run
code = run(sys.argv[1:])
print(json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]), file=sys.stderr)
"""


def imported_by(*arguments: str, data: Path, exit_code: int = 0) -> set[str]:
    """Run a command in a process of its own and return the top-level modules that it imported."""
    environment = os.environ | {"GATEKEEPER_DATA": str(data)}
    command = [sys.executable, "-c", SCRIPT, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)  # noqa: S603
    code, modules = json.loads(done.stderr.splitlines()[-1])
    assert code == exit_code
    return set(modules)


@pytest.mark.parametrize(("arguments", "exit_code"), [(["--help"], 0), ([], 1)])
def test_the_list_of_commands_needs_no_heavy_module(arguments: list[str], exit_code: int, tmp_path: Path) -> None:
    """Names and sentences are shown without a database, a net or a web framework."""
    assert not imported_by(*arguments, data=tmp_path, exit_code=exit_code) & HEAVY


def test_a_command_of_the_register_needs_no_web_and_no_migration(tmp_path: Path) -> None:
    """Once the tables are there, reading them loads neither Alembic nor what pages, posts and pictures need."""
    founding = imported_by("channel", "add", "site", "--title", "Site", "--staff", "a", "--staff", "b", data=tmp_path)
    assert "alembic" in founding
    assert not imported_by("user", "list", data=tmp_path) & OF_PICTURES


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_each_entry_of_the_table_is_a_command(entry: Deferred) -> None:
    """Every command is where the table says; what a function says of itself begins with its sentence."""
    command = entry.load()
    first = (command.help or "").partition("\n\n")[0]
    assert " ".join(first.split()) == entry.help
    assert not isinstance(command, TyperGroup) or command.commands
