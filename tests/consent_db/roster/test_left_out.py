"""Rows that an import left out: kept sealed for a while, and within the reach of the rights of those they are about."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from api.application.data_rights.subject_access_page import page
from consent_db import Store, roster_import
from consent_db.data_rights.subject_access import Asked
from consent_db.register.left_out import LIFE, LeftOutRow
from consent_db.roster.layout import Layout
from consent_db.roster.plan import Choices
from consent_db.roster.rejected import csv_of_left_out, left_out_rows
from consent_db.schema import RosterLeftOutRow
from tests.support.register import ADMIN, NOW
from tests.support.rosters import person, rows

HEADER = "external_id,first_name,last_name,kind,SEN,do_not_publish,consent_website"
CHOICES = Choices(Layout({"sen": ""}))
ANN = "P-1,Ann,Lee,pupil,K,,yes"
BAD = ("P-8,Wren,Abernathy,pupil,K,,perhaps", "P-9,,Ortolan,pupil,,,yes")


def imported(store: Store, *lines: str, days: float = 0) -> int:
    """Import a file, and return the number of the import."""
    data = rows(*lines, header=HEADER)
    with store.transaction(ADMIN, NOW + timedelta(days=days)) as tx:
        plan = roster_import.plan(data, tx, CHOICES)
        roster_import.apply(plan, tx, left_out_rows(data, CHOICES, plan))
        return tx.imports.all()[0].number


def kept(store: Store, number: int) -> list[LeftOutRow]:
    with store.reading(ADMIN, NOW) as tx:
        return tx.left_out.of(number)


def test_rows_are_kept_sealed_without_columns_that_are_not_read(store: Store) -> None:
    """What the gate does not need is not kept; nothing can be read in the database; the file can be imported again."""
    found = kept(store, imported(store, ANN, *BAD))
    assert [(row.line, row.name, row.number) for row in found] == [
        (3, "Wren Abernathy", "P-8"),
        (4, "Ortolan", "P-9"),
    ]
    with store.reading(ADMIN, NOW) as tx:
        cells = tx.left_out._context.connection.execute(select(RosterLeftOutRow.sealed)).scalars().all()
    assert not any(b"Abernathy" in cell for cell in cells)
    assert csv_of_left_out(found).decode("utf-8-sig").splitlines()[:2] == [
        "external_id,first_name,last_name,kind,do_not_publish,consent_website,why it was not imported",
        f'P-8,Wren,Abernathy,pupil,,perhaps,"{found[0].reason}"',
    ]


def test_an_unanswered_question_is_left_out_with_its_row(store: Store) -> None:
    """The same name under another number is asked about; without an answer the row is kept like the others."""
    imported(store, ANN)
    (row,) = kept(store, imported(store, "P-2,Bo,Ray,pupil,,,yes", "P-7,Ann,Lee,pupil,,,yes", days=1))
    assert (row.number, row.people) == ("P-7", (person(store).id,))


def test_rows_go_with_time_and_when_the_import_is_taken_back(store: Store) -> None:
    """After thirty days by the daily run; at once with the import."""
    first = imported(store, ANN, *BAD)
    with store.transaction(ADMIN, NOW + LIFE) as tx:
        tx.clock.confirm()
    with store.transaction(ADMIN, NOW + LIFE + timedelta(minutes=1)) as tx:
        tx.retain(timedelta(days=365))
    assert kept(store, first) == []
    second = imported(store, "P-2,Bo,Ray,pupil,,,yes", *BAD, days=LIFE.days + 1)
    with store.transaction(ADMIN, NOW + LIFE + timedelta(days=2)) as tx:
        tx.imports.undo(second)
    assert kept(store, second) == []


@pytest.mark.parametrize("about", ["P-1,Ann,Lee,pupil,,,perhaps", "P-77,Ánn,Lee,pupil,,,perhaps", "p-1,,X,pupil,,,yes"])
def test_erasing_a_person_takes_every_row_that_may_be_theirs(store: Store, about: str) -> None:
    """By name, however it is spelt, and by number; rows about others stay."""
    imported(store, ANN)
    number = imported(store, "P-2,Bo,Ray,pupil,,,yes", about, BAD[0], days=1)
    assert len(kept(store, number)) == 2
    with store.transaction(ADMIN, NOW + timedelta(days=2)) as tx:
        tx.people.erase(person(store).id)
    assert [row.number for row in kept(store, number)] == ["P-8"]


def test_subject_access_has_the_persons_own_rows_and_no_word_of_protection(store: Store) -> None:
    """A row of another person with the same name is left out; what it says of the list is for the lead to include."""
    imported(store, ANN)
    imported(store, "P-2,Bo,Ray,pupil,,,yes", "P-1,Ann,Lee,pupil,,yes,perhaps", "P-5,Ann,Lee,pupil,,,what", days=1)
    with store.transaction(ADMIN, NOW + timedelta(days=2)) as tx:
        ann = tx.people.by_external_id("P-1")
        assert ann is not None
        asked = [tx.everything_about(Asked(ann.id, reasons, templates=False)) for reasons in (False, True)]
    (plain,), (whole,) = (held.data["left_out_of_imports"] for held in asked)
    assert (plain["line"], plain["cells"]["external_id"]) == (3, "P-1")
    assert "do_not_publish" not in plain["cells"]
    assert "Row 3 of a file, kept since" in page(asked[0], {})
    assert "external_id: P-1" in page(asked[0], {})
    assert "do_not_publish" not in page(asked[0], {})
    assert whole["cells"]["do_not_publish"] == "yes"
