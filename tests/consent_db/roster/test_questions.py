from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import TypeAdapter

from consent_db import Store, roster_import
from consent_db.errors import RegisterMoved
from consent_db.roster.plan import ALL_MISSING, Answer, Choices, Plan, QuestionCode
from gatekeeper.consent.permission import Stance
from tests.support.register import ADMIN, ENGINE, NOW, PUPIL, TODAY, add_channel, approve, said, template
from tests.support.rosters import load, person, rows, words

ANN = "P-1,Ann,Lee,pupil,2017-02-03,yes"
TWIN = "P-2,Bea,Lee,pupil,2017-02-03,yes"


def plan(store: Store, data: str, choices: Choices | None = None) -> Plan:
    with store.reading(ADMIN, NOW) as tx:
        return roster_import.plan(data, tx, choices)


def test_twins_are_two_people(lite: Store) -> None:
    """The same surname and birthday with other first names is nothing to ask about."""
    planned, _ = load(lite, rows(ANN, TWIN))
    assert (len(planned.additions), planned.questions) == (2, ())


@pytest.mark.parametrize("before", [(), (ANN,)])
def test_the_same_name_and_birthday_twice_is_asked_about(lite: Store, before: tuple[str, ...]) -> None:
    """In one file, or beside somebody who is on the register already; the answer adds them."""
    load(lite, rows(*before)) if before else None
    double = rows(ANN, ANN.replace("P-1", "P-9"))
    planned, _ = load(lite, double, 1)
    assert {question.code for question in planned.questions} == {QuestionCode.SAME_PERSON_TWICE}
    assert [question.external_id for question in planned.questions] == (["P-9"] if before else ["P-1", "P-9"])
    assert planned.questions[-1].answers == (Answer.NEW,)
    answered = Choices(answers={"P-1": Answer.NEW, "P-9": Answer.NEW})
    load(lite, double, 2, answered)
    assert plan(lite, double).questions == ()
    assert len(plan(lite, double).unchanged) == 2


def test_a_changed_number_is_asked_about_and_either_answer_is_kept(lite: Store) -> None:
    """The same person with a new number keeps everything that was said; somebody else is added."""
    load(lite, rows(ANN, TWIN))
    before = person(lite)
    changed = rows(ANN.replace("P-1", "X-7"), TWIN)
    planned, _ = load(lite, changed, 1)
    (question,) = planned.questions
    assert (question.code, question.people, question.answers) == (
        QuestionCode.CHANGED_ID,
        (before.id,),
        (Answer.SAME, Answer.NEW),
    )
    assert planned.missing == ()
    load(lite, changed, 2, Choices(answers={"X-7": Answer.SAME}))
    assert person(lite, "X-7").id == before.id
    assert len(words(lite, "X-7")) == 1


def test_another_birthday_is_another_person_unless_somebody_is_listed(lite: Store) -> None:
    """A child on the list must not come back as a new one because of a typing error in a birthday."""
    load(lite, rows(ANN, TWIN))
    other = rows(ANN.replace("P-1", "X-7").replace("2017", "2016"), TWIN)
    assert len(plan(lite, other).additions) == 1
    with lite.transaction(ADMIN, NOW) as tx:
        tx.consent.list_person(person(lite).id)
    assert [question.code for question in plan(lite, other).questions] == [QuestionCode.CHANGED_ID]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Zoë,O'Brien", "Zoe,O\u2019Brien"),
        ("Zoë,O'Brien", "ZOE,OBRIEN"),
        ("Zoë,O'Brien", "Zoë,O Brien"),
        ("Zoë,O'Brien", "Zoë Marie,O\u02bcBrien"),
        ("Anne-Sophie,Lefèvre", "Anne Sophie,Lefevre"),
        ("Anne-Sophie,Lefèvre", "Anne,Lefèvre-Martin"),
        ("Jürgen,Müller", "Juergen,Mueller"),
        ("Juergen,Mueller", "Jürgen,Muller"),
        ("Søren,Østergård", "Soeren,Oestergaard"),
        ("Đorđe,Petrović", "Djordje,Petrovic"),
        ("Łukasz,Wiśniewski", "Lukasz,Wisniewski"),
        ("Işıl,Çağlar", "Isil,Caglar"),
        ("Дмитрий,Волков", "Dmitri,Volkov"),
        ("Yuliya,Shcherbakova", "Юлия,Щербакова"),
        ("Νίκος,Παπαδόπουλος", "Nikos,Papadopoulos"),
        ("عمر,الحداد", "Omar,Al-Haddad"),
        ("נועם,כהן", "Noam,Cohen"),
        ("आरव,शर्मा", "Aarav,Sharma"),
        ("小明,王", "Xiaoming,Wang"),
        ("민준,김", "Min-jun,Kim"),
        ("Fatima,al-Zahra", "Fatima,Alzahra"),
        ("Sanne,van der Berg", "Sanne,Berg"),
        ("Morag,MacDonald", "Morag,McDonald"),
        ("María José,García López", "Maria Jose,Garcia"),
        ("Nguyen,Hoa", "Hoa,Nguyen"),
        ("Mohammed,Hussain", "Muhammad,Hussein"),
        ("Amira,Khan", "Amina,Khan"),
        ("Amira,Khan", "A.,Khan"),
        ("Thomas,Green", "Thom,Green"),
        ("Amira,Khan", "Khan,Amira"),
    ],
)
def test_a_listed_person_in_another_spelling_is_asked_about(lite: Store, before: str, after: str) -> None:
    """A child on the list never comes back as a new one, however the name is spelt under the new number."""
    load(lite, rows(f"P-1,{before},pupil,2017-02-03,yes", TWIN))
    with lite.transaction(ADMIN, NOW) as tx:
        tx.consent.list_person(person(lite).id)
    for birthday in ("2017-02-03", "", "2016-12-31"):
        planned = plan(lite, rows(f"X-7,{after},pupil,{birthday},yes", TWIN))
        assert [question.code for question in planned.questions] == [QuestionCode.CHANGED_ID]
        assert planned.additions == ()


def test_a_listed_persons_birthday_and_surname_are_asked_about(lite: Store) -> None:
    """A listed child who comes under another first name is still asked about; a child who is not listed is not."""
    load(lite, rows(ANN))
    nickname = rows("X-7,Peggy,Lee,pupil,2017-02-03,yes")
    assert plan(lite, nickname).questions == ()
    with lite.transaction(ADMIN, NOW) as tx:
        tx.consent.list_person(person(lite).id)
    assert [question.code for question in plan(lite, nickname).questions] == [QuestionCode.CHANGED_ID]


@pytest.mark.parametrize("after", ["Bo,Lee", "Ann,Green", "Tim,Baker"])
def test_a_listed_persons_brothers_and_namesakes_are_not_asked_about(lite: Store, after: str) -> None:
    """One common name, or none, is nothing to ask about without the same birthday and class."""
    load(lite, rows(ANN, TWIN))
    with lite.transaction(ADMIN, NOW) as tx:
        tx.consent.list_person(person(lite).id)
    assert len(plan(lite, rows(f"X-7,{after},pupil,2015-05-05,yes", TWIN)).additions) == 1


def test_the_same_birthday_and_class_is_asked_about(lite: Store) -> None:
    """A child who got another name and another number is still the child of that birthday in that class."""
    with lite.transaction(ADMIN, NOW) as tx:
        who = tx.people.add(replace(PUPIL, external_id="P-1", groups=frozenset({"Oak"})))
    born = PUPIL.date_of_birth
    data = f"external_id,first_name,last_name,kind,date_of_birth,group\nX-7,Maja,Stern,pupil,{born},{{}}\n"
    (question,) = plan(lite, data.format("oak")).questions
    assert (question.code, question.people) == (QuestionCode.CHANGED_ID, (who,))
    assert plan(lite, data.format("Elm")).questions == ()


def test_a_number_in_other_case_is_the_same_number(lite: Store) -> None:
    """`a123` is `A123`, unless the file has both."""
    load(lite, rows(ANN.replace("P-1", "A123")))
    assert [row.person for row in plan(lite, rows(ANN.replace("P-1", "a123"))).changes] == [person(lite, "A123").id]
    both = rows(ANN.replace("P-1", "A123"), "a123,Tom,Baker,pupil,2016-01-01,yes")
    assert [bad.line for bad in plan(lite, both).bad] == [3]


def test_a_number_that_lost_its_zeros_is_asked_about(lite: Store) -> None:
    """Spreadsheets take zeros away at the beginning of numbers."""
    load(lite, rows(ANN.replace("P-1", "0012")))
    planned = plan(lite, rows(ANN.replace("P-1", "12")))
    assert [question.code for question in planned.questions] == [QuestionCode.LOST_ZEROS]


@pytest.mark.parametrize(
    ("after", "asked"),
    [
        ("P-1,Tom,Baker,pupil,2016-01-01,yes", True),
        ("P-1,Tom,Baker,pupil,,yes", True),
        ("P-1,Ann,Baker,pupil,2016-01-01,yes", True),
        ("P-1,Tom,Baker,pupil,2017-02-03,yes", True),
        ("P-1,Ann,Baker,pupil,2017-02-03,yes", False),
        ("P-1,ANN,LEE,pupil,2016-01-01,yes", False),
    ],
)
def test_a_number_that_was_used_again_is_asked_about(lite: Store, after: str, asked: bool) -> None:  # noqa: FBT001
    """Nobody gets somebody else's consents and template because the school gave a number away again."""
    load(lite, rows(ANN))
    planned = plan(lite, rows(after))
    assert [question.code for question in planned.questions] == [QuestionCode.REUSED_ID] * asked
    same = plan(lite, rows(after), Choices(answers={"P-1": Answer.SAME}))
    assert (len(same.changes), same.questions) == (1, ())


def test_an_answer_that_was_not_offered_is_no_answer(lite: Store) -> None:
    """Somebody with a number cannot be new, and of two namesakes nobody can be the same."""
    load(lite, rows(ANN))
    used_again = rows("P-1,Tom,Baker,pupil,2016-01-01,yes")
    assert len(plan(lite, used_again, Choices(answers={"P-1": Answer.NEW})).questions) == 1
    load(lite, rows("P-8,Ann,Lee,pupil,,yes"), 1, Choices(answers={"P-8": Answer.NEW}))
    both = rows("X-7,Ann,Lee,pupil,2017-02-03,yes")
    (question,) = plan(lite, both, Choices(answers={"X-7": Answer.SAME})).questions
    assert (question.answers, len(question.people)) == ((Answer.NEW,), 2)


def test_two_rows_cannot_become_the_same_person(lite: Store) -> None:
    """If somebody says so of both, neither is imported."""
    load(lite, rows(ANN))
    data = rows("X-7,Ann,Lee,pupil,,yes", "X-8,Ann,Lee,pupil,,yes")
    planned = plan(lite, data, Choices(answers={"X-7": Answer.SAME, "X-8": Answer.SAME}))
    assert [bad.line for bad in planned.bad] == [2, 3]


def test_who_is_missing_has_left_only_when_somebody_says_so(store: Store) -> None:
    """Then their last day was yesterday: approvals end and the template goes."""
    load(store, rows(ANN, TWIN))
    who = person(store).id
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        tx.consent.record(who, said())
        tx.consent.record(who, replace(said(), subject=said().subject.BIOMETRICS))
        tx.enrolment.enrol(who, ENGINE, template(), 1)
        check = approve(tx, who)
    planned, _ = load(store, rows(TWIN), 1)
    assert [(one.person, one.leaves_on) for one in planned.missing] == [(who, None)]
    assert person(store).profile.leaving_date is None
    _, change = load(store, rows(TWIN), 1, Choices(leavers=frozenset({"P-1"})))
    assert (change.revoked_checks, change.destroyed_templates) == ((check.id,), 1)
    assert person(store).profile.leaving_date == TODAY
    assert load(store, rows(TWIN), 2)[0].missing == ()


def test_only_those_of_a_kind_that_the_file_has_can_be_missing(lite: Store) -> None:
    """A file of pupils says nothing about staff, people without a number, or rows that cannot be read."""
    load(lite, rows(ANN, TWIN, "S-1,Sam,Smith,staff,,yes"))
    with lite.transaction(ADMIN, NOW) as tx:
        tx.people.add(replace(PUPIL, external_id=None))
    planned = plan(
        lite, rows(TWIN.replace("yes", "perhaps"), "P-3,Cy,Fox,pupil,,"), Choices(leavers=frozenset({ALL_MISSING}))
    )
    assert [one.draft.external_id for one in planned.missing] == ["P-1"]
    assert len(planned.leavers) == 1


def test_a_plan_shows_old_and_new_and_hides_them_from_logs(lite: Store) -> None:
    """Administrators see each value before and after; a log would not."""
    load(lite, rows(ANN))
    planned = plan(lite, rows("P-1,Ann,Lee-Fox,pupil,2017-02-03,"))
    fields = {change.column: (change.before, change.after) for change in planned.changes[0].fields}
    assert fields == {"last_name": ("Lee", "Lee-Fox"), "consent_website": ("granted", "withdrawn")}
    assert "Fox" not in repr(planned)


def test_a_plan_can_be_kept_and_carried_out_later(lite: Store) -> None:
    """As JSON it comes back whole, and still refuses a register that has moved."""
    with lite.reading(ADMIN, NOW) as tx:
        planned = roster_import.plan(rows(ANN, TWIN, "x,,,,,"), tx)
    kept = TypeAdapter(Plan).validate_json(TypeAdapter(Plan).dump_json(planned))
    assert kept == planned
    with lite.transaction(ADMIN, NOW) as tx:
        roster_import.apply(kept, tx)
    with pytest.raises(RegisterMoved), lite.transaction(ADMIN, NOW + timedelta(days=1)) as tx:
        roster_import.apply(kept, tx)


def test_a_consent_may_have_a_last_day_of_its_own(lite: Store) -> None:
    """`yes until` a day goes before the row's common one."""
    header = "external_id,first_name,last_name,kind,consent_website,consent_press,consent_expires"
    load(lite, rows("P-1,A,B,staff,yes until 31/08/2027,yes,2028-01-01", header=header))
    with lite.reading(ADMIN, NOW) as tx:
        said = tx.consent.statements(person(lite).id)
    assert {str(record.statement.until) for record in said} == {"2027-08-31", "2028-01-01"}
    assert all(record.statement.stance is Stance.GRANTED for record in said)


def test_somebody_who_left_and_is_in_the_file_again_is_mentioned(lite: Store) -> None:
    """Without a column of leaving dates they stay gone, and the admin is told; a blank one brings them back."""
    load(lite, rows(ANN, TWIN))
    load(lite, rows(TWIN), 1, Choices(leavers=frozenset({"P-1"})))
    planned, _ = load(lite, rows(ANN, TWIN), 2)
    assert "has left" in planned.unchanged[0].notes[0]
    back = rows(f"{ANN},", header="external_id,first_name,last_name,kind,date_of_birth,consent_website,leaving_date")
    planned, _ = load(lite, back, 3)
    assert [(f.column, f.before, f.after) for f in planned.changes[0].fields] == [("leaving_date", str(TODAY), "")]
    assert planned.changes[0].notes == ()
