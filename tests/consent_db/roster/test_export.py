from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent_db import Keyring, Store
from consent_db.people.records import PersonDraft
from consent_db.roster.fields.values import BadCell, Cell, checked
from consent_db.roster.plan import Answer, Choices
from consent_db.roster_export import Export, export
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Subject
from gatekeeper.types import Kind
from tests.support.register import ADMIN, NOW, PUPIL, TODAY, said
from tests.support.rosters import load, rows


def exported(store: Store, days: int = 1) -> Export:
    with store.transaction(ADMIN, NOW + timedelta(days=days)) as tx:
        return export(tx)


def test_an_export_says_what_was_said(store: Store) -> None:
    """The parent's word in each place, its last day, and who is on the list; nobody else's word."""
    with store.transaction(ADMIN, NOW) as tx:
        person = tx.people.add(PUPIL)
        tx.people.add(replace(PUPIL, external_id=None, first_name="Numberless"))
        tx.consent.record(person, said(scope="website", until=date(2027, 8, 31)), "form 12")
        tx.consent.record(person, said(Subject.NAME, stance=Stance.REFUSED))
        tx.consent.record(person, said(scope="press", party=Party.SECOND_PARENT))
        tx.consent.list_person(person, "adoption")
    made = exported(store)
    assert (made.people, made.numberless) == (2, 1)
    first = next(row for row in csv.DictReader(io.StringIO(made.data.decode("utf-8-sig"))) if row["external_id"])
    assert first["group"] == "Choir;Oak"
    assert (first["consent_website"], first["name_consent"]) == ("yes until 2027-08-31", "no")
    assert (first["do_not_publish"], "consent_press" in first) == ("yes", False)
    assert not any(word in made.data for word in (b"form 12", b"adoption"))
    assert exported(store).data == made.data


def test_who_has_taken_an_export_is_in_the_audit(lite: Store) -> None:
    """With how many people, and no name."""
    exported(lite)
    with lite.reading(ADMIN, NOW) as tx:
        entry = tx.audit.entries()[-1]
    assert (entry.action, entry.payload) == ("roster.exported", '{"people":0}')


@pytest.mark.parametrize(
    "evil",
    [
        "=1+1",
        '=HYPERLINK("http://x.example","y")',
        "=cmd|' /C calc'!A0",
        "+1",
        "-2+3",
        "@SUM(1)",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff201",
        "'=1",
        "''=1",
        "'007",
    ],
)
def test_no_cell_of_an_export_is_a_formula(lite: Store, evil: str) -> None:
    """Names, numbers and groups are shielded, and come back as they were."""
    draft = PersonDraft(Kind.STAFF, evil, evil, evil, evil, groups=frozenset({evil}))
    with lite.transaction(ADMIN, NOW) as tx:
        tx.people.add(draft)
    data = exported(lite).data
    for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))):
        assert all(cell[:1] not in set("=+-@\t\r\uff1d\uff0b\uff0d\uff20") for cell in row)
    planned, _ = load(lite, data, 1)
    assert (len(planned.unchanged), planned.rows) == (1, 1)


def is_believed(text: str) -> bool:
    """Say whether the reader takes this for a name; `?`, `#N/A!` and 1/2/2015 are refused in any file."""
    try:
        return checked("first_name", Cell("A1", text))[1] is None
    except BadCell:
        return False


names = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=12).filter(
    lambda text: bool(text.strip()) and text.isprintable() and ";" not in text and is_believed(text)
)
days = st.none() | st.dates(date(1930, 1, 1), TODAY)
people = st.builds(
    PersonDraft,
    kind=st.sampled_from(Kind),
    first_name=names,
    last_name=names,
    known_as=st.none() | names,
    date_of_birth=days,
    leaving_date=days,
    groups=st.frozensets(names, max_size=2),
)
statements = st.builds(
    said,
    subject=st.sampled_from([Subject.PICTURE, Subject.NAME]),
    scope=st.sampled_from([EVERYWHERE, "website", "press"]),
    stance=st.sampled_from(Stance),
    party=st.sampled_from([Party.PARENT, Party.SELF, Party.PUPIL]),
    until=st.none() | st.dates(TODAY, date(2030, 1, 1)),
)


@pytest.fixture(scope="module")
def schools(tmp_path_factory: pytest.TempPathFactory) -> st.SearchStrategy[Store]:
    folder = tmp_path_factory.mktemp("schools")
    keyring = Keyring.create(folder / "keys.json")
    opened = Store.open(f"sqlite:///{folder}/school.sqlite3", keyring)
    return st.just(opened)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(people, st.lists(statements, max_size=3)), max_size=3), st.data())
def test_an_export_is_imported_without_any_change(
    schools: st.SearchStrategy[Store], school: list[tuple[PersonDraft, list[object]]], data: st.DataObject
) -> None:
    """Whatever people are called and whatever was said, and in whatever order the rows come."""
    store = data.draw(schools)
    with store.transaction(ADMIN, NOW) as tx:
        for record in tx.people.all():
            tx.people.erase(record.id)
        for number, (draft, spoken) in enumerate(school):
            person = tx.people.add(replace(draft, external_id=f"N{number}"))
            tx.consent.record_all(person, spoken)  # type: ignore[arg-type]
    lines = exported(store, 0).data.decode("utf-8-sig").split("\r\n")
    shuffled = "\r\n".join([lines[0], *data.draw(st.permutations(lines[1:]))])
    planned, _ = load(store, shuffled)
    assert (len(planned.unchanged), planned.rows) == (len(school), len(school))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_the_order_of_rows_does_not_matter(schools: st.SearchStrategy[Store], data: st.DataObject) -> None:
    """The same rows in another order give the same people, questions and refused rows."""
    store = data.draw(schools)
    ids, first, last = st.sampled_from(["1", "2", "3", "01"]), st.sampled_from(["A", "B"]), st.sampled_from(["X", "x"])
    born, cell = st.sampled_from(["", "2017-02-03"]), st.sampled_from(["yes", "no", "", "?"])
    row = st.builds(lambda *cells: ",".join([*cells[:3], "pupil", *cells[3:]]), ids, first, last, born, cell)
    lines = data.draw(st.lists(row, max_size=6))
    answers = data.draw(st.dictionaries(ids, st.sampled_from(Answer)))
    found = []
    for order in (lines, data.draw(st.permutations(lines))):
        with store.transaction(ADMIN, NOW) as tx:
            for record in tx.people.all():
                tx.people.erase(record.id)
            tx.people.add(PersonDraft(Kind.PUPIL, "A", "X", external_id="001", date_of_birth=date(2017, 2, 3)))
        planned, _ = load(store, rows(*order), choices=Choices(answers=answers))
        bad = sorted(order[bad.line - 2] for bad in planned.bad)
        asked = sorted((order[q.line - 2], q.code) for q in planned.questions)
        lines_out = sorted(exported(store, 0).data.split(b"\r\n"))
        found.append((bad, asked, lines_out))
    assert found[0] == found[1]


def test_a_short_no_hides_no_lasting_one_from_a_file(lite: Store) -> None:
    """Once the short one is over the lasting one is in force: a file's yes does not override it, an export tells it."""
    yes = "external_id,first_name,last_name,kind,consent_website\nP-1,Amira,Quill,pupil,yes\n"
    load(lite, yes)
    with lite.transaction(ADMIN, NOW + timedelta(hours=1)) as tx:
        record = tx.people.by_external_id("P-1")
        assert record is not None
        lasting = said(scope="website", stance=Stance.REFUSED)
        tx.consent.record(record.id, replace(lasting, said_at=NOW + timedelta(minutes=10)))
        tx.consent.record(record.id, replace(lasting, said_at=NOW + timedelta(minutes=20), until=TODAY))
    planned, _ = load(lite, yes, days=3)
    assert any("no recorded by hand" in note for note in planned.unchanged[0].notes)
    (row,) = csv.DictReader(io.StringIO(exported(lite, 3).data.decode("utf-8-sig")))
    assert row["consent_website"] == "no"
