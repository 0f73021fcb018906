"""`gatekeeper publication`, `takedown` and `search-released`: what is out, and what has to come back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from api.cli.checks.check import progress
from api.cli.options import ACTOR, Data, out
from api.cli.register.shared import a_moment, find, now, reading, writing
from api.cli.register.shared import zone as zone_of
from api.cli.screening import services
from consent_db.publishing.records import PublicationDraft, PublicationRecord, TakedownOutcome, TakedownRecord

publications = typer.Typer(no_args_is_help=True)
takedowns = typer.Typer(no_args_is_help=True)

OVERDUE = 2
"""The exit code of a list with something that should be down by now."""


@publications.command("add")
def add(
    check: Annotated[str, typer.Argument(help="The check's id, chk_..., as its page and the API give it.")],
    address: Annotated[str | None, typer.Option(help="Of the post.")] = None,
    post_id: Annotated[str | None, typer.Option(help="What the platform calls the post.")] = None,
    at: Annotated[str | None, typer.Option(help="When it was published. [default: now]")] = None,
    data: Data = None,
) -> None:
    """Write down that a picture was published."""
    moment = a_moment(at, zone_of(data)) if at else now()
    with writing(data) as tx:
        record = tx.publications.record(PublicationDraft(check, moment, address, post_id))
        late = [takedown for takedown in tx.takedowns.waiting() if takedown.publication.id == record.id]
    out.print(f"Recorded as {record.id}.", highlight=False)
    for takedown in late:
        out.print(f"[red]{takedown.why.sentence}[/] ({takedown.id})", highlight=False, soft_wrap=True)


@publications.command("list")
def list_publications(
    person: Annotated[str | None, typer.Option(help="Only those that show this person (number or id).")] = None,
    lapsed: Annotated[
        bool, typer.Option("--lapsed", help="Only those that show a person whose permission has ended.")
    ] = False,
    data: Data = None,
) -> None:
    """Show the posts that are up."""
    with reading(data) as tx:
        posts = tx.publications.lapsed() if lapsed else tx.publications.up()
        if person is not None:
            wanted = find(tx, person).id
            posts = [post for post in posts if wanted in post.people]
    table = Table("publication", "channel", "published", "people", "where")
    for post in posts:
        people = str(len(post.people))
        table.add_row(post.id, post.channel, f"{post.published_at:%d %B %Y}", people, escape(_where(post)))
    out.print(table if posts else "Nothing.")


@publications.command("take-down")
def take_down(publication: Annotated[str, typer.Argument(help="pub_...")], data: Data = None) -> None:
    """Open a take-down for a post without an objection."""
    with writing(data) as tx:
        takedown = tx.takedowns.get(tx.publications.take_down(publication))
    out.print(f"{takedown.id}, due {_due(takedown)}.", highlight=False)


@takedowns.command("list")
def list_takedowns(
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what should be down by now.")] = False,
    data: Data = None,
) -> None:
    """Show what has to come down, what is due first; exit code 2 if anything is overdue."""
    with reading(data) as tx:
        waiting, late = tx.takedowns.waiting(), tx.takedowns.overdue()
        moment = tx.now
    _show(late if overdue else waiting, {record.id for record in waiting if record.overdue(moment)})
    if late:
        raise typer.Exit(OVERDUE)


@takedowns.command("done")
def done(
    takedown: Annotated[str, typer.Argument(help="tkd_...")],
    proof: Annotated[str, typer.Option(prompt="What did you see when you looked", help="A note or an address.")],
    outcome: Annotated[TakedownOutcome, typer.Option(help="How it ended.")] = TakedownOutcome.DOWN,
    data: Data = None,
) -> None:
    """Stop the clock: say that a post is down, and how you know."""
    with writing(data) as tx:
        tx.takedowns.done(takedown, proof, outcome)
    out.print("Noted, with who said so and when.")


def search_released(
    person: Annotated[str | None, typer.Option(help="Search for this person; without, do what waits.")] = None,
    data: Data = None,
) -> None:
    """Search the released pictures for a person again; what may show them has to come down."""
    with services(data) as opened:
        if person is not None:
            with opened.store.transaction(ACTOR, now()) as tx:
                tx.searches.ask(find(tx, person).id)
        with opened.store.reading(ACTOR, now()) as tx:
            pictures = len(tx.searches.waiting()) * len(tx.searches.released())
        with progress(pictures) as advance:
            results = opened.search.run_waiting(advance)
    for result in results:
        out.print(
            f"Looked at {result.looked} pictures; in {result.found} the person may be: "
            f"{len(result.takedowns)} posts to take down, {len(result.revoked)} approvals ended.",
            highlight=False,
            soft_wrap=True,
        )
        if result.missing:
            out.print(
                f"[yellow]{result.missing} are not stored any more; look at those posts by eye.[/]", highlight=False
            )
    if not results:
        out.print("No search waits.")


def _show(records: Iterable[TakedownRecord], late: set[str]) -> None:
    table = Table("take-down", "channel", "where", "why", "due")
    for record in records:
        due = f"[red]{_due(record)}, overdue[/]" if record.id in late else _due(record)
        where = escape(_where(record.publication))
        table.add_row(record.id, record.publication.channel, where, record.why.sentence, due)
    out.print(table if table.row_count else "Nothing has to come down.")


def _due(record: TakedownRecord) -> str:
    return f"{record.due_at:%d %B %Y, %H:%M} UTC"


def _where(post: PublicationRecord) -> str:
    return post.address or post.post_id or f"the post of {post.check_id}"
