"""`gatekeeper sanitize`: the media part alone. Clean pictures, no decision."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.commands.check import pictures_in, progress
from api.commands.options import Json, out
from gatekeeper.errors import PhotoRefused
from gatekeeper.media.encode import make_release
from gatekeeper.media.open import Opener
from gatekeeper.types import MetadataReport

REFUSED = 2


def sanitize(
    photos: Annotated[list[Path], typer.Argument(help="Pictures, or folders of pictures.")],
    to: Annotated[Path, typer.Option("--out", help="Where the clean pictures go.")],
    as_json: Json = False,
) -> None:
    """Make clean copies that hold nothing but pixels. This is no permission to publish."""
    files = pictures_in(photos)
    to.mkdir(parents=True, exist_ok=True)
    refused = 0
    table = Table("file", "clean copy", "found in the upload")
    with Opener() as opener, progress(len(files)) as advance:
        for file in files:
            row = _clean(opener, file, to)
            refused += row["release"] is None
            if as_json:
                out.print_json(json.dumps(row), indent=None, highlight=False)
            table.add_row(str(row["file"]), str(row["release"] or row["refused"]), _words(row["carriers"]))
            advance()
    if not as_json:
        out.print(table)
    if refused:
        raise typer.Exit(REFUSED)


def _clean(opener: Opener, file: Path, to: Path) -> dict[str, object]:
    """Clean one file; a refused one leaves nothing in the folder."""
    row: dict[str, object] = {"file": file.name, "release": None, "refused": None, "carriers": []}
    try:
        photo = opener.open(file.read_bytes())
    except PhotoRefused as refused:
        return row | {"refused": refused.message, "code": refused.code.value}
    release = make_release(photo.pixels)
    name = f"photo-{release.sha256[:12]}.jpg"
    (to / name).write_bytes(release.data)
    return row | {"release": name, "sha256": release.sha256, "carriers": _found(photo.metadata)}


def _found(metadata: MetadataReport) -> list[str]:
    return [*(["position"] if metadata.gps else []), *metadata.carriers]


def _words(carriers: object) -> str:
    return ", ".join(carriers) if isinstance(carriers, list) and carriers else "nothing"
