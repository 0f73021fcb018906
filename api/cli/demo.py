"""`gatekeeper demo`: a throw-away school, real pictures, real decisions, then the web app."""

from __future__ import annotations

import secrets
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from api.application.evaluation.samples import Sample, folder, samples
from api.application.register.enrolment import enrol_folder
from api.application.services import Services, open_services
from api.cli.checks.check import progress
from api.cli.options import ACTOR, out, settings
from api.cli.serve import run_app
from api.platform.labels import ROLE_NAME
from api.platform.settings import Settings
from consent_db import roster_import
from consent_db.approvals.records import CheckRecord
from consent_db.publishing.records import ChannelDraft
from gatekeeper.types import Role

LOGINS: Final = (
    (Role.STAFF, "office@sample.school"),
    (Role.APPROVER, "head@sample.school"),
    (Role.ADMIN, "admin@sample.school"),
    (Role.SAFEGUARDING_LEAD, "safeguarding@sample.school"),
)
_WRONG: Final = 1


def demo(
    serve: Annotated[bool, typer.Option(help="Start the web app after the table.")] = True,
    port: Annotated[int, typer.Option(help="The port of the web app.", min=0, max=65535)] = 8000,
) -> None:
    """Check the sample pictures one by one, then start the web app on the sample school.

    Everything is made in a temporary folder and deleted at the end.
    """
    password = secrets.token_urlsafe(12)
    with _throw_away_folder() as data:
        within = folder()
        policy, questions = samples(within)
        changes = {"policy": policy, "base_url": f"http://127.0.0.1:{port}", "second_factor": frozenset()}
        chosen = settings(data, founding=True).model_copy(update=changes)
        with open_services(chosen) as opened:
            found_school(opened, within, password)
            wrong = _ask(opened, questions)
        if wrong:
            out.print(f"[red]{wrong} of {len(questions)} answers were not as expected.[/]")
        if serve:
            _serve(chosen, port, password)
    if wrong:
        raise typer.Exit(_WRONG)


def found_school(opened: Services, within: Path, password: str) -> None:
    """Set the sample school up: a channel, an account of each role, the roster and its photos."""
    with opened.store.transaction(ACTOR, opened.clock()) as tx:
        tx.channels.add(ChannelDraft("website", "School website", staff=("office", "head")))
        tx.channels.approve("website", "head", Role.APPROVER)
        for role, email in LOGINS:
            tx.users.add(email, password, role)
        plan = roster_import.plan((within / "roster.csv").read_bytes(), tx)
        roster_import.apply(plan, tx)
    people = within / "people"
    with progress(len(list(people.glob("*")))) as advance:
        enrol_folder(opened, people, ACTOR, advance)


def _ask(opened: Services, questions: list[Sample]) -> int:
    """Check each sample and print its row; return how many answers were not as expected."""
    table = Table("picture", "gate", "what it shows", "as expected", title="The sample school", show_lines=True)
    wrong = 0
    with progress(len(questions)) as advance:
        for question in questions:
            record = question.ask(opened.screener, ACTOR)
            differences = question.differences(record)
            wrong += bool(differences)
            table.add_row(*_row(question, record, differences))
            advance()
    out.print(table)
    return wrong


def _row(question: Sample, record: CheckRecord, differences: tuple[str, ...]) -> tuple[str, str, str, str]:
    verdict = "[bold green]APPROVE[/]" if record.approved else "[bold red]BLOCK[/]"
    caption = record.facts.caption if record.facts and record.approved else None
    shows = escape(question.shows + (f"\nCaption: {caption}" if caption else ""))
    said = escape("\n".join(differences)) if differences else "[green]✔[/]"
    return question.file.name, verdict, shows, said


def _serve(chosen: Settings, port: int, password: str) -> None:
    logins = "\n".join(f"{email}  {ROLE_NAME[role].lower()}" for role, email in LOGINS)
    text = (
        f"Web app: {chosen.base_url}\n\n{logins}\nPassword for all: {password}\n\n"
        "A real installation asks administrators and the safeguarding lead for a code from\n"
        "their phone too; this one does not.\n\nStop with Ctrl+C."
    )
    out.print(Panel(text, title="Try it yourself", expand=False), highlight=False)
    run_app(chosen, "127.0.0.1", port)


@contextmanager
def _throw_away_folder() -> Iterator[Path]:
    """Make a folder that is gone afterwards, however the demo is ended."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(_WRONG))
    try:
        with tempfile.TemporaryDirectory(prefix="gatekeeper-demo-") as data:
            yield Path(data)
    finally:
        signal.signal(signal.SIGTERM, before)
