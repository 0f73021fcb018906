"""`gatekeeper picture`: what has to be done to a picture at once."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.options import ACTOR, Data, out
from api.cli.screening import services

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _pictures() -> None:
    """Keep `delete` a command of its own."""


@app.command("delete")
def delete(
    check: Annotated[str, typer.Argument(help="The check's id, chk_..., as its page and the API give it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data: Data = None,
) -> None:
    """Delete a picture that must not be shown, and refuse it whenever it is uploaded again."""
    if not yes:
        typer.confirm("Delete the picture, with every copy that was made of it? This cannot be undone.", abort=True)
    with services(data) as opened:
        deleted = opened.screener.delete_at_once(check, ACTOR)
    out.print(f"Deleted: {len(deleted.checks)} checks, {len(deleted.keys)} stored files. It is refused from now on.")
