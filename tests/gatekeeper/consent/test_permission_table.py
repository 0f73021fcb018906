"""The truth table of the documentation, and what holds for every history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.consent.history import Former, History, Laid, PersonFacts, Recorded, Restriction
from gatekeeper.consent.permission import Effect, Permission, Reason, Stance, Subject, permission
from gatekeeper.consent.reasons import lines, verdict
from gatekeeper.types import Channel
from tests.support.permission_cases import Case, cases
from tests.support.statement_strategies import days, statements

CASES = list(cases())
START = datetime(2026, 9, 1, 9, tzinfo=UTC)
WEBSITE = Channel("website", frozenset({"online"}), approved=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_table_says_what_the_rule_does(case: Case) -> None:
    """Each line of the documentation, run; only `granted` is a yes."""
    answer = case.ask()
    assert answer.reason is case.answer
    assert answer.allowed == (case.answer is Reason.GRANTED)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_answer_comes_with_its_reasons(case: Case) -> None:
    """What decides stands first, in a whole sentence; a yes rests on a step that permits and on none that forbids."""
    answer = case.ask()
    assert answer.chain[0].code is answer.reason
    assert answer.chain[0].effect is (Effect.PERMITS if answer.allowed else Effect.FORBIDS)
    told = lines(answer)
    assert [line.effect is Effect.FORBIDS for line in told].count(True) == (0 if answer.allowed else len(_no(answer)))
    assert all(line.sentence[0].isupper() and line.sentence.endswith(".") for line in told)


def _no(answer: Permission) -> list[Reason]:
    return [step.code for step in answer.chain if step.effect is Effect.FORBIDS]


def test_the_table_is_long_and_names_each_case_once() -> None:
    """A line that was copied and not changed would test nothing."""
    assert len({case.name for case in CASES}) == len(CASES) >= 60


def test_staff_read_whether_and_never_why_not() -> None:
    """The sentence for everybody is the same whatever forbids."""
    by_name = {case.name: case.ask() for case in CASES}
    listed, refused = by_name["on the do-not-publish list"], by_name["a young child refuses, whatever the parents say"]
    assert verdict(listed, Subject.PICTURE) == verdict(refused, Subject.PICTURE) == "Showing them is not permitted."
    until = by_name["the last day of a consent"]
    assert verdict(until, Subject.PICTURE) == "Showing them is permitted until 20 November 2026."


def test_a_chain_says_who_said_what_when() -> None:
    """The sentences of two parents who disagree."""
    answer = next(case for case in CASES if case.name == "two parents disagree").ask()
    assert [line.sentence for line in lines(answer)] == [
        "The second parent refused everywhere, from 1 September 2026; only they can agree again.",
        "A parent agreed everywhere, from 1 September 2026.",
    ]


# --- properties of histories ------------------------------------------------------

moments = st.integers(0, 60).map(lambda hours: START + timedelta(hours=37 * hours))
recorded = st.builds(Recorded, statements, moments)
laid = st.builds(Laid, st.sampled_from(Restriction), st.booleans(), moments)
facts = st.builds(
    PersonFacts, st.none() | days, st.none() | st.dates(date(2007, 1, 1), date(2020, 1, 1)), st.booleans()
)
histories = st.builds(
    History,
    st.lists(recorded, max_size=6).map(tuple),
    st.lists(laid, max_size=4).map(lambda log: tuple(sorted(log, key=lambda entry: entry.at))),
    facts,
    st.lists(st.builds(Former, facts, moments), max_size=2).map(tuple),
)
subjects = st.sampled_from(Subject)


def asked(history: History, subject: Subject, moment: datetime, known_at: datetime | None = None) -> Permission:
    return permission(history.standing(moment, known_at), subject, ("website", "online"), moment.date())


@given(histories, st.tuples(recorded, laid, facts), subjects, moments, moments)
def test_what_is_written_down_later_never_changes_an_answer_about_the_past(
    history: History, new: tuple[Recorded, Laid, PersonFacts], subject: Subject, moment: datetime, known: datetime
) -> None:
    """As it was known at a moment, the answer is the same for ever, with its reasons."""
    later, (word, lies, known_since) = known + timedelta(seconds=1), new
    more = History(
        (*history.statements, replace(word, at=later)),
        (*history.restrictions, replace(lies, at=max([later, *(entry.at for entry in history.restrictions)]))),
        known_since,
        (*history.former, Former(history.facts, max([later, *(former.until for former in history.former)]))),
    )
    before, after = asked(history, subject, moment, known), asked(more, subject, moment, known)
    assert (before, before.chain) == (after, after.chain)


@given(histories, subjects, moments)
def test_to_know_everything_is_to_know_what_is_known_at_the_end(
    history: History, subject: Subject, moment: datetime
) -> None:
    """Leaving the second moment out asks with everything that was ever written down."""
    end = START + timedelta(days=4000)
    assert asked(history, subject, moment) == asked(history, subject, moment, end)


@given(histories, st.permutations(range(6)), subjects, moments, st.none() | moments)
def test_no_order_of_entry_changes_an_answer(
    history: History, order: list[int], subject: Subject, moment: datetime, known: datetime | None
) -> None:
    """Statements may come in any order; the answer and its chain are the same."""
    shuffled = replace(history, statements=tuple(history.statements[i] for i in order if i < len(history.statements)))
    before, after = asked(history, subject, moment, known), asked(shuffled, subject, moment, known)
    assert (before, before.chain) == (after, after.chain)


@given(histories, st.sampled_from(Restriction), moments, subjects, moments)
def test_a_restriction_never_permits_more(
    history: History, restriction: Restriction, since: datetime, subject: Subject, moment: datetime
) -> None:
    """A listing or a hold, whenever it was laid."""
    log = (*(entry for entry in history.restrictions if entry.at <= since), Laid(restriction, in_force=True, at=since))
    without = replace(history, restrictions=log[:-1])
    with_it = replace(history, restrictions=log)
    assert asked(without, subject, moment).allowed or not asked(with_it, subject, moment).allowed


@given(histories, recorded, subjects, moments)
def test_a_further_no_never_permits_more(history: History, no: Recorded, subject: Subject, moment: datetime) -> None:
    """By anybody, of anything, whenever it was said and written down."""
    refusal = replace(no, statement=replace(no.statement, stance=Stance.REFUSED))
    more = replace(history, statements=(*history.statements, refusal))
    assert asked(history, subject, moment).allowed or not asked(more, subject, moment).allowed


@given(histories, recorded, st.sampled_from(["website", "online", "press"]), subjects, moments)
def test_a_narrower_yes_never_permits_more(
    history: History, yes: Recorded, scope: str, subject: Subject, moment: datetime
) -> None:
    """The same yes for one place instead of everywhere, by somebody who has refused nothing."""
    grant = replace(yes.statement, stance=Stance.GRANTED, scope="*")
    others = tuple(r for r in history.statements if r.statement.party is not grant.party)
    wide = replace(history, statements=(*others, replace(yes, statement=grant)))
    narrow = replace(history, statements=(*others, replace(yes, statement=replace(grant, scope=scope))))
    assert asked(wide, subject, moment).allowed or not asked(narrow, subject, moment).allowed


@given(laid, facts, subjects, moments)
def test_unknown_means_no(entry: Laid, known: PersonFacts, subject: Subject, moment: datetime) -> None:
    """Where nobody said anything there is no yes, whatever else is known."""
    assert not asked(History(restrictions=(entry,), facts=known), subject, moment).allowed
