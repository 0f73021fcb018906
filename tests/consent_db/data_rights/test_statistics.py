"""Figures about the whole school: counted right on both databases, with nobody named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from consent_db import Store
from consent_db.approvals.records import CheckDraft, CheckRecord
from consent_db.data_rights.lifecycle import DueKind
from consent_db.data_rights.statistics import Begun, Outcomes
from consent_db.publishing.records import PublicationDraft
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import Party, Stance
from gatekeeper.types import Finding, FindingCode
from tests.support.register import ADMIN, ENGINE, NOW, PUPIL, TODAY, add_channel, add_pupil, approve, facts, said

WEEK = timedelta(days=7)
STARTS = [NOW - 2 * WEEK, NOW - WEEK]


def block(tx: Transaction, *codes: FindingCode, supersedes: str | None = None) -> CheckRecord:
    """Receive a check and record that it is blocked for these reasons."""
    check = tx.checks.receive(CheckDraft("website", supersedes=supersedes))
    found = facts(tx.register_version(), approved=False)
    findings = tuple(Finding(code, "A sentence.") for code in codes)
    found = replace(found, decision=replace(found.decision, findings=findings))
    return tx.checks.record(check.id, found, examined_key=None, release_token_sha256=None, expires_at=None)


def approve_instead(tx: Transaction, old: str) -> None:
    check = tx.checks.receive(CheckDraft("website", supersedes=old))
    found = facts(tx.register_version())
    tx.checks.record(check.id, found, examined_key=None, release_token_sha256=check.id, expires_at=NOW + WEEK)


def test_each_picture_counts_once_in_the_week_of_its_last_check(store: Store) -> None:
    """Approved at the first look, approved after something was put right, or blocked as it stands."""
    with store.transaction(ADMIN, NOW - 10 * WEEK) as tx:
        add_channel(tx)
        approve(tx)
    with store.transaction(ADMIN, NOW - 2 * WEEK) as tx:
        old = block(tx, FindingCode.UNKNOWN_FACE)
        block(tx, FindingCode.NO_CONSENT)
        approve(tx)
        tx.checks.receive(CheckDraft("website"))
    with store.transaction(ADMIN, NOW) as tx:
        approve_instead(tx, old.id)
        tx.checks.revoke(approve(tx).id, "a_test")
    with store.reading(ADMIN, NOW) as tx:
        assert tx.figures.outcomes(STARTS) == [Outcomes(1, 0, 1), Outcomes(1, 1, 0)]


def test_reasons_are_those_of_the_first_look(store: Store) -> None:
    """The commonest first; what a second look finds, and what is long ago, is left out."""
    with store.transaction(ADMIN, NOW - 10 * WEEK) as tx:
        add_channel(tx)
        block(tx, FindingCode.TOO_LARGE)
    with store.transaction(ADMIN, NOW) as tx:
        old = block(tx, FindingCode.UNKNOWN_FACE, FindingCode.CAPTION_LINK)
        block(tx, FindingCode.UNKNOWN_FACE)
        block(tx, FindingCode.NO_CONSENT, supersedes=old.id)
    with store.reading(ADMIN, NOW) as tx:
        found = tx.figures.reasons(NOW - WEEK)
    assert list(found.items()) == [(FindingCode.UNKNOWN_FACE, 2), (FindingCode.CAPTION_LINK, 1)]


def test_what_waits_for_a_second_person_is_counted_until_somebody_declines(store: Store) -> None:
    """With the moment since when the longest waits."""
    with store.transaction(ADMIN, NOW - WEEK) as tx:
        add_channel(tx)
        first = block(tx, FindingCode.NEEDS_LEADERSHIP, FindingCode.UNKNOWN_FACE)
    with store.transaction(ADMIN, NOW) as tx:
        block(tx, FindingCode.NEEDS_SECOND_PERSON)
        block(tx, FindingCode.UNKNOWN_FACE)
        assert (tx.figures.waiting().count, tx.figures.waiting().since) == (2, NOW - WEEK)
        tx.opinions.give(first.id, "Another picture, please.", agreed=False)
        assert (tx.figures.waiting().count, tx.figures.waiting().since) == (1, NOW)


def test_what_a_program_cannot_look_at_waits_too(store: Store) -> None:
    """A picture without a found face waits for a person if a program sent it; staff look at their own."""
    with store.transaction("cli_scheduler", NOW) as tx:
        add_channel(tx)
        block(tx, FindingCode.NOBODY_FOUND)
        block(tx, FindingCode.PERSON_WITHOUT_FACE)
    with store.transaction(ADMIN, NOW) as tx:
        block(tx, FindingCode.NOBODY_FOUND)
        assert tx.figures.waiting().count == 2


def test_open_and_late_takedowns_are_counted(store: Store) -> None:
    """Those that are done are not."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        assert tx.figures.takedowns().count == 0
        for number in range(2):
            post = tx.publications.record(PublicationDraft(approve(tx).id, NOW, f"https://school.example/{number}"))
            opened = tx.publications.take_down(post.id)
        tx.takedowns.done(opened, "404")
    for later, late in ((timedelta(), 0), (WEEK, 1)):
        with store.reading(ADMIN, NOW + later) as tx:
            found = tx.figures.takedowns()
        assert (found.count, found.late, found.since) == (1, late, NOW)


def test_what_lies_ahead_is_counted_by_week(store: Store) -> None:
    """A consent that was given anew does not end, and nothing of the erased does."""
    ends = TODAY + timedelta(days=8)
    with store.transaction(ADMIN, NOW) as tx:
        one = add_pupil(tx)
        two = add_pupil(tx, replace(PUPIL, external_id="2", leaving_date=TODAY + timedelta(days=1)), enrolled=False)
        gone = add_pupil(tx, replace(PUPIL, external_id="3"))
        for person in (one, two, gone):
            tx.consent.record(person, said(party=Party.SECOND_PARENT, until=ends), "form")
        tx.people.erase(gone)
    with store.transaction(ADMIN, NOW + timedelta(hours=1)) as tx:
        tx.consent.record(two, replace(said(party=Party.SECOND_PARENT), said_at=NOW + timedelta(hours=1)), "form")
        tx.consent.list_person(two, None, TODAY)
        days = [TODAY + number * WEEK for number in range(3)]
        found = tx.figures.ahead(days, ENGINE)
        assert found == {
            DueKind.CONSENT_ENDS: [0, 1],
            DueKind.TEMPLATE_ENDS: [0, 0],
            DueKind.LEAVING: [1, 0],
            DueKind.REVIEW: [1, 0],
        }
        year = [TODAY + timedelta(days=364) + number * WEEK for number in range(2)]
        assert tx.figures.ahead(year, ENGINE)[DueKind.TEMPLATE_ENDS] == [1]
        assert tx.figures.ageing(ENGINE, timedelta(days=30)) == 0
        assert tx.figures.ageing(ENGINE, timedelta(days=365)) == 1


def test_a_refusal_ends_a_grant_that_would_end_anyway(lite: Store) -> None:
    """Nobody has to be asked again who has said no since."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx, enrolled=False)
        tx.consent.record(person, said(until=TODAY), "form")
        tx.consent.record(person, said(stance=Stance.REFUSED), "letter")
        assert tx.figures.ahead([TODAY, TODAY + WEEK], ENGINE)[DueKind.CONSENT_ENDS] == [0]


def test_it_knows_what_a_school_has_begun_with(lite: Store) -> None:
    """So that the first page can say what to do first."""
    with lite.transaction(ADMIN, NOW) as tx:
        assert tx.figures.begun() == Begun(channels=False, people=False, templates=False, checks=False)
        add_channel(tx)
        add_pupil(tx)
        approve(tx)
        assert tx.figures.begun() == Begun(channels=True, people=True, templates=True, checks=True)
        assert {name: len(people) for name, people in tx.figures.classes().items()} == {"Choir": 1, "Oak": 1}
