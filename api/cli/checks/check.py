"""`gatekeeper check`: photos in, a decision for each, releases out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.application.checks.annotate import annotated
from api.application.checks.submission import SubmissionInvalid, build_draft
from api.application.services import Services
from api.cli.options import ACTOR, Data, Json, err, out
from api.cli.screening import services
from api.http.present import View, check_json
from consent_db.approvals.records import CheckRecord
from gatekeeper.media.release.encode import reopen_release
from gatekeeper.rendition import suffix_of
from gatekeeper.types import AcceptedChange, Severity

BLOCKED: Final = 2
"""The exit code when at least one photo was blocked."""


def check(
    photos: Annotated[list[Path], typer.Argument(help="Pictures, or folders of pictures.")],
    channel: Annotated[str, typer.Option(help="Where it is to be published.")],
    caption: Annotated[str | None, typer.Option(help="What is to be said with it.")] = None,
    event: Annotated[str | None, typer.Option(help="The class or event: who may be expected.")] = None,
    attest: Annotated[list[str] | None, typer.Option(help="Something you confirm; repeat as needed.")] = None,
    to: Annotated[Path | None, typer.Option("--out", help="Write the release of each approved photo here.")] = None,
    annotate: Annotated[Path | None, typer.Option(help="Write each picture with its faces outlined here.")] = None,
    alt_text: Annotated[str | None, typer.Option(help="The alternative text that goes out with it.")] = None,
    credit: Annotated[str | None, typer.Option(help="Who made the picture.")] = None,
    accept_surname_cuts: Annotated[
        bool,
        typer.Option("--accept-surname-cuts", help="Agree to surnames being cut behind first names that stay."),
    ] = False,
    max_side: Annotated[int, typer.Option(help="Pixels of the release at most; 0: as the policy says.", min=0)] = 0,
    max_bytes: Annotated[int, typer.Option(help="Bytes of the release at most; 0: no limit.", min=0)] = 0,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Check photos against the register: approve or block, and why."""
    with naming_option():
        asked = build_draft(
            channel,
            caption=caption,
            alt_text=alt_text,
            credit=credit,
            event=event,
            attestations=attest,
            accepted_changes=[AcceptedChange.SURNAMES] if accept_surname_cuts else None,
            max_side=max_side,
            max_bytes=max_bytes,
        )
    files = list(pictures_in(photos))
    for folder in (to, annotate):
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    blocked = 0
    with services(data) as opened, progress(len(files)) as advance:
        _must_exist(opened, channel)
        for file in files:
            record = opened.screener.check(file.read_bytes(), asked, ACTOR)
            blocked += not record.stands(opened.clock())
            if as_json:
                out.print_json(json.dumps(_json(opened, record)), indent=None, highlight=False)
            else:
                out.print(_table(file.name, record))
            _write(opened, record, to, annotate)
            advance()
    if blocked:
        raise typer.Exit(BLOCKED)


@contextmanager
def naming_option() -> Iterator[None]:
    """Say of a field that cannot be taken which option it is."""
    try:
        yield
    except SubmissionInvalid as error:
        raise typer.BadParameter(f"--{error.field.replace('_', '-')}: {error}") from error


def _must_exist(opened: Services, channel: str) -> None:
    with opened.store.reading(ACTOR, opened.clock()) as tx:
        known = [record.name for record in tx.channels.all()]
    if channel not in known:
        there_are = f"There are: {', '.join(known)}." if known else "There is none yet: see gatekeeper channel add."
        raise typer.BadParameter(f"There is no channel {channel}. {there_are}")


def pictures_in(paths: list[Path]) -> list[Path]:
    """Return the files, and for each folder every file in it, in order.

    Raises:
        typer.BadParameter: something is not there, or a folder is empty.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
        elif path.is_file():
            files.append(path)
        else:
            raise typer.BadParameter(f"There is no file {path}.")
    if not files:
        raise typer.BadParameter("There is no picture there.")
    return files


@contextmanager
def progress(total: int) -> Iterator[Callable[[], None]]:
    """Show on the terminal how far a long job is; yields what to call at each step."""
    columns = (SpinnerColumn(), TextColumn("{task.completed}/{task.total}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)


def _json(opened: Services, record: CheckRecord) -> dict[str, object]:
    return check_json(record, View.FULL, opened.clock(), opened.receipts.leaving(record))


def _table(name: str, record: CheckRecord) -> Table:
    table = Table(show_header=False, box=None, pad_edge=False)
    verdict = "[bold green]APPROVE ✔[/]" if record.approved else "[bold red]BLOCK ✘[/]"
    table.add_row(verdict, f"[bold]{escape(name)}[/]")
    for finding in record.findings:
        mark = "✘" if finding.severity is Severity.BLOCK else "•"
        table.add_row("", f"{mark} {escape(finding.message)}")
    for words, text in _words(record):
        table.add_row("", f"{words}: {escape(text)}")
    return table


def _words(record: CheckRecord) -> Iterator[tuple[str, str]]:
    """Yield the words that go out, or those that are proposed, each with what it is."""
    facts = record.facts
    if facts is None:
        return
    approved = (facts.caption, facts.alt_text, facts.credit)
    for called, text in zip(_CALLED, approved if record.approved else facts.proposed_words, strict=True):
        if text:
            yield called if record.approved else f"Proposed {called.lower()}", text


_CALLED: Final = ("Caption", "Alternative text", "Credit")


def _write(opened: Services, record: CheckRecord, to: Path | None, annotate: Path | None) -> None:
    """Write what was asked for; names carry nothing of the upload's."""
    facts = record.facts
    if facts is None or facts.release is None:
        return
    name = f"photo-{facts.release.sha256[:12]}"
    token = opened.screener.releases.token(record)
    if to is not None and token is not None:
        released = opened.screener.releases.open(token)
        with opened.store.transaction(ACTOR, opened.clock()) as tx:
            tx.hand_outs.written(record.id)
        (to / f"{name}{suffix_of(facts.release.media_type)}").write_bytes(released.data)
    if annotate is not None:
        picture = reopen_release(opened.screener.releases.examined(record.id))
        (annotate / f"{name}.jpg").write_bytes(annotated(picture.pixels, facts.faces))
