"""`gatekeeper list` and `gatekeeper hold`: the do-not-publish list, holds, and when to look at them again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from api.application.opening import open_store
from api.cli.options import Data, out, settings
from api.cli.register.shared import Who, Yes, a_day, agree, find, name_of, now, reading, tell_takedowns, writing
from consent_db.errors import NotPossible
from consent_db.register.records import ReviewRecord
from consent_db.roster.missing_protected import Outcome
from consent_db.transaction import Transaction
from gatekeeper.consent.history import Restriction
from gatekeeper.types import Role

listings = typer.Typer(no_args_is_help=True)
holds = typer.Typer(no_args_is_help=True)

Why = Annotated[
    str,
    typer.Option(
        prompt="Why (kept sealed; leave empty if it is safer not to record it)",
        hide_input=True,
        help="Kept sealed; asked for if not given.",
    ),
]
Review = Annotated[str | None, typer.Option(help="The day on which to ask whether it is still needed.")]


@listings.command("add")
def add(who: Who, why: Why = "", review: Review = None, yes: Yes = False, data: Data = None) -> None:
    """Add a person to the do-not-publish list; neither a template nor a photograph is needed."""
    _restrict(who, Restriction.LISTING, (why, review), yes=yes, data=data)


@listings.command("remove")
def remove(who: Who, data: Data = None) -> None:
    """Take a person off the do-not-publish list."""
    with writing(data) as tx:
        tx.consent.unlist(find(tx, who).id)
    out.print("Taken off the list. What was taken down stays down.")


@listings.command("show")
def show(data: Data = None) -> None:
    """Show the people on the list and under a hold, those due for review first; never why."""
    with reading(data) as tx:
        _table(tx, tx.reviews.all())


@listings.command("review")
def review(
    who: Annotated[
        str | None, typer.Argument(help="The person who was reviewed; without it, reviews that are due are shown.")
    ] = None,
    again: Annotated[str | None, typer.Option("--next", help="The day on which to look again.")] = None,
    hold: Annotated[bool, typer.Option("--hold", help="It is about the hold, not the listing.")] = False,
    data: Data = None,
) -> None:
    """Show the reviews that are due, or record a review after which the restriction stays."""
    if who is None:
        with reading(data) as tx:
            _table(tx, tx.reviews.due())
        return
    if again is None:
        raise NotPossible("Say when to look again, with --next 2027-09-01; or take it off the list.")
    with writing(data) as tx:
        record = tx.reviews.done(find(tx, who).id, Restriction.HOLD if hold else Restriction.LISTING, a_day(again))
    out.print(f"It stays; to be looked at again on {record.review_on}.", highlight=False)


@listings.command("missing")
def missing(
    who: Annotated[
        str | None, typer.Argument(help="The person the lead answers for; without it, the questions are shown.")
    ] = None,
    outcome: Annotated[Outcome | None, typer.Option("--answer", help="What the safeguarding lead says.")] = None,
    data: Data = None,
) -> None:
    """Show who is on the list or held and missing from the school's file, or write the lead's answer down."""
    if who is None:
        with reading(data) as tx:
            for question in tx.missing_protected.open():
                name = escape(name_of(tx.people.get(question.person)))
                out.print(f"{name}: missing since the import of {question.asked_at:%d %B %Y}", highlight=False)
        return
    if outcome is None:
        raise NotPossible("Say what the safeguarding lead answers: --answer left, or --answer stays.")
    with writing(data) as tx:
        tx.missing_protected.answer(find(tx, who).id, outcome)
    out.print("Recorded. The listing or hold stays.")


@listings.command("reason")
def reason(
    who: Who,
    email: Annotated[str, typer.Option(prompt="The safeguarding lead's e-mail address", help="Who looks.")] = "",
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, help="Asked for.")] = "",
    data: Data = None,
) -> None:
    """Show the safeguarding lead why a person is listed or held; the access is written to the audit."""
    with open_store(settings(data)) as store:
        with store.transaction("command line", now()) as tx:
            user = tx.users.authenticate(email, password)
            person = find(tx, who).id
        if user is None or user.role is not Role.SAFEGUARDING_LEAD:
            raise NotPossible("Only the safeguarding lead may see why. The attempt was written to the audit.")
        with store.transaction(user.id, now()) as tx:
            for entry in tx.consent.restrictions(person):
                if entry.in_force and entry.has_reason:
                    words = tx.consent.reason(person, entry.id, user.role)
                    out.print(f"{entry.at:%d %B %Y}, {entry.restriction.value}: {escape(words or '')}", highlight=False)


@holds.command("lay")
def lay(who: Who, why: Why = "", review: Review = None, yes: Yes = False, data: Data = None) -> None:
    """Place a hold on a person: nothing of them is published until it is lifted."""
    _restrict(who, Restriction.HOLD, (why, review), yes=yes, data=data)


@holds.command("lift")
def lift(who: Who, data: Data = None) -> None:
    """Lift the hold on a person."""
    with writing(data) as tx:
        tx.consent.lift(find(tx, who).id)
    out.print("Lifted. What was taken down stays down.")


def _restrict(who: str, restriction: Restriction, words: tuple[str, str | None], *, yes: bool, data: Data) -> None:
    why, review_on = words[0].strip() or None, a_day(words[1]) if words[1] else None
    with reading(data) as tx:
        person = find(tx, who)
        touched = tx.consent.touches_restricting(person.id, restriction)
    agree(touched, yes=yes)
    with writing(data) as tx:
        lay_it = tx.consent.list_person if restriction is Restriction.LISTING else tx.consent.hold
        change = lay_it(person.id, why, review_on)
    out.print(f"{escape(name_of(person))} may not be published from now on.", highlight=False)
    tell_takedowns(change)
    if change.search:
        out.print("The released pictures are searched by `gatekeeper serve`, or now by `gatekeeper search-released`.")


def _table(tx: Transaction, records: Iterable[ReviewRecord]) -> None:
    table = Table("who", "what", "since", "next review")
    for record in records:
        due = record.review_on is not None and record.review_on <= tx.today
        day = f"[red]{record.review_on}[/]" if due else str(record.review_on or "no day set")
        name = escape(name_of(tx.people.get(record.person)))
        table.add_row(name, record.restriction.value, f"{record.since:%d %B %Y}", day)
    out.print(table if table.row_count else "No people.")
