from __future__ import annotations

from datetime import timedelta

import pytest

from consent_db import Store
from consent_db.errors import NotFound, NotPossible
from gatekeeper.types import PersonId
from tests.support.register import ADMIN, NOW, TODAY, add_channel, add_pupil, approve

CAP = "a man in a red cap with a guide dog"


def test_an_event_has_a_list_of_those_who_asked_not_to_be_photographed(store: Store) -> None:
    """By description, or somebody of the register; whoever withdraws is off the list and stays in the history."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        tx.groups.add_event("fair", "Summer fair", TODAY, frozenset())
        visitor = tx.objections.add("fair", f"  {CAP}\n")
        pupil = tx.objections.add("fair", "a girl in a yellow dress", person)
    with store.transaction(ADMIN, NOW + timedelta(hours=1)) as tx:
        assert tx.objections.of("fair") == sorted([visitor, pupil], key=lambda record: record.objection.id)
        assert (visitor.objection.description, visitor.objection.person) == (CAP, None)
        assert pupil.objection.person == person
        assert tx.objections.withdraw(visitor.objection.id).withdrawn_at == tx.now
        assert tx.objections.of("fair") == [pupil]
        assert tx.objections.of("concert") == []
        with pytest.raises(NotPossible):
            tx.objections.withdraw(visitor.objection.id)


def test_it_ends_approvals_for_the_event_and_checks_under_way_are_done_again(lite: Store) -> None:
    """Approved pictures of the event, and those of its day without an event, were not looked at for this."""
    with lite.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        for event in ("fair", "concert"):
            tx.groups.add_event(event, event.title(), TODAY, frozenset({person}))
        mine, other, none = (approve(tx, person, event=event) for event in ("fair", "concert", None))
    with lite.transaction(ADMIN, NOW) as tx:
        version = tx.register_version()
        tx.objections.add("fair", CAP)
        assert tx.register_version() == version + 1
        assert [tx.checks.get(check.id).stands(NOW) for check in (mine, other, none)] == [False, True, False]
        assert tx.checks.get(mine.id).ended_why == "objection_recorded"


@pytest.mark.parametrize(("event", "words"), [("fair", " "), ("fair", "x" * 301), ("concert", CAP)])
def test_a_list_needs_an_event_and_something_to_look_for(lite: Store, event: str, words: str) -> None:
    """An empty description would be confirmed by anybody."""
    with lite.transaction(ADMIN, NOW) as tx:
        tx.groups.add_event("fair", "Summer fair", TODAY, frozenset())
        with pytest.raises((NotPossible, NotFound)):
            tx.objections.add(event, words)
        with pytest.raises(NotFound):
            tx.objections.add("fair", CAP, PersonId("per_nobody"))


def test_what_somebody_looks_like_is_sealed(lite: Store) -> None:
    """Neither the table nor the audit repeats it, and it does not get into a log."""
    with lite.transaction(ADMIN, NOW) as tx:
        tx.groups.add_event("fair", "Summer fair", TODAY, frozenset())
        record = tx.objections.add("fair", CAP)
    with lite._engine.connect() as connection:
        rows = [*connection.exec_driver_sql("SELECT * FROM event_objections")]
        rows += [*connection.exec_driver_sql("SELECT * FROM audit")]
    assert "guide dog" not in repr(rows)
    assert "guide dog" not in repr(record)
