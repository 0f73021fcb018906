"""Who said it and when, by file: the pupil's own word, the second parent's, the day of the form."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent_db import Store
from consent_db.roster.layout import is_ours, other_party
from consent_db.roster.suggestions import suggest
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from tests.support.register import ADMIN, NOW, TODAY
from tests.support.rosters import load, person, words

HEADER = "external_id,first_name,last_name,kind,date_of_birth,consent_all,pupil_consent_all,second_parent_consent_all"
FIFTEEN = "2011-01-01"


def row(parent: str, pupil: str = "", second: str = "", kind: str = "pupil") -> str:
    return f"{HEADER}\nP-1,Ann,Lee,{kind},{FIFTEEN},{parent},{pupil},{second}\n"


def allowed(store: Store, days: float = 0) -> bool:
    with store.reading(ADMIN, NOW + timedelta(days=days)) as tx:
        return tx.consent.standing(person(store).id) is not None and _permits(store, days)


def _permits(store: Store, days: float) -> bool:
    from gatekeeper.types import Channel  # noqa: PLC0415

    with store.reading(ADMIN, NOW + timedelta(days=days)) as tx:
        channel = Channel("website", frozenset(), approved=True)
        return tx.consent.permission(person(store).id, Subject.PICTURE, channel, tx.now).allowed


def test_a_pupils_own_word_comes_by_file(store: Store) -> None:
    """From the age of own consent the parents' alone permits nothing; with the pupil's it does."""
    load(store, row("yes"))
    assert not allowed(store)
    planned, _ = load(store, row("yes", "yes"), 1)
    assert [change.column for change in planned.changes[0].fields] == ["pupil_consent_all"]
    assert not planned.changes[0].notes
    assert allowed(store, 1)
    assert load(store, row("yes", "yes"), 2)[0].empty
    load(store, row("yes", "no"), 3)
    assert not allowed(store, 3)


def test_the_second_parents_no_stands_against_the_firsts_yes(lite: Store) -> None:
    """The most restrictive word counts; each is kept as whose it is."""
    load(lite, row("yes", "yes", "no"))
    assert not allowed(lite)
    assert {(party, stance) for party, _, _, stance in words(lite)} == {
        (Party.PARENT, Stance.GRANTED),
        (Party.PUPIL, Stance.GRANTED),
        (Party.SECOND_PARENT, Stance.REFUSED),
    }


def test_a_no_that_a_pupil_said_to_somebody_stands_against_the_file(lite: Store) -> None:
    """Nobody's no is overruled by a spreadsheet."""
    load(lite, row("yes", "yes"))
    no = Statement(Party.PUPIL, Subject.PICTURE, EVERYWHERE, Stance.REFUSED, NOW, TODAY)
    with lite.transaction(ADMIN, NOW + timedelta(hours=1)) as tx:
        tx.consent.record(person(lite).id, no)
    planned, _ = load(lite, row("yes", "yes"), 1)
    assert any("a no recorded by hand stands" in note for note in planned.unchanged[0].notes)
    assert not allowed(lite, 1)


DATED = "external_id,first_name,last_name,kind,date_of_birth,consent_all,consent_by,consent_date,evidence"


def dated(day: str, by: str = "carer", answer: str = "yes") -> str:
    return f"{DATED}\nP-1,Ann,Lee,pupil,2017-01-01,{answer},{by},{day},folder 3\n"


def test_who_said_it_and_on_which_day_are_kept(store: Store) -> None:
    """With the evidence; the same file again changes nothing."""
    load(store, dated("2026-09-01"))
    with store.reading(ADMIN, NOW) as tx:
        (record,) = tx.consent.statements(person(store).id)
        assert tx.consent.evidence(person(store).id, record.id) == "folder 3"
    said = record.statement
    assert (said.party, said.since, said.said_at.date()) == (Party.CARER, date(2026, 9, 1), date(2026, 9, 1))
    assert load(store, dated("2026-09-01"), 1)[0].empty


def test_an_older_yes_does_not_overtake_a_newer_no(lite: Store) -> None:
    """A form from before the withdrawal is no new word; a newer one is."""
    load(lite, dated("2026-09-01"))
    load(lite, dated("2026-09-01", answer="no"), 1)
    planned, _ = load(lite, dated("2026-09-01"), 2)
    assert any("newer than consent_date stands" in note for note in planned.unchanged[0].notes)
    assert not allowed(lite, 2)
    load(lite, dated("2026-11-23"), 4)
    assert allowed(lite, 4)


@pytest.mark.parametrize(("day", "by"), [("2026-12-24", "carer"), ("2026-09-01", "the neighbour")])
def test_what_cannot_be_is_refused(lite: Store, day: str, by: str) -> None:
    """A day in the future, and who has no say."""
    planned, _ = load(lite, dated(day, by))
    assert len(planned.bad) == 1


def test_staff_have_no_parents(lite: Store) -> None:
    """What the row says of them is left out, and the admin is told."""
    planned, _ = load(lite, row("yes", "yes", kind="staff"))
    assert any("Only of pupils" in note for note in planned.additions[0].notes)
    assert {party for party, *_ in words(lite)} == {Party.SELF}


def test_which_columns_are_somebodys_own() -> None:
    """The prefix says whose; the rest is a consent column."""
    assert other_party("pupil_consent") == (Party.PUPIL, "consent_all")
    assert other_party("second_parent_biometric_consent") == (Party.SECOND_PARENT, "biometric_consent")
    assert other_party("pupil_name_consent") == (Party.PUPIL, "name_consent")
    for strange in (
        "pupil_consent_expires",
        "pupil_first_name",
        "pupil_",
        "consent_date",
        "consent_by",
        "pupil_number",
    ):
        assert other_party(strange) is None
    assert is_ours("pupil_consent_website")
    assert not is_ours("pupil_number")


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("Parent 2 photo consent", "second_parent_consent_all"),
        ("Second parent: biometric consent", "second_parent_biometric_consent"),
        ("Pupil's own photo consent", "pupil_consent_all"),
        ("Photo consent by the student", "pupil_consent_all"),
        ("Photo consent", "consent_all"),
        ("Pupil photo consent", "consent_all"),
        ("Date of consent", "consent_date"),
        ("Consent given by", "consent_by"),
    ],
)
def test_a_heading_that_names_who_said_it_is_suggested_as_theirs(heading: str, meaning: str) -> None:
    """What a pupil's or a second parent's column says is not taken for a parent's."""
    assert suggest([heading])[0].meaning == meaning


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(st.tuples(*[st.sampled_from(["yes", "no", ""])] * 3), min_size=1, max_size=3))
def test_a_no_of_anybody_in_the_last_file_permits_nothing(lite: Store, files: list[tuple[str, str, str]]) -> None:
    """Whatever the files before it said; and the same file again changes nothing."""
    start = next(_days)
    for place, (parent, pupil, second) in enumerate(files):
        load(lite, row(parent, pupil, second), start + place)
    last = files[-1]
    if "no" in last or "" in last[:2]:
        assert not _permits(lite, start + len(files))
    assert load(lite, row(*last), start + len(files))[0].empty


_days = iter(range(1, 100_000, 10))
