"""`gatekeeper picture`: delete one at once, and move all of them to another storage."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from api.application.data_rights.moving import Move, NotMovable
from api.application.opening import open_store
from api.cli.options import ACTOR, Data, out, settings
from api.cli.screening import services
from api.platform.storage import kept_in

app = typer.Typer(no_args_is_help=True)


@app.command("move")
def move(
    source: Annotated[str, typer.Argument(metavar="FROM", help="Where they are: a folder, or s3://bucket/prefix.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="Where they are to be, likewise.")],
    delete_old: Annotated[
        bool, typer.Option("--delete-old", help="Delete the old copies, once Gatekeeper uses the new place.")
    ] = False,
    data: Data = None,
) -> None:
    """Copy all stored pictures to another folder or bucket, and prove each copy; it can be interrupted and repeated."""
    chosen = settings(data)
    if delete_old and chosen.pictures_at != target:
        raise NotMovable(f"Set GATEKEEPER_PICTURES to {target} and start Gatekeeper with it first; then delete.")
    with open_store(chosen) as store:
        moving = Move(store, chosen, kept_in(source), kept_in(target))
        if delete_old:
            out.print(f"Deleted {moving.delete_old(datetime.now(UTC))} pictures at the old place.")
            return
        done = moving.run(datetime.now(UTC))
    out.print(f"Copied and proved: {done.copied} pictures; {done.there} were there before.")
    if done.damaged:
        out.print(f"[red]Not copied:[/] {len(done.damaged)} pictures are damaged or missing at the old place.")
        raise typer.Exit(1)


@app.callback()
def _pictures() -> None:
    """Uploaded pictures."""


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
