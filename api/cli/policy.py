"""`gatekeeper policy`: the school's rules, in words and as a file to edit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.markup import escape

from api.cli.options import Data, out, settings
from gatekeeper.errors import PolicyInvalid
from gatekeeper.policy.describe import in_words
from gatekeeper.policy.model import PROFILES, Policy, shipped

app = typer.Typer(no_args_is_help=True)

_NAME: Final = re.compile(r'^name = ".*"$', re.MULTILINE)
_FIT: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")


@app.command("show")
def show(
    name: Annotated[str | None, typer.Argument(help="A profile or file. [default: the one in force]")] = None,
    data: Data = None,
) -> None:
    """Say in words what a policy asks for."""
    chosen = name or settings(data, founding=True).policy
    policy = Policy.load(chosen)
    out.print(f"[bold]{escape(policy.title)}[/] ({escape(policy.label)})", highlight=False)
    for sentence in in_words(policy):
        out.print(f"  • {escape(sentence)}", highlight=False, soft_wrap=True)
    if name is None:
        out.print(f"In force: {escape(chosen)}. Profiles that ship: {', '.join(PROFILES)}.", highlight=False)


@app.command("copy")
def copy(
    profile: Annotated[str, typer.Argument(help=f"One of: {', '.join(PROFILES)}.")],
    file: Annotated[Path, typer.Argument(help="The file to write, such as our-school.toml.")],
) -> None:
    """Write a shipped profile to a file of the school's own, to be edited."""
    if not _FIT.fullmatch(file.stem) or file.stem in PROFILES:
        sentence = "Name the file after the school, in a-z, 0-9, _ and -, such as our-school.toml."
        raise PolicyInvalid(sentence)
    text = _NAME.sub(f'name = "{file.stem}"', shipped(profile), count=1)
    try:
        with file.open("x", encoding="utf-8") as written:
            written.write(text)
    except FileExistsError as error:
        raise PolicyInvalid(f"There is a file {file} already; choose another name.") from error
    out.print(
        f"Edit {file}, look at it with `gatekeeper policy show {file}`, and set GATEKEEPER_POLICY={file}.",
        highlight=False,
        soft_wrap=True,
        markup=False,
    )
