"""`gatekeeper roster health`, `lookalikes` and `re-enrol`: how well people can be recognised."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from api.application.opening import now, open_store
from api.application.register.recognition import PersonHealth, lookalike_pairs, renew, template_health
from api.cli.checks.check import progress
from api.cli.options import ACTOR, Data, Json, out, settings
from api.cli.register.shared import agree, tell_takedowns
from consent_db.errors import NotPossible
from consent_db.transaction import Transaction
from gatekeeper import vision
from gatekeeper.identity.health import Pair
from gatekeeper.media.limits import Limits
from gatekeeper.media.open import Opener
from gatekeeper.types import PersonId

INCOMPLETE = 1
"""The exit code when a person is left without a template."""


def show_health(
    below: Annotated[int, typer.Option(min=0, max=101, help="Only people with a lower score.")] = 101,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Say how well each enrolled person can be recognised, 0 to 100, and what would help."""
    chosen = settings(data)
    engine = vision.load(chosen.engine, chosen.model_folders)
    with open_store(chosen) as store, store.reading(ACTOR, now()) as tx:
        enrolled = template_health(tx, engine)
    people = [one for one in enrolled if one.health.score < below]
    if as_json:
        _print_json([_health(one) for one in people])
        return
    table = Table("score", "who", "photos", "what would help", title=f"{len(people)} of {len(enrolled)} enrolled")
    for one in people:
        who = one.external_id or one.person
        advice = " ".join(one.health.advice) or "Nothing."
        table.add_row(str(one.health.score), escape(who), str(one.made.references), advice)
    out.print(table)


def show_lookalikes(as_json: Json = False, data: Data = None) -> None:
    """List enrolled people who resemble each other so much that the engine may confuse them."""
    chosen = settings(data)
    engine = vision.load(chosen.engine, chosen.model_folders)
    with open_store(chosen) as store, store.reading(ACTOR, now()) as tx:
        pairs = lookalike_pairs(tx, engine)
        names = {person: _name(tx.people.get(person).profile.external_id, person) for person in _everybody(pairs)}
    if as_json:
        _print_json([_pair(pair) for pair in pairs])
        return
    if not pairs:
        out.print("No two enrolled people resemble each other to this engine.")
        return
    table = Table("who", "and who", "similarity", "what happens")
    for pair in pairs:
        what = "may end as ambiguous" if pair.confusable else "told apart; near the list, if one is on it"
        table.add_row(escape(names[pair.one]), escape(names[pair.other]), f"{pair.similarity:.2f}", what)
    out.print(table)


def confirm_siblings(
    one: Annotated[str, typer.Argument(help="The school's number of one person.")],
    other: Annotated[str | None, typer.Argument(help="Of the other; not with --remove.", show_default=False)] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Remove that the person has a sibling or twin.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before approvals end.")] = False,
    data: Data = None,
) -> None:
    """Record that two people are siblings or twins; approvals in which the engine alone told them apart end."""
    if remove == (other is not None):
        raise NotPossible("Give the numbers of two people, or one number and --remove.")
    with open_store(settings(data)) as store:
        if other is None:
            with store.transaction(ACTOR, now()) as tx:
                tx.siblings.remove(_numbered(tx, one))
            out.print("It was removed.")
            return
        with store.reading(ACTOR, now()) as tx:
            touched = tx.siblings.touches(_numbered(tx, one), _numbered(tx, other))
        if touched:
            agree(touched, yes=yes)
        with store.transaction(ACTOR, now()) as tx:
            change = tx.siblings.confirm(_numbered(tx, one), _numbered(tx, other))
    out.print("From now on staff confirm their faces in each picture.")
    tell_takedowns(change)


def _numbered(tx: Transaction, number: str) -> PersonId:
    record = tx.people.by_external_id(number)
    if record is None:
        raise NotPossible("No person on the register has one of these numbers.")
    return record.id


def re_enrol(
    engine: Annotated[str | None, typer.Option(help="The engine to prepare. [default: the next, or this one]")] = None,
    data: Data = None,
) -> None:
    """Make templates for another engine from the reference photos that are kept."""
    chosen = settings(data)
    loaded = vision.load(engine or chosen.next_engine or chosen.engine, chosen.model_folders)
    limits = Limits(unsafe_without_filter=chosen.unsafe_without_filter)
    with open_store(chosen) as store, Opener(limits) as opener:
        with store.reading(ACTOR, now()) as tx:
            missing = len(tx.enrolment.only_elsewhere(loaded.name))
        with progress(missing) as advance:
            done = renew(store, (ACTOR, now), opener, loaded, advance)
        with store.reading(ACTOR, now()) as tx:
            names = [_name(tx.people.get(person).profile.external_id, person) for person in done.without_photographs]
    out.print(f"{done.renewed} people have a template of {loaded.name} now.", highlight=False)
    if names:
        who = escape(", ".join(names))
        what = "No usable photo is kept of these; enrol them with gatekeeper roster photos"
        out.print(f"{what}: {who}.", highlight=False, soft_wrap=True)
        raise typer.Exit(INCOMPLETE)


def _everybody(pairs: Iterable[Pair]) -> set[PersonId]:
    return {person for pair in pairs for person in (pair.one, pair.other)}


def _name(external_id: str | None, person: PersonId) -> str:
    return external_id or person


def _health(one: PersonHealth) -> dict[str, object]:
    return {
        "person": one.person,
        "score": one.health.score,
        "photographs": one.made.references,
        "agreement": one.made.agreement,
        "quality": one.made.quality,
        "advice": list(one.health.advice),
    }


def _pair(pair: Pair) -> dict[str, object]:
    return {
        "people": [pair.one, pair.other],
        "similarity": pair.similarity,
        "false_match": pair.false_match,
        "confusable": pair.confusable,
    }


def _print_json(lines: Iterable[dict[str, object]]) -> None:
    for line in lines:
        out.print(json.dumps(line), soft_wrap=True, highlight=False, markup=False)
