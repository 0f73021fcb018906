"""`gatekeeper audit`: prove the record of everything that was done, here or from an export."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.application.opening import open_store
from api.cli.options import Data, out, settings
from consent_db.audit import trail
from consent_db.audit.checkpoints import Checkpoint, signed_by
from consent_db.audit.records import AuditReport
from consent_db.errors import NotPossible

app = typer.Typer(no_args_is_help=True)

BROKEN = 1
"""The exit code when the chain is not whole."""


@app.command("verify")
def verify(
    checkpoint: Annotated[
        str | None, typer.Option(help="What `audit checkpoint` printed earlier: the text, its first line, or a file.")
    ] = None,
    export: Annotated[Path | None, typer.Option(help="A file of `audit export`, instead of the database.")] = None,
    key: Annotated[str | None, typer.Option(help="With --export: what `audit key` printed.")] = None,
    data: Data = None,
) -> None:
    """Prove that nothing in the audit was changed, removed, inserted or moved.

    That its end was not cut off shows only against a checkpoint kept elsewhere.
    """
    kept = None if checkpoint is None else _note(checkpoint)
    if export is not None:
        report = _verify_export(export, kept, key)
    else:
        with open_store(settings(data)) as store:
            report = store.verify_audit(kept)
    if not report.ok:
        out.print(f"[red]Broken[/] at entry {report.first_broken}: {report.problem}", highlight=False, soft_wrap=True)
        raise typer.Exit(BROKEN)
    against = "" if kept is None else " and contains the checkpoint"
    out.print(f"Whole: {report.length} entries{against}, the last is {report.head}.", highlight=False, soft_wrap=True)
    if kept is None:
        out.print("That nothing was cut off at the end shows only with --checkpoint.")


@app.command("export")
def export_lines(
    file: Annotated[Path, typer.Argument(help="Where to write to; it is never replaced.")], data: Data = None
) -> None:
    """Export every entry as JSON Lines, for verification elsewhere."""
    count = 0
    with open_store(settings(data)) as store, file.open("x", encoding="ascii") as lines:
        file.chmod(0o600)
        for line in store.export_audit():
            lines.write(f"{line}\n")
            count += 1
    out.print(f"{count} entries are in {file}.", highlight=False, soft_wrap=True)


@app.command("checkpoint")
def print_checkpoint(data: Data = None) -> None:
    """Print a signed text to be kept elsewhere: by mail, on paper, in another building."""
    with open_store(settings(data)) as store:
        typer.echo(store.audit_checkpoint(datetime.now(UTC)), nl=False)


@app.command("key")
def print_key(data: Data = None) -> None:
    """Print the public key that verifies the signature of a checkpoint."""
    with open_store(settings(data)) as store:
        typer.echo(store.audit_key())


def _note(given: str) -> str:
    """Return the text of a checkpoint that was given itself or as the name of a file."""
    if given.startswith("gatekeeper-audit/"):
        return given
    try:
        return Path(given).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise NotPossible("There is no checkpoint in this file; give its name again, or the text itself.") from None


def _verify_export(export: Path, note: str | None, key: str | None) -> AuditReport:
    kept = None if note is None else Checkpoint.parse(note)
    if key is not None and (kept is None or not signed_by(kept, key)):
        raise NotPossible("The checkpoint is not signed with this key; look for the right one.")
    with export.open(encoding="utf-8", errors="replace") as lines:
        return trail.check(trail.read_lines(lines), kept)
