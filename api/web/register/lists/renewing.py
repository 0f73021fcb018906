"""Consents of many people given once more, as before: for slips that came back with the same answers.

Only what is a yes today, or was one until its last day, is written down again, from the same party and for the
same place. A person of whom the same party has said no since is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from api.http.dependencies import Session, Use
from api.platform import labels
from api.security.access import KEEPERS, allow
from api.security.routing import Router
from api.web.register.impact import effects
from api.web.register.lists.selection import saved, selected, selection_page, sent_again, sure_page
from api.web.register.lists.selection_forms import ManyRenew
from api.web.register.person.person import Said
from api.web.templating import render
from consent_db.errors import NotPossible
from consent_db.people.records import PersonRecord
from consent_db.register.statements import Words
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import Party, Stance, Statement

router = Router(prefix="/admin/people/selection")

_LEFT_OUT = "they have no consent with a last day that can be renewed, or have said no since. Record theirs one by one."


@router.post("/renewal")
@allow(KEEPERS)
def renew(request: Request, services: Use, session: Session, sent: Annotated[ManyRenew, Form()]) -> Response:
    """Renew the consents of all who are selected; the impact is shown first and has to be confirmed."""
    begin = services.store.transaction if sent.sure else services.store.reading
    with begin(session.user.id, services.clock()) as tx:
        records = selected(tx, sent.people)
        try:
            meant, left, words = _renewed(tx, records, _given(sent).statement(tx.now, services.policy.zone))
            words = [replace(one, evidence=sent.evidence) for one in words]
            touched = tx.consent.touches_many(words)
        except NotPossible as error:
            page = replace(selection_page(tx, records), error=str(error), renewed=sent)
            return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
        if sent.sure:
            before = tx.audit.newest().seq
            tx.consent.record_many(words)
            return saved(len(meant), before + 1)
        sure = sure_page("renewal", (meant, left), sent_again(sent), effects(services, tx, touched))
        sentence = f"Each agrees to the same as before, until {labels.date(sent.until) if sent.until else ''}."
        return render(replace(sure, sentences=(sentence,), left_because=_LEFT_OUT), request.scope)


def renewable(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Yield each yes with a last day that was the party's latest word, for its subject in its place.

    Whatever the same party refused or took back about the same subject at that time or later, in any place,
    keeps its yes from being renewed. The word of a pupil is never renewed for them.
    """
    every = sorted(statements, key=lambda one: one.said_at)
    latest = {(one.party, one.subject, one.scope): one for one in every}
    for one in latest.values():
        refused = any(
            other.stance is not Stance.GRANTED
            and (other.party, other.subject) == (one.party, one.subject)
            and other.said_at >= one.said_at
            for other in every
        )
        if one.stance is Stance.GRANTED and one.until is not None and one.party is not Party.PUPIL and not refused:
            yield one


def _renewed(
    tx: Transaction, records: Sequence[PersonRecord], given: Statement
) -> tuple[list[PersonRecord], list[PersonRecord], list[Words]]:
    """Return who renews something, who does not, and what is to be written down."""
    if given.until is None or given.until <= tx.today:
        raise NotPossible("Fill in until when they agree; the day has to be ahead.")
    standings = tx.consent.standings([one.id for one in records])
    words = [
        Words(one.id, tuple(_again(before, given) for before in _before(standings[one.id].statements, given)))
        for one in records
    ]
    words = [one for one in words if one.statements]
    renewing = {one.person for one in words}
    if not words:
        raise NotPossible("None of the selected people has a consent with a last day that can be renewed.")
    meant = [one for one in records if one.id in renewing]
    return meant, [one for one in records if one.id not in renewing], words


def _before(statements: Iterable[Statement], given: Statement) -> Iterator[Statement]:
    """Yield what is renewed by an answer of that moment: what was said later is newer than the slip."""
    return (one for one in renewable(statements) if one.said_at < given.said_at)


def _again(before: Statement, given: Statement) -> Statement:
    """Return a yes once more; a later last day that was said before stays."""
    until = max(filter(None, (before.until, given.until)))
    return replace(before, said_at=given.said_at, since=given.since, until=until, first_said_at=None)


def _given(sent: ManyRenew) -> Said:
    return Said(party=Party.PARENT, stance=Stance.GRANTED, said_on=sent.said_on, until=sent.until)
