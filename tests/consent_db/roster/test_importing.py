from __future__ import annotations

import csv
import io
import itertools
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent_db import Store, roster_import
from consent_db.errors import ImportRefused, RegisterMoved
from consent_db.people.records import Change
from consent_db.publishing.records import PublicationDraft
from consent_db.register.records import Source
from consent_db.roster.files.sheet import MOST_BYTES
from consent_db.roster.plan import Plan
from consent_db.roster.rows import MOST_ROWS, read_roster
from gatekeeper.consent.permission import EVERYWHERE, Party, Reason, Stance, Subject, permission
from gatekeeper.types import Kind
from tests.support.register import ADMIN, DIMENSION, ENGINE, NOW, TODAY, add_channel, add_pupil, approve, said, template

HEADER = (
    "external_id,first_name,last_name,known_as,kind,group,date_of_birth,leaving_date,do_not_publish,"
    "biometric_consent,consent_website,consent_all,name_consent,consent_expires,evidence"
)
AMIRA = "P-1,Amira,Quill,Mimi,pupil,Oak;Choir,2017-02-03,,no,yes,yes,,yes,31/08/2027,form 12"
SAM = "S-1,Sam,Smith,,staff,,1980-05-01,,,,yes,,,,"


def file(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


def load(store: Store, data: str | bytes, days: int = 0) -> tuple[Plan, Change]:
    with store.transaction(ADMIN, NOW + timedelta(days=days)) as tx:
        planned = roster_import.plan(data, tx)
        return planned, roster_import.apply(planned, tx)


def words(store: Store, external_id: str = "P-1") -> list[tuple[Party, Subject, str, Stance]]:
    with store.reading(ADMIN, NOW) as tx:
        record = tx.people.by_external_id(external_id)
        assert record is not None
        kept = [record.statement for record in tx.consent.statements(record.id)]
    return [(said.party, said.subject, said.scope, said.stance) for said in kept]


def test_a_first_import_adds_everybody(store: Store) -> None:
    """People, groups, dates of both spellings, and one statement for each yes, with its evidence."""
    planned, _ = load(store, file(AMIRA, SAM))
    assert (planned.rows, len(planned.additions), planned.bad) == (2, 2, ())
    with store.reading(ADMIN, NOW) as tx:
        amira, sam = tx.people.by_external_id("P-1"), tx.people.by_external_id("S-1")
        assert amira is not None
        assert sam is not None
        assert amira.profile.groups == {"Oak", "Choir"}
        assert (amira.profile.date_of_birth, amira.profile.known_as) == (date(2017, 2, 3), "Mimi")
        assert sam.profile.kind is Kind.STAFF
        records = tx.consent.statements(amira.id)
        assert {record.source for record in records} == {Source.IMPORT}
        assert {tx.consent.evidence(amira.id, record.id) for record in records} == {"form 12"}
        assert {record.statement.until for record in records} == {date(2027, 8, 31)}
    grants = {(Subject.BIOMETRICS, EVERYWHERE), (Subject.PICTURE, "website"), (Subject.NAME, EVERYWHERE)}
    assert {(p, s, w, stance) for p, s, w, stance in words(store)} == {
        (Party.PARENT, subject, scope, Stance.GRANTED) for subject, scope in grants
    }
    assert words(store, "S-1") == [(Party.SELF, Subject.PICTURE, "website", Stance.GRANTED)]


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    """No version, no audit entry, and every row is reported as unchanged."""
    load(store, file(AMIRA, SAM))
    with store.reading(ADMIN, NOW) as tx:
        version = tx.register_version()
    before = store.verify_audit()
    planned, change = load(store, file(AMIRA, SAM), days=3)
    assert (len(planned.unchanged), planned.rows, change.register_version) == (2, 2, version)
    assert store.verify_audit() == before


def test_a_plan_changes_nothing(store: Store) -> None:
    """The dry run works where nothing can be written and shows every change without values."""
    with store.reading(ADMIN, NOW) as tx:
        planned = roster_import.plan(file(AMIRA), tx)
        assert tx.people.all() == []
    assert planned.additions[0].changes == (
        "new",
        "biometrics everywhere: granted",
        "picture for website: granted",
        "name everywhere: granted",
    )
    assert not any(secret in repr(planned) for secret in ("Amira", "Quill", "P-1", "form 12"))


def test_a_plan_is_good_for_the_register_it_was_made_from(store: Store) -> None:
    """If something changed between preview and confirmation, the admin looks again."""
    with store.reading(ADMIN, NOW) as tx:
        planned = roster_import.plan(file(AMIRA), tx)
    load(store, file(SAM))
    with pytest.raises(RegisterMoved), store.transaction(ADMIN, NOW) as tx:
        roster_import.apply(planned, tx)


def test_columns_may_come_in_any_order_and_case_with_a_byte_order_mark() -> None:
    """What a spreadsheet makes of the file is read as it was meant."""
    text = "KIND, Last_Name,external_id,first_name\r\npupil,Quill,1,Amira\r\n\r\n,,,\r\n"
    for data in (text, text.encode(), text.encode("utf-8-sig")):
        roster = read_roster(data, TODAY)
        assert [(row.line, row.draft.first_name) for row in roster.rows] == [(2, "Amira")]
        assert roster.bad == ()


@pytest.mark.parametrize(
    ("cell", "before", "wanted"),
    [
        ("", None, []),
        ("no", None, [Stance.REFUSED]),
        ("yes", None, [Stance.GRANTED]),
        ("", "yes", [Stance.GRANTED, Stance.WITHDRAWN]),
        ("no", "yes", [Stance.GRANTED, Stance.WITHDRAWN]),
        ("yes", "no", [Stance.REFUSED, Stance.GRANTED]),
        ("", "no", [Stance.REFUSED]),
        ("YES", "yes", [Stance.GRANTED]),
        (" No ", "no", [Stance.REFUSED]),
    ],
)
def test_what_a_consent_cell_means(lite: Store, cell: str, before: str | None, wanted: list[Stance]) -> None:
    """A blank says nothing, except that it takes back what an earlier file granted."""
    header = "external_id,first_name,last_name,kind,consent_website"
    if before is not None:
        load(lite, file(f"P-1,A,B,pupil,{before}", header=header))
    load(lite, file(f"P-1,A,B,pupil,{cell}", header=header), days=1)
    load(lite, file(f"P-1,A,B,pupil,{cell}", header=header), days=2)
    assert [stance for *_, stance in words(lite)] == (wanted or [])


def test_a_withdrawal_by_file_ends_approvals_and_templates(store: Store) -> None:
    """Exactly as one by hand does."""
    load(store, file(AMIRA))
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        record = tx.people.by_external_id("P-1")
        assert record is not None
        tx.enrolment.enrol(record.id, ENGINE, template(), 2)
        check = approve(tx, record.id)
    _, change = load(store, file(AMIRA.replace("no,yes,yes", "no,,no")), days=1)
    assert (change.revoked_checks, change.destroyed_templates) == ((check.id,), 1)
    with store.reading(ADMIN, NOW) as tx:
        assert tx.register(ENGINE, DIMENSION).gallery.people == ()


def test_a_no_by_hand_is_stronger_than_the_yes_of_a_file(store: Store) -> None:
    """The information system may not have heard of it yet; the admin is told."""
    load(store, file(AMIRA))
    with store.transaction(ADMIN, NOW + timedelta(hours=1)) as tx:
        record = tx.people.by_external_id("P-1")
        assert record is not None
        tx.consent.record(record.id, said(scope="website", stance=Stance.WITHDRAWN))
    planned, _ = load(store, file(AMIRA), days=1)
    assert "no recorded by hand" in planned.unchanged[0].notes[0]
    assert words(store)[-1][-1] is Stance.WITHDRAWN


def test_a_yes_by_hand_is_not_taken_back_by_a_blank(lite: Store) -> None:
    """Only a no of the file does that; a blank takes back what a file granted and nothing else."""
    blank = "P-1,A,B,pupil,{}"
    header = "external_id,first_name,last_name,kind,consent_website"
    load(lite, file(blank.format(""), header=header))
    with lite.transaction(ADMIN, NOW) as tx:
        record = tx.people.by_external_id("P-1")
        assert record is not None
        tx.consent.record(record.id, said(scope="website"))
    assert len(load(lite, file(blank.format(""), header=header), days=1)[0].unchanged) == 1
    assert len(load(lite, file(blank.format("no"), header=header), days=2)[0].changes) == 1
    assert [stance for *_, stance in words(lite)] == [Stance.GRANTED, Stance.WITHDRAWN]


def test_a_file_lists_people_and_never_takes_them_off(store: Store) -> None:
    """A flag that is blank or no after a migration must not publish a child who is on the list."""
    load(store, file(AMIRA.replace("2017-02-03,,no", "2017-02-03,,yes")))
    for flag in ("no", ""):
        planned, _ = load(store, file(AMIRA.replace("2017-02-03,,no", f"2017-02-03,,{flag}")), days=1)
        assert len(planned.unchanged) == 1
        assert any("stays on" in note for note in planned.unchanged[0].notes) == (flag == "no")
    with store.reading(ADMIN, NOW) as tx:
        record = tx.people.by_external_id("P-1")
        assert record is not None
        assert record.listed


def test_a_column_that_is_missing_changes_nothing(lite: Store) -> None:
    """A file with names only leaves groups, dates and consents as they are."""
    load(lite, file(AMIRA))
    short = file("P-1,Amira,Quill-Jones,pupil", header="external_id,first_name,last_name,kind")
    planned, _ = load(lite, short, days=1)
    assert planned.changes[0].changes == ("last_name changed",)
    with lite.reading(ADMIN, NOW) as tx:
        record = tx.people.by_external_id("P-1")
    assert record is not None
    assert (sorted(record.profile.groups), record.profile.date_of_birth) == (["Choir", "Oak"], date(2017, 2, 3))
    assert len(words(lite)) == 3


def test_a_changed_person_is_a_change_by_column(lite: Store) -> None:
    """Which columns differ is shown; what is in them is not."""
    load(lite, file(AMIRA))
    planned, _ = load(lite, file(AMIRA.replace("Mimi,pupil,Oak;Choir", "Jane,staff,Elm")), days=1)
    changes = planned.changes[0].changes
    assert {"kind changed", "known_as changed", "group changed"} <= set(changes)
    assert "Jane" not in str(changes)


@pytest.mark.parametrize(
    ("born", "note"),
    [
        ("2013-11-20", "old enough to be asked"),
        ("2013-11-21", None),
        ("2008-11-20", "of age"),
        ("", "date of birth is not known"),
    ],
)
def test_the_admin_learns_whose_own_consent_is_missing(lite: Store, born: str, note: str | None) -> None:
    """A pupil of 13 stays blocked until their own word is there, and the row says so."""
    header = "external_id,first_name,last_name,kind,date_of_birth,consent_website"
    planned, _ = load(lite, file(f"P-1,A,B,pupil,{born},yes", header=header))
    notes = planned.additions[0].notes
    assert [note is not None and note in found for found in notes] == [True] * (note is not None)
    with lite.reading(ADMIN, NOW) as tx:
        record = tx.people.by_external_id("P-1")
        assert record is not None
        answer = permission(tx.consent.standing(record.id), Subject.PICTURE, ["website"], TODAY)
    if note is not None and "asked" in note:
        assert answer.reason is Reason.PUPIL_NOT_ASKED


def test_a_pupil_who_was_asked_is_not_mentioned_again(lite: Store) -> None:
    """The note is for those whose own consent is missing."""
    header = "external_id,first_name,last_name,kind,date_of_birth,consent_website"
    text = file("P-1,A,B,pupil,2012-01-01,yes", header=header)
    load(lite, text)
    with lite.transaction(ADMIN, NOW) as tx:
        record = tx.people.by_external_id("P-1")
        assert record is not None
        tx.consent.record(record.id, said(party=Party.PUPIL))
    assert load(lite, text)[0].unchanged[0].notes == ()


def test_consents_that_have_expired_are_kept_as_expired(lite: Store) -> None:
    """They permit nothing, the reason is that they have expired, and the admin is told."""
    planned, _ = load(lite, file(AMIRA.replace("31/08/2027", "31/08/2026")))
    assert "expired" in planned.additions[0].notes[-1]
    with lite.reading(ADMIN, NOW) as tx:
        record = tx.people.by_external_id("P-1")
        assert record is not None
        answer = permission(tx.consent.standing(record.id), Subject.PICTURE, ["website"], TODAY)
    assert answer.reason is Reason.EXPIRED


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (AMIRA.replace("yes,yes", "yes,maybe"), "consent_website has to be yes, no or blank"),
        (AMIRA.replace(",no,yes", ",perhaps,yes"), "do_not_publish has to be yes, no or blank"),
        (AMIRA.replace("pupil", "teacher"), "kind has to be one of"),
        (AMIRA.replace("2017-02-03", "2017-02-30"), "date_of_birth has to be a date"),
        (AMIRA.replace("2017-02-03", "02/30/2017"), "date_of_birth has to be a date"),
        (AMIRA.replace("2017-02-03", "3/2/17"), "date_of_birth has a year of two digits"),
        (AMIRA.replace("2017-02-03", "20170203"), "date_of_birth has to be a date"),
        (AMIRA.replace("2017-02-03", "2027-01-01"), "lies in the future"),
        (AMIRA.replace("31/08/2027", "soon"), "consent_expires has to be a date"),
        (AMIRA.replace("P-1", ""), "external_id is blank"),
        (AMIRA.replace("Amira", " "), "first_name is blank"),
        (AMIRA.replace("Quill", "Q" * 501), "last_name is longer"),
        (AMIRA.replace("Quill", "Q" * 101), "longer than 100"),
        (AMIRA.replace("Quill", '"Qu\nill"'), "line breaks"),
        (AMIRA.replace("Quill", "Qu\x00ill"), "control characters"),
        (AMIRA.replace("Oak", "O" * 101), "group"),
        (AMIRA + ",x", "more cells than the header, which has 15"),
        ("P-1,Amira", "last_name is blank"),
    ],
)
def test_a_row_that_cannot_be_read_imports_nothing_and_loses_no_other(lite: Store, wrong: str, reason: str) -> None:
    """It is listed with its line and what to do; the rows around it are imported."""
    planned, _ = load(lite, file(SAM, wrong, SAM.replace("S-1,Sam", "S-2,Tom")))
    assert [(bad.line, reason in bad.reason) for bad in planned.bad] == [(3, True)]
    assert not any(name in planned.bad[0].reason for name in ("Amira", "Quill", "Mimi"))
    with lite.reading(ADMIN, NOW) as tx:
        assert {record.profile.external_id for record in tx.people.all()} == {"S-1", "S-2"}


def test_two_rows_of_one_person_are_both_refused(lite: Store) -> None:
    """Nobody can tell which of them is right."""
    planned, _ = load(lite, file(AMIRA, SAM, AMIRA.replace("yes,yes", "no,no")))
    assert [bad.line for bad in planned.bad] == [2, 4]
    assert len(planned.additions) == 1


@pytest.mark.parametrize(
    ("data", "reason", "line"),
    [
        ("", "no column external_id", 1),
        ("external_id,first_name,last_name\n", "no column kind; say what all people in the file are", 1),
        (file(header=HEADER + ",shoe_size"), "Column 16", 1),
        (file(header=HEADER + ",consent_"), "Column 16", 1),
        (file(header=HEADER + ",consent_a b"), "Column 16", 1),
        (file(header=HEADER + ",Evidence"), "evidence is there twice", 1),
        (file(AMIRA, SAM.replace("Smith", '"Smith')), "quotation mark", 3),
        (file(AMIRA).encode() + b"S-1,Zo\x81", "letters cannot be read", 3),
        (b"x" * (MOST_BYTES + 1), "larger than 2 MB", 1),
        (file(*["x"] * (MOST_ROWS + 1)), "more than 5000 rows", MOST_ROWS + 2),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_as_a_whole(data: str | bytes, reason: str, line: int) -> None:
    """With the line and what to do about it."""
    with pytest.raises(ImportRefused, match=reason) as caught:
        read_roster(data, TODAY)
    assert caught.value.line == line


cells = st.text(st.characters(blacklist_categories=()), max_size=8) | st.sampled_from(
    ["yes", "no", "", "pupil", "staff", "2017-02-03", "2017-02-03", "=1+1", "\x00", "﻿", "ﬁ", "1" * 600]
)


@settings(max_examples=150)
@given(st.binary(max_size=200) | st.text(st.characters(), max_size=200))
def test_no_input_does_anything_but_be_read_or_refused(data: bytes | str) -> None:
    """Whatever is in the file, the parser gives rows or says what is wrong."""
    with suppress(ImportRefused):
        read_roster(data, TODAY)


@settings(max_examples=150)
@given(st.lists(st.lists(cells, min_size=14, max_size=16), max_size=6))
def test_every_row_is_read_or_listed(rows: list[list[str]]) -> None:
    """Nothing is dropped silently: each row with any content is in exactly one list, by its line."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER.split(","))
    writer.writerows(rows)
    roster = read_roster(text.getvalue().encode(errors="replace"), TODAY)
    lines = [row.line for row in roster.rows] + [row.line for row in roster.bad]
    assert len(lines) == len(set(lines)) == sum(any(cell.strip() for cell in row) for row in rows)


DAYS = itertools.count()  # the school goes on from one example to the next, and so does its time
ROW = st.builds(
    lambda who, kind, flags: ",".join([f"P-{who}", "A", "B", "", kind, "", "", "", *flags, "", ""]),
    st.integers(1, 4),
    st.sampled_from(["pupil", "staff", "wizard"]),
    st.lists(st.sampled_from(["yes", "no", "", "?"]), min_size=5, max_size=5),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(ROW, max_size=5), max_size=3))
def test_any_sequence_of_files_is_counted_whole_and_settles(lite: Store, files: list[list[str]]) -> None:
    """Rows are additions, changes, unchanged or bad; the last file again changes nothing."""
    for rows in files:
        planned, _ = load(lite, file(*rows), next(DAYS))
        assert planned.rows == len(rows)
    if files:
        again, _ = load(lite, file(*files[-1]), next(DAYS))
        assert (again.additions, again.changes) == ((), ())
    assert lite.verify_audit().ok


def test_a_whole_school_is_imported_twice(lite: Store) -> None:
    """Hundreds of pupils with four consents each are new at first and unchanged the second time."""
    syllables = [f"{a}{b}{c}" for a, c in (("B", "nto"), ("G", "rk"), ("V", "lmi")) for b in "aeiou"]
    rows = [
        AMIRA.replace("P-1,Amira,Quill,Mimi", f"P-{number},{given},{family},")
        .replace("2017-02-03", (date(2017, 2, 3) + timedelta(days=number)).isoformat())
        .replace("yes,,yes", "yes,yes,yes")
        for number, (given, family) in enumerate(itertools.product(syllables, syllables))
    ]
    planned, _ = load(lite, file(*rows))
    assert len(planned.additions) == 225
    assert len(load(lite, file(*rows))[0].unchanged) == 225
    assert replace(planned, additions=()).rows == 0


def test_an_import_tells_which_posts_have_to_come_down(lite: Store) -> None:
    """A listing by file opens take-downs and a search, and what is returned says so as the database does."""
    with lite.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        check = approve(tx, person)
        tx.publications.record(PublicationDraft(check.id, NOW, "https://school.example/1", None))
    record = "P-0077,Amira Jane,Quillfeather-Odubanjo,Mimi,pupil,Oak,2017-02-03,yes"
    head = "external_id,first_name,last_name,known_as,kind,group,date_of_birth,do_not_publish"
    with lite.transaction(ADMIN, NOW) as tx:
        done = roster_import.apply(roster_import.plan(f"{head}\n{record}\n".encode(), tx), tx)
        assert done.revoked_checks == (check.id,)
        assert done.takedowns == tuple(one.id for one in tx.takedowns.waiting())
        assert len(done.takedowns) == 1
        assert done.search is not None
