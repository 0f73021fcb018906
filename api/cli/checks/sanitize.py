"""`gatekeeper sanitize`: the media part alone. Clean pictures, no decision."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.table import Table

from api.application.checks.submission import size_limit
from api.application.evaluation.cleaning import Cleaned, Cleaner, copy_names, sources_in, totals, write_new
from api.cli.checks.check import naming_option, progress
from api.cli.options import Json, err, out
from gatekeeper.media.open import Opener
from gatekeeper.rendition import Frames, Output, Rendition

REFUSED: Final = 2
"""The exit code when at least one file has no clean copy."""


def sanitize(
    photos: Annotated[list[Path], typer.Argument(help="Pictures, or folders; whatever is below them is taken.")],
    to: Annotated[Path, typer.Option("--out", help="Where the clean pictures go. Nothing there is overwritten.")],
    keep_names: Annotated[bool, typer.Option(help="Keep names and folders; they are metadata too.")] = False,
    output: Annotated[Output, typer.Option("--format", help="What the copies are.")] = Output.JPEG,
    long_side: Annotated[int, typer.Option(help="The longer side at most, in pixels.", min=64, max=8192)] = 2048,
    max_bytes: Annotated[int, typer.Option(help="Bytes of a copy at most; 0: no limit.", min=0)] = 0,
    first_frame: Annotated[bool, typer.Option(help="Of a file that moves take the first frame.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write what was found and done here, as JSON.")] = None,
    as_json: Json = False,
) -> None:
    """Make clean copies that hold nothing but pixels. This is no permission to publish.

    Exit codes: 0 all files have a clean copy, 2 some were refused, 1 could not run.
    """
    if report is not None and report.exists():
        raise typer.BadParameter(f"There is a file {report} already. Choose another name for the report.")
    sources = sources_in(photos, leave_out=to)
    if not sources:
        raise typer.BadParameter("There is no file there.")
    to.mkdir(parents=True, exist_ok=True)
    rendition = Rendition(Frames.FIRST if first_frame else Frames.REFUSE, output, long_side)
    with naming_option():
        rendition = rendition.within(size_limit(max_bytes=max_bytes))
    names = copy_names(sources, output) if keep_names else None
    results: list[Cleaned] = []
    try:
        with Opener() as opener, progress(len(sources)) as advance:
            cleaner = Cleaner(opener, to, rendition, names)
            for source in sources:
                results.append(cleaner.clean(source))
                if as_json:
                    out.print_json(json.dumps(results[-1].as_dict()), indent=None, highlight=False)
                advance()
    finally:
        if report is not None:
            write_new(report, _report(results, complete=len(results) == len(sources)))
    if not as_json:
        _show(results)
    if any(result.refused for result in results):
        raise typer.Exit(REFUSED)


def _report(results: list[Cleaned], *, complete: bool) -> bytes:
    body = {"complete": complete, "totals": totals(results), "files": [result.as_dict() for result in results]}
    return (json.dumps(body, indent=2) + "\n").encode()


def _show(results: list[Cleaned]) -> None:
    table = Table("file", "clean copy", "found in the file")
    for result in results:
        copy = result.release or f"[red]none:[/] {escape(result.refused or '')}"
        table.add_row(escape(result.file), copy, ", ".join(result.carriers) or "nothing")
    out.print(table)
    sums = totals(results)
    err.print(f"{sums['cleaned']} of {sums['files']} files have a clean copy, {sums['refused']} were refused.")
