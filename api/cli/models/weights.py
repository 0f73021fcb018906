"""`gatekeeper weights`: model files carried from machine to machine, always checked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from api.application.evaluation.model_files import Copied, download, export_to, import_from
from api.cli.options import Data, out, settings
from gatekeeper.vision.weights import statuses

app = typer.Typer(no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(help="A folder of model files.", file_okay=False)]


@app.command("list")
def list_weights(data: Data = None) -> None:
    """Show every model file with its licence, where it is, and who publishes it."""
    table = Table("model", "licence", "where", "published at")
    for status in statuses(settings(data, founding=True).model_folders):
        where = escape(str(status.path) if status.path else status.problem or "")
        table.add_row(status.weights.name, status.weights.licence, where, status.weights.source)
    out.print(table)


@app.command("export")
def export_weights(folder: Folder, data: Data = None) -> None:
    """Copy every model file that is here into a folder, to be a mirror or to be carried elsewhere."""
    _say(export_to(folder, settings(data, founding=True).model_folders), f"in {folder}")


@app.command("import")
def import_weights(folder: Folder, data: Data = None) -> None:
    """Take the model files of a folder into the data folder, where they are looked for before any package."""
    chosen = settings(data, founding=True)
    _say(import_from(folder, chosen.model_folders[-1]), f"in {chosen.model_folders[-1]}")


@app.command("fetch")
def fetch_weights(
    name: Annotated[str, typer.Argument(help="As `gatekeeper weights list` shows it.")], data: Data = None
) -> None:
    """Fetch one model file, from the school's mirror (GATEKEEPER_WEIGHTS_MIRROR) or from its publisher."""
    chosen = settings(data, founding=True)
    path = download(name, chosen.model_folders[-1], chosen.weights_mirror)
    out.print(f"Saved {path}", highlight=False, markup=False)


def _say(copied: Copied, where: str) -> None:
    out.print(f"{len(copied.files)} model files {where}, each checked by SHA-256.", highlight=False, markup=False)
    if copied.missing:
        out.print(f"Not among them: {', '.join(copied.missing)}.", highlight=False, markup=False)
