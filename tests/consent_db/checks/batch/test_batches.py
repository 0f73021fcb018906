"""Pictures that were sent together, and what second persons said, in the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from consent_db import Store
from consent_db.approvals.records import CheckDraft
from consent_db.checks.batch.batches import MOST
from consent_db.data_rights.subject_access import Asked
from consent_db.errors import NotPossible
from consent_db.people.records import PersonDraft
from consent_db.schema import BatchRow, OpinionRow
from gatekeeper.types import Box, CheckRequest, Kind, Said
from tests.support.register import ADMIN, NOW, add_channel, add_pupil, approve, believe

NOTE = "Ask the Weatherby family first."


def test_a_batch_holds_what_was_sent_in_its_order(store: Store) -> None:
    """No more than were expected, and no batch of none or of too many."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        batch = tx.batches.start(2)
        checks = [tx.checks.receive(CheckDraft("website")).id for _ in range(3)]
        for check in checks[:2]:
            tx.batches.add(batch, check)
        with pytest.raises(NotPossible):
            tx.batches.add(batch, checks[2])
        found = tx.batches.find(batch)
        assert found is not None
        assert (found.checks, found.expected, found.actor) == (tuple(checks[:2]), 2, ADMIN)
        assert tx.batches.recent(ADMIN) == [found]
        for wrong in (0, MOST + 1):
            with pytest.raises(NotPossible):
                tx.batches.start(wrong)


def test_a_batch_and_its_notes_go_with_their_checks(store: Store) -> None:
    """When the time of finished checks is over nothing of either is left; a younger batch stays."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        old = approve(tx, add_pupil(tx))
        batch = tx.batches.start(1)
        tx.batches.add(batch, old.id)
        tx.opinions.give(old.id, NOTE, agreed=True)
    later = NOW + timedelta(days=400)
    with store.transaction(ADMIN, later) as tx:
        young = tx.batches.start(1)
        believe(tx)
        assert tx.retain(timedelta(days=365)).checks == 1
        assert tx.batches.find(batch) is None
        assert tx.batches.find(young) is not None
        assert tx.opinions.of(old.id) == []


def test_notes_are_sealed_and_short(store: Store) -> None:
    """What somebody wrote is not in the files in clear; declining takes a reason."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        check = tx.checks.receive(CheckDraft("website")).id
        tx.opinions.give(check, f"  {NOTE} ", agreed=True)
        assert not tx.opinions.declined(check)
        for note, agreed in (("", False), ("x" * 1001, True)):
            with pytest.raises(NotPossible):
                tx.opinions.give(check, note, agreed=agreed)
        tx.opinions.give(check, "No.", agreed=False)
        assert tx.opinions.declined(check)
        assert {(one.note, one.agreed) for one in tx.opinions.of(check)} == {(NOTE, True), ("No.", False)}
        sealed = tx._context.connection.execute(select(OpinionRow.note)).scalars().all()
    assert not any(b"Weatherby" in note for note in sealed)


def test_whoever_asks_for_their_data_gets_the_notes_too(lite: Store) -> None:
    """What was written about a picture of theirs, with other people's names taken out."""
    with lite.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        tx.people.add(PersonDraft(Kind.STAFF, "Robin", "Weatherby"))
        tx.opinions.give(approve(tx, person).id, "Robin Weatherby agrees.", agreed=True)
        held = tx.everything_about(Asked(person, reasons=False, templates=False))
    (note,) = [one["note"] for check in held.data["checks"] for one in check["opinions"]]
    assert "agrees" in note
    assert "Weatherby" not in note


def test_whoever_asks_for_their_data_gets_the_names_of_files(lite: Store) -> None:
    """Of pictures with them that came with others; names of other people are taken out, however they are joined."""
    with lite.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        tx.people.add(PersonDraft(Kind.STAFF, "Robin", "Weatherby"))
        names = ("IMG_0412 (fair).jpg", "Robin_Weatherby-2.jpg")
        batch = tx.batches.start(len(names), names)
        for place, _ in enumerate(names):
            tx.batches.add(batch, approve(tx, person).id, place)
        approve(tx, person)
        held = tx.everything_about(Asked(person, reasons=False, templates=False))
    first, second, alone = sorted((check["file"] for check in held.data["checks"]), key=lambda name: name or "~")
    assert (first, alone) == ("IMG_0412 (fair).jpg", None)
    assert "[another person]" in second
    assert "Weatherby" not in second


def test_file_names_are_sealed_and_go_with_the_person(store: Store) -> None:
    """Those that name an erased person, and that of a picture with the person in it; the others stay."""
    names = ["Weatherby_Ada.jpg", "C:\\phone\\IMG_2.jpg", "IMG_3.jpg", "sports day.jpg"]
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = tx.people.add(PersonDraft(Kind.PUPIL, "Ada", "Weatherby"))
        batch = tx.batches.start(4, names)
        shown = tx.checks.receive(CheckDraft("website", CheckRequest(said=(Said(Box(0, 0, 1, 1), person),))))
        tx.batches.add(batch, shown.id, 2)
        with pytest.raises(NotPossible):
            tx.batches.add(batch, shown.id, 2)
        found = tx.batches.find(batch)
        assert found is not None
        assert found.names == ("Weatherby_Ada.jpg", "IMG_2.jpg", "IMG_3.jpg", "sports day.jpg")
        assert found.missing == ("Weatherby_Ada.jpg", "IMG_2.jpg", "sports day.jpg")
        sealed = tx._context.connection.execute(select(BatchRow.names)).scalars().all()
        assert not any(b"IMG" in cell for cell in sealed if cell)
    with store.transaction(ADMIN, NOW) as tx:
        tx.people.erase(person)
        found = tx.batches.find(batch)
        assert found is not None
        assert found.names == ("", "IMG_2.jpg", "", "sports day.jpg")
