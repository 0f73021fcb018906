from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from consent_db import Store
from consent_db.errors import NotFound, NotPossible
from consent_db.people.records import PersonDraft
from consent_db.register.records import Source, StatementRecord
from consent_db.roster.plan import Choices
from consent_db.roster.undo import ChangedSince, Undone, taken_back
from gatekeeper.consent.permission import EVERYWHERE, Party, Reason, Stance, Subject, permission
from tests.support.register import ADMIN, NOW, TODAY, add_channel, approve, said
from tests.support.rosters import load, person, rows, words

HEADER = "external_id,first_name,last_name,kind,date_of_birth,do_not_publish,consent_website,consent_expires,evidence"
ANN = "P-1,Ann,Lee,pupil,2017-02-03,,{},2027-08-31,form 1"
BEA = "P-2,Bea,Fox,pupil,2017-02-04,,yes,,form 2"


def file(*lines: str) -> str:
    return rows(*lines, header=HEADER)


def undo(store: Store, number: int, days: float = 5) -> Undone:
    with store.transaction(ADMIN, NOW + timedelta(days=days)) as tx:
        return tx.imports.undo(number)


def reason(store: Store, days: float = 6) -> Reason:
    with store.reading(ADMIN, NOW + timedelta(days=days)) as tx:
        standing = tx.consent.standing(person(store).id)
    return permission(standing, Subject.PICTURE, ["website"], TODAY + timedelta(days=days)).reason


def test_people_whom_an_import_added_are_erased_again(store: Store) -> None:
    """Nothing of them is left, their numbers are free, and the same file adds them anew."""
    load(store, file(ANN.format("yes"), BEA))
    assert undo(store, 1) == Undone(2, 0, (), ())
    with store.reading(ADMIN, NOW) as tx:
        assert tx.people.all() == []
        (record,) = tx.imports.all()
        assert (record.number, record.counts, record.undoable) == (
            1,
            {"added": 2, "changed": 0, "left": 0, "bad": 0},
            False,
        )
        assert record.undone_at is not None
    assert len(load(store, file(BEA), 6)[0].additions) == 1
    assert store.verify_audit().ok


@pytest.mark.parametrize(
    ("before", "then", "was"),
    [
        ("", "yes", Reason.NOT_GIVEN),
        ("", "no", Reason.EXPIRED),
        ("yes", "no", Reason.GRANTED),
        ("yes", "", Reason.GRANTED),
        ("no", "yes", Reason.REFUSED),
    ],
)
def test_what_was_said_before_holds_again(store: Store, before: str, then: str, was: Reason) -> None:
    """By a further statement: nothing that was written down is changed or removed."""
    load(store, file(ANN.format(before), BEA))
    load(store, file(ANN.format(then), BEA), 1)
    history = words(store)
    done = undo(store, 2)
    assert (done.erased, done.restored) == (0, 1)
    assert words(store)[: len(history)] == history
    assert reason(store) is was


@pytest.mark.parametrize("cell", ["yes", "no", ""])
def test_the_right_file_after_an_undo_does_what_it_would_have_done(lite: Store, cell: str) -> None:
    """What takes a mistake back stands in nobody's way: no refusal is left behind, and none is swallowed."""
    load(lite, file(ANN.format("")))
    load(lite, file(ANN.format("no" if cell == "yes" else "yes")), 1)
    undo(lite, 2, 2)
    load(lite, file(ANN.format(cell)), 3)
    wanted = {"yes": Reason.GRANTED, "no": Reason.REFUSED, "": Reason.NOT_GIVEN}
    assert reason(lite) is wanted[cell]
    assert len(load(lite, file(ANN.format(cell)), 4)[0].unchanged) == 1


def test_an_undone_no_does_not_outweigh_the_other_parent(lite: Store) -> None:
    """A no that was never said must not forbid for ever."""
    load(lite, file(ANN.format("")))
    with lite.transaction(ADMIN, NOW) as tx:
        tx.consent.record(person(lite).id, said(scope="website", party=Party.SECOND_PARENT))
    load(lite, file(ANN.format("no")), 1)
    assert reason(lite, 2) is Reason.REFUSED
    undo(lite, 2, 3)
    assert reason(lite) is Reason.GRANTED


def test_columns_and_leavers_come_back_as_they_were(lite: Store) -> None:
    """Names, groups and leaving dates; evidence stays with what was said."""
    load(lite, file(ANN.format("yes"), BEA))
    load(lite, file(ANN.format("no").replace("Lee", "Lee-Fox")), 1, Choices(leavers=frozenset({"P-2"})))
    assert person(lite, "P-2").profile.leaving_date == TODAY
    undo(lite, 2)
    assert (person(lite).profile.last_name, person(lite, "P-2").profile.leaving_date) == ("Lee", None)
    with lite.reading(ADMIN, NOW) as tx:
        newest = tx.consent.statements(person(lite).id)[-1]
        assert (newest.statement.stance, newest.statement.until) == (Stance.GRANTED, date(2027, 8, 31))
        assert tx.consent.evidence(person(lite).id, newest.id) == "form 1"


def test_nobody_comes_off_the_list_by_an_undo(lite: Store) -> None:
    """Whom the import listed stays on the register and on the list, without what the file permitted."""
    load(lite, file(ANN.format("yes").replace(",,yes", ",yes,yes"), BEA))
    who = person(lite).id
    assert undo(lite, 1) == Undone(1, 1, (who,), ())
    assert person(lite).listed
    assert words(lite)[-1][-1] is Stance.WITHDRAWN


def test_an_undo_ends_what_was_approved_on_the_strength_of_the_import(store: Store) -> None:
    """A yes that was a mistake publishes nothing any more."""
    load(store, file(ANN.format("")))
    load(store, file(ANN.format("yes")), 1)
    with store.transaction(ADMIN, NOW + timedelta(days=1)) as tx:
        add_channel(tx)
        check = approve(tx, person(store).id)
    assert undo(store, 2).revoked_checks == (check.id,)


def test_an_import_is_not_taken_back_over_later_changes(lite: Store) -> None:
    """Words, names, lists, events and pictures since: each is a reason, and nothing is half taken back."""
    load(lite, file(ANN.format("yes"), BEA))
    who, other = person(lite).id, person(lite, "P-2")
    later = NOW + timedelta(days=1)

    def refused() -> tuple[str, ...]:
        with pytest.raises(ChangedSince, match="corrected file") as caught, lite.transaction(ADMIN, later) as tx:
            tx.imports.undo(1)
        return caught.value.people

    with lite.transaction(ADMIN, later) as tx:
        tx.groups.add_event("fair", "Fair", TODAY, frozenset({other.id}))
    assert refused() == (other.id,)
    with lite.transaction(ADMIN, later) as tx:
        tx.consent.record(who, said(Subject.NAME, EVERYWHERE))
    assert set(refused()) == {who, other.id}
    assert len(words(lite)) == 2


@pytest.mark.parametrize("what", ["listed", "changed", "seen"])
def test_each_kind_of_later_change_is_noticed(lite: Store, what: str) -> None:
    """A listing, another name, or a picture that was approved with the person in it."""
    load(lite, file(ANN.format("yes")))
    who = person(lite)
    with lite.transaction(ADMIN, NOW) as tx:
        if what == "listed":
            tx.consent.list_person(who.id)
        elif what == "changed":
            tx.people.change(who.id, replace(who.profile, known_as="Annie"))
        else:
            add_channel(tx)
            approve(tx, who.id)
    with pytest.raises(ChangedSince):
        undo(lite, 1)


def test_somebody_who_was_erased_since_stays_erased(lite: Store) -> None:
    """The rest of the import can still be taken back."""
    load(lite, file(ANN.format("yes"), BEA))
    with lite.transaction(ADMIN, NOW) as tx:
        tx.people.erase(person(lite).id)
    assert undo(lite, 1).erased == 1


def test_only_the_newest_import_can_be_taken_back_once(lite: Store) -> None:
    """Another number is an error in words; a file that changed nothing is no import."""
    load(lite, file(ANN.format("yes")))
    load(lite, file(ANN.format("no")), 1)
    load(lite, file(ANN.format("no")), 2)
    with pytest.raises(NotPossible, match="newest"):
        undo(lite, 1)
    for number in (0, 3):
        with pytest.raises(NotFound):
            undo(lite, number)
    undo(lite, 2)
    with pytest.raises(NotPossible, match="already"):
        undo(lite, 2)


def test_what_can_be_taken_back_lies_sealed(lite: Store, tmp_path: object) -> None:
    """The old names are in no clear byte of the table, and only the newest import's are kept."""
    load(lite, file(ANN.format("yes"), BEA))
    load(lite, file(ANN.format("no").replace("Lee", "Quillfeather")), 1)
    with lite._engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT import_id, sealed FROM roster_touched").all()
    assert [row[0] for row in kept] == [2]
    assert b"Quillfeather" not in kept[0][1]


def test_the_kind_of_somebody_comes_back_with_who_speaks(lite: Store) -> None:
    """A pupil who was made staff by mistake is a pupil again, and the parents' word counts again."""
    load(lite, file(ANN.format("yes")))
    load(lite, file(ANN.format("no").replace("pupil", "staff")), 1)
    undo(lite, 2)
    before: PersonDraft = person(lite).profile
    assert before.kind.value == "pupil"
    assert reason(lite) is Reason.GRANTED


def test_what_is_said_again_is_the_lasting_no_and_not_a_shorter_one() -> None:
    """The short one is over, so saying that again would leave the yes of the file without anything against it."""
    lasting = said(scope="website", stance=Stance.REFUSED)
    short = replace(lasting, said_at=NOW + timedelta(hours=1), until=TODAY)
    grant = replace(lasting, stance=Stance.GRANTED, said_at=NOW + timedelta(days=2))
    records = [
        StatementRecord(number, one, Source.IMPORT, ADMIN, NOW, False)
        for number, one in enumerate((lasting, short, grant), 1)
    ]
    later = NOW + timedelta(days=3)
    ((again, before),) = taken_back(records, 2, later, later.date())
    assert before == records[0]
    assert again == replace(lasting, said_at=later, first_said_at=lasting.said_at)
