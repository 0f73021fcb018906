"""`gatekeeper person show` and `gatekeeper consent`: what is permitted and why; statements of consent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import typer
from rich.markup import escape

from api.cli.options import Data, out
from api.cli.register.shared import (
    Who,
    Yes,
    a_day,
    a_moment,
    agree,
    find,
    name_of,
    now,
    reading,
    tell_takedowns,
    writing,
)
from api.cli.register.shared import zone as zone_of
from consent_db.errors import NotFound
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import EVERYWHERE, Effect, Party, Stance, Statement, Subject
from gatekeeper.consent.reasons import lines, verdict
from gatekeeper.types import Channel, PersonId

app = typer.Typer(no_args_is_help=True)

_MARK: Final = {Effect.FORBIDS: "[red]no[/]", Effect.PERMITS: "[green]yes[/]", Effect.NOTHING: "–"}


@app.callback()
def _consent() -> None:
    """Keep `record` a command of its own."""


def show(
    who: Who,
    channel: Annotated[str | None, typer.Option(help="One channel. [default: all of them]")] = None,
    at: Annotated[str | None, typer.Option(help="A day or moment, past or future. [default: now]")] = None,
    known_at: Annotated[str | None, typer.Option(help="With what was recorded by then only.")] = None,
    data: Data = None,
) -> None:
    """Show what is permitted for a person, with every reason."""
    zone = zone_of(data)
    moment = a_moment(at, zone) if at else now()
    known = a_moment(known_at, zone) if known_at else None
    with reading(data) as tx:
        person = find(tx, who)
        out.print(f"[bold]{escape(name_of(person))}[/], {person.profile.kind.value}", highlight=False)
        for one in _channels(tx, channel):
            out.print(f"\n[bold]{escape(one.name)}[/]", highlight=False)
            for subject in Subject.of_channels():
                _explain(tx, person.id, (subject, one), (moment, known))
        out.print()
        anywhere = Channel("", frozenset({EVERYWHERE}), approved=True)
        for subject in Subject:
            if subject.as_a_whole:
                _explain(tx, person.id, (subject, anywhere), (moment, known))


def _explain(
    tx: Transaction, person: PersonId, what: tuple[Subject, Channel], when: tuple[datetime, datetime | None]
) -> None:
    answer = tx.consent.permission(person, *what, *when)
    out.print(verdict(answer, what[0]), highlight=False, soft_wrap=True)
    for line in lines(answer):
        out.print(f"  {_MARK[line.effect]} {escape(line.sentence)}", highlight=False, soft_wrap=True)


def _channels(tx: Transaction, name: str | None) -> list[Channel]:
    found = [record.as_channel() for record in tx.channels.all() if name in {None, record.name}]
    if not found:
        raise NotFound("There is no such channel; see `gatekeeper channel list`.")
    return found


@app.command("record")
def record(
    who: Who,
    said_by: Annotated[Party, typer.Option(help="Who says it.")],
    answer: Annotated[Stance, typer.Option(help="What they say.")],
    about: Annotated[Subject, typer.Option(help="What it is about.")] = Subject.PICTURE,
    place: Annotated[
        str, typer.Option("--for", help="A channel or a purpose. [default: everywhere]", show_default=False)
    ] = EVERYWHERE,
    said_at: Annotated[str | None, typer.Option(help="When they said it. [default: now]")] = None,
    since: Annotated[str | None, typer.Option(help="From which day. [default: the day they said it]")] = None,
    until: Annotated[str | None, typer.Option(help="The last day.")] = None,
    evidence: Annotated[str | None, typer.Option(help="Where the written consent is kept; sealed.")] = None,
    yes: Yes = False,
    data: Data = None,
) -> None:
    """Record a statement about consent; shows its impact first."""
    moment, zone = now(), zone_of(data)
    when = a_moment(said_at, zone) if said_at else moment
    first = a_day(since) if since else when.astimezone(zone).date()
    statement = Statement(said_by, about, place, answer, min(when, moment), first, a_day(until) if until else None)
    with reading(data) as tx:
        person = find(tx, who)
        touched = tx.consent.touches(person.id, [statement])
    agree(touched, yes=yes)
    with writing(data) as tx:
        change = tx.consent.record(person.id, statement, evidence)
    out.print(f"Recorded for {escape(name_of(person))}.", highlight=False)
    tell_takedowns(change)
