"""The school's own list, from the file to the register and back, on the pages."""

from __future__ import annotations

import html
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from api.application.register.pending_import import LIFE, forget_old
from api.web.register.imports.column_words import in_office_words
from consent_db.people.records import PersonRecord
from consent_db.publishing.records import PublicationDraft
from consent_db.roster.plan import QUESTIONS
from gatekeeper.types import Role
from tests.support.http import NewClient, NewPerson
from tests.support.pages import read
from tests.support.school import AMIRA_HUE, School

PLAIN = """external_id,first_name,last_name,kind,group,consent_website
1,Zainab,Okafor,pupil,4B,yes
2,Ella,Brown,pupil,4B,no
"""
OWN = """Adno;Forename;Legal Surname;Reg;Photo permission
1;Zainab;Okafor;4B;I give consent
2;Ella;Brown;4B;
"""
WAITING = "/admin/imports/waiting"


@pytest.fixture
def admin(new_person: NewPerson) -> TestClient:
    """An administrator who has just signed in."""
    return new_person("admin", Role.ADMIN)


def upload(admin: TestClient, text: str | bytes, **fields: str) -> Response:
    data = text.encode() if isinstance(text, str) else text
    return admin.post("/admin/imports", data=fields, files={"file": ("Year 4 pupils.csv", data, "text/csv")})


def press_import(admin: TestClient) -> Response:
    """Press the button on the page that shows what is going to change."""
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', admin.get(WAITING).text)
    assert found is not None
    return admin.post(f"{WAITING}/import", data={"seen": found[1]})


def decide(admin: TestClient, **fields: object) -> Response:
    """Send the form of the page with some fields filled in; `meanings` are those of the columns by heading."""
    page = admin.get(WAITING).text
    (file,) = re.findall(r'name="file" value="([0-9a-f]{16})"', page)
    keys = {html.unescape(name): key for key, name in _COLUMN.findall(page)}
    meanings = dict(cast("dict[str, str]", fields.pop("meanings", {})))
    return admin.post(
        WAITING,
        data={"file": file, "columns": [keys[name] for name in meanings], "meanings": [*meanings.values()], **fields},
    )


_COLUMN = re.compile(r'name="columns" value="([^"]+)">\s*<label><span class="unseen">([^<]*)</span>')


def on_register(school: School) -> dict[str, PersonRecord]:
    with school.services.store.reading("user:admin", school.clock()) as tx:
        return {record.profile.external_id: record for record in tx.people.all() if record.profile.external_id}


def sealed_files(school: School) -> list[Path]:
    return [path for path in (school.services.settings.data / "imports").glob("*") if path.is_file()]


def test_a_file_with_our_headings_is_shown_and_then_imported(admin: TestClient, school: School) -> None:
    """First what changes, then the same; nothing before the button is pressed, and no file stays."""
    assert upload(admin, PLAIN).headers["Location"] == WAITING
    text = read(admin.get(WAITING))
    assert "What this file changes 2 new" in text
    assert "Zainab Okafor (1) 2 New" in text
    assert "2 people are imported." in text
    assert on_register(school) == {}
    assert press_import(admin).headers["Location"] == "/admin/imports/made/1"
    assert "No row was left out." in read(admin.get("/admin/imports/made/1"))
    assert set(on_register(school)) == {"1", "2"}
    assert sealed_files(school) == []
    assert "10 March 2026, 09:00 2 added" in read(admin.get("/admin/imports"))


def test_the_waiting_file_is_sealed(admin: TestClient, school: School) -> None:
    """Nobody reads a name on the disk; giving the file up removes it."""
    upload(admin, PLAIN)
    (path,) = sealed_files(school)
    assert b"Zainab" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    admin.post(f"{WAITING}/discard")
    assert sealed_files(school) == []
    assert admin.get(WAITING).headers["Location"] == "/admin/imports"


def test_a_file_nobody_came_back_to_is_forgotten(admin: TestClient, school: School) -> None:
    """By the daily run, after a day."""
    upload(admin, PLAIN)
    (path,) = sealed_files(school)
    written = school.clock().fromtimestamp(path.stat().st_mtime, school.clock().tzinfo)
    forget_old(school.services.waiting, written + LIFE * 0.99)
    assert sealed_files(school) == [path]
    forget_old(school.services.waiting, written + LIFE * 1.01)
    assert sealed_files(school) == []


def test_a_school_says_once_what_its_columns_mean(admin: TestClient, school: School) -> None:
    """What the headings suggest is filled in, the rest is asked for, and the layout is kept for the next file."""
    upload(admin, OWN, kind="pupil")
    page = admin.get(WAITING)
    chosen = re.findall(r'<option value="([^"]+)" selected>', page.text)
    assert {"external_id", "first_name", "last_name"} <= set(chosen)
    said = {"meanings": {"Photo permission": "consent_website"}, "kind": "pupil", "yes": "I give consent"}
    refused = decide(admin, **said, save_as="Year 4!")
    assert (refused.status_code, "a-z, 0-9" in read(refused)) == (422, True)
    assert 'value="Year 4!" aria-invalid="true"' in refused.text
    assert decide(admin, **said, save_as="Year 4").headers["Location"] == WAITING
    assert "2 new" in read(admin.get(WAITING))
    press_import(admin)
    assert on_register(school)["1"].profile.groups == {"4B"}
    upload(admin, OWN, layout="year-4")
    assert "There is nothing to import." in read(admin.get(WAITING))


def test_a_column_that_nobody_knows_is_asked_about(admin: TestClient) -> None:
    """There is no preview and no button before every column has a meaning, or is left out."""
    upload(admin, PLAIN.replace("group", "Zzyzx"))
    page = admin.get(WAITING)
    assert "What do its columns mean?" in read(page)
    assert "Import it" not in page.text
    assert admin.post(f"{WAITING}/import", data={"seen": "0" * 64}).status_code == 409
    first = page.text.partition('name="columns"')[2].partition("</tr>")[0]
    assert "Zzyzx" in first
    assert "Choose what it means, or do not read it." in first
    decide(admin, meanings={"Zzyzx": "-"})
    text = read(admin.get(WAITING))
    assert "2 new" in text
    assert "Not read: Zzyzx." in text


def test_changes_show_old_and_new(admin: TestClient) -> None:
    """And the same file again changes nothing."""
    upload(admin, PLAIN)
    press_import(admin)
    upload(admin, PLAIN)
    page = admin.get(WAITING)
    assert "There is nothing to import." in read(page)
    assert "Import it" not in page.text
    upload(admin, PLAIN.replace("Ella", "Elle"))
    assert "First name: Ella → Elle" in read(admin.get(WAITING))


def test_days_and_classes_of_a_row_are_written_as_in_a_letter(admin: TestClient) -> None:
    """A day by its month's name, and the classes as a list: neither as the file has them."""
    heads = "external_id,first_name,last_name,kind,date_of_birth,group,consent_website\n"
    upload(admin, f"{heads}1,Zainab,Okafor,pupil,2015-03-19,7A;Year 7,yes\n")
    page = read(admin.get(f"{WAITING}/rows"))
    assert "Date of birth: 19 March 2015" in page
    assert "Class or club: 7A, Year 7" in page


def test_what_was_not_seen_is_not_imported(admin: TestClient, school: School) -> None:
    """Somebody changed the register meanwhile: the page is shown anew."""
    upload(admin, PLAIN)
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', admin.get(WAITING).text)
    assert found is not None
    school.add("Nia", "Evans", 60.0)
    answer = admin.post(f"{WAITING}/import", data={"seen": found[1]})
    assert (answer.status_code, "nothing was imported" in read(answer)) == (409, True)
    assert on_register(school) == {}
    press_import(admin)
    assert set(on_register(school)) == {"1", "2"}


def test_who_is_missing_leaves_only_when_somebody_says_so(admin: TestClient, school: School) -> None:
    """A file may be only a part of the school."""
    upload(admin, PLAIN)
    press_import(admin)
    upload(admin, PLAIN.replace("2,Ella,Brown,pupil,4B,no\n", ""))
    assert "Ella Brown (2)" in read(admin.get(WAITING))
    decide(admin, left="some", leavers="2\n77")
    text = read(admin.get(WAITING))
    assert "1 person leaves." in text
    assert "No person who is missing has the number 77." in text
    press_import(admin)
    assert on_register(school)["2"].profile.leaving_date is not None


def test_a_question_waits_for_an_answer(admin: TestClient, school: School) -> None:
    """The same name under another number: nothing is imported of the row before somebody says who it is."""
    upload(admin, PLAIN)
    press_import(admin)
    upload(admin, PLAIN.replace("2,Ella", "7,Ella"))
    page = admin.get(WAITING)
    assert "Is it the same person?" in read(page)
    assert 'value="same 7"' in page.text
    decide(admin, answers=["same 7"])
    press_import(admin)
    assert set(on_register(school)) == {"1", "7"}


def test_a_row_that_cannot_be_read_is_told(admin: TestClient, school: School) -> None:
    """By its line, and the others are imported."""
    upload(admin, PLAIN + "3,,Nobody,pupil,4B,yes\n")
    text = read(admin.get(WAITING))
    assert "2 people are imported, 1 row is left out." in text
    assert "Nobody 4 Left out" in text
    press_import(admin)
    assert set(on_register(school)) == {"1", "2"}
    assert "2 added, 1 left out See it" in read(admin.get("/admin/imports"))
    made = read(admin.get("/admin/imports/made/1"))
    assert "Nobody (3) 4 “First name” is blank" in made
    handed = admin.post("/admin/imports/made/1/left-out").text
    assert handed.splitlines()[1].startswith("3,,Nobody,pupil,4B,yes,")
    admin.post("/admin/imports/1/undo")
    assert "It is not kept any more." in read(admin.get("/admin/imports/made/1"))
    assert admin.get("/admin/imports/made/2").status_code == 404


def test_a_form_of_another_file_decides_nothing(admin: TestClient) -> None:
    """Neither a column of it is taken for one of the file that waits now, nor may the file be imported unseen."""
    upload(admin, PLAIN.replace("group", "Zzyzx"))
    page = admin.get(WAITING).text
    (key,) = re.findall(r'name="columns" value="(4-[0-9a-f]{12})"', page)
    (file,) = re.findall(r'name="file" value="([0-9a-f]{16})"', page)
    upload(admin, PLAIN.replace("group", "Barred"))
    stale = admin.post(WAITING, data={"file": file, "columns": [key], "meanings": ["group"]})
    assert (stale.status_code, "Nothing was taken over" in read(stale)) == (409, True)
    (file,) = re.findall(r'name="file" value="([0-9a-f]{16})"', stale.text)
    assert admin.post(WAITING, data={"file": file, "columns": [key], "meanings": ["group"]}).status_code == 409
    assert admin.post(WAITING, data={"file": file, "meanings": ["group"]}).status_code == 409
    upload(admin, PLAIN)
    (seen,) = re.findall(r'name="seen" value="([0-9a-f]{64})"', admin.get(WAITING).text)
    upload(admin, PLAIN.replace("Ella", "Elle"))
    assert admin.post(f"{WAITING}/import", data={"seen": seen}).status_code == 409


def test_each_problem_of_a_column_stands_beside_it(admin: TestClient) -> None:
    """Two columns of one meaning, and a meaning that is needed and missing, are said with what was chosen kept."""
    upload(admin, PLAIN)
    decide(admin, meanings={"group": "first_name", "last_name": "-"})
    page = admin.get(WAITING)
    assert "2 columns are still to be decided. No column says: Surname." in read(page)
    assert "“first_name” has the same meaning. Read only one of them." in read(page)
    assert page.text.count('<option value="first_name" selected>') == 2
    decide(admin, meanings={"group": "group", "last_name": "last_name"})
    assert "2 new" in read(admin.get(WAITING))


def test_questions_of_a_kind_are_answered_at_once(admin: TestClient, school: School) -> None:
    """With one choice; a row about a person who may not be published waits for an answer of its own."""
    names = ["Zainab Okafor", "Ella Brown", "Noor Haddad", "Cleo Marsh"]
    rows = [f"{number},{name.replace(' ', ',')},pupil,4B,yes\n" for number, name in enumerate(names, 1)]
    head = PLAIN.partition("\n")[0] + "\n"
    upload(admin, head + "".join(rows))
    press_import(admin)
    with school.services.store.transaction("user:lead", school.clock()) as tx:
        tx.consent.list_person(next(one.id for one in tx.people.all() if one.profile.first_name == "Cleo"), "form")
    upload(admin, head + "".join(f"9{row}" for row in rows))
    text = read(admin.get(WAITING))
    assert "The same person under a new number? 4 rows" in text
    assert "It is the same person, in all 3 rows" in text
    assert "1 row is about a person who may not be published: it has to be answered by itself." in text
    decide(admin, alike=["changed_id same"], answers=["new 92"])
    text = read(admin.get(WAITING))
    assert "3 questions are answered." in text
    assert "The same person under a new number? 1 row" in text
    decide(admin, again="true")
    assert "The same person under a new number? 4 rows" in read(admin.get(WAITING))
    decide(admin, alike=["changed_id same"])
    press_import(admin)
    assert set(on_register(school)) == {"91", "92", "93", "4"}


def test_all_unclear_dates_are_settled_at_once(admin: TestClient, school: School) -> None:
    """One choice is for every column that is asked about; one of its own goes before it."""
    upload(
        admin,
        "external_id,first_name,last_name,kind,date_of_birth,consent_date,consent_website\n"
        "1,Zainab,Okafor,pupil,03/04/2015,05/06/2025,yes\n",
    )
    assert "In all of these columns" in read(admin.get(WAITING))
    page = admin.get(WAITING).text
    (file,) = re.findall(r'name="file" value="([0-9a-f]{16})"', page)
    asked = re.findall(r'name="unclear" value="([a-z_]+)"', page)
    sent = {"file": file, "unclear": asked, "all_dates": "day-first", "dates": ["date_of_birth month-first", ""]}
    admin.post(WAITING, data=sent)
    press_import(admin)
    born = on_register(school)["1"].profile.date_of_birth
    assert born is not None
    assert born.isoformat() == "2015-03-04"


def test_every_row_is_in_a_table_in_pages(admin: TestClient) -> None:
    """With filters in the address and names in none; the preview begins with the rows to look at."""
    rows = "".join(f"{number},Pupil{number},Long,pupil,4B,yes\n" for number in range(10, 80))
    upload(admin, PLAIN + rows + "3,,Nobody,pupil,4B,yes\n")
    preview = admin.get(WAITING)
    assert "1 row, of 73 in all" in read(preview)
    assert "Pupil77" not in read(preview)
    table = admin.get(f"{WAITING}/rows?show=new&page=2")
    assert "51 to 72 of 72 rows" in read(table)
    found = admin.post(f"{WAITING}/rows", data={"words": "pupil33"})
    assert "Pupil33 Long (33)" in read(found)
    assert "Pupil34" not in read(found)
    answer = admin.post(f"{WAITING}/rows", data={"show": "out"})
    assert answer.headers.get("Location") == f"{WAITING}/rows?show=out", read(answer)


def test_a_one_roster_bundle_needs_no_columns(admin: TestClient, school: School) -> None:
    """What its columns mean is known; only which of its numbers is the school's own can be chosen."""
    users = "sourcedId,status,enabledUser,givenName,familyName,role,identifier\nu1,,true,Zainab,Okafor,student,1207\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as bundle:
        bundle.writestr("users.csv", users)
    upload(admin, packed.getvalue())
    assert "Zainab Okafor (u1)" in read(admin.get(WAITING))
    decide(admin, number="identifier")
    press_import(admin)
    assert set(on_register(school)) == {"1207"}


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("date_of_birth lies in the future; correct it.", "“Date of birth” lies in the future; correct it."),
        ("kind has to be one of pupil, staff.", "“Pupil or staff” has to be one of pupil, staff."),
        ("consent_all has to be yes, no or blank.", "“Consent for everything” has to be yes, no or blank."),
        ("Column group is there twice (gatekeeper roster layout).", "Column “Class or club” is there twice."),
        ("A group needs a printable name.", "A group needs a printable name."),
    ],
)
def test_a_column_is_called_as_the_page_calls_it(sentence: str, shown: str) -> None:
    """The names that only files and commands have stay with those."""
    assert in_office_words(sentence) == shown


@pytest.mark.parametrize("question", QUESTIONS.values())
def test_questions_are_asked_in_the_offices_words(question: tuple[str, object]) -> None:
    """No question names a column."""
    assert "_" not in question[0]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"\n\n"])
def test_a_file_that_is_no_list(admin: TestClient, school: School, content: bytes) -> None:
    """Is answered with a sentence, and not kept."""
    answer = upload(admin, content)
    assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    assert sealed_files(school) == []


def test_the_newest_import_is_taken_back(admin: TestClient, school: School) -> None:
    """Whom it added is gone, and the list of imports says so."""
    upload(admin, PLAIN)
    press_import(admin)
    (undo,) = re.findall(r"/admin/imports/\d+/undo", admin.get("/admin/imports").text)
    assert admin.post(undo).status_code == 303
    assert on_register(school) == {}
    assert "undone 10 March 2026, 09:00" in read(admin.get("/admin/imports"))
    assert admin.post(undo).status_code == 409


def test_the_export_is_a_file_that_changes_nothing(admin: TestClient, school: School) -> None:
    """And it is handed out after a fresh proof only."""
    upload(admin, PLAIN)
    press_import(admin)
    answer = admin.post("/admin/imports/export")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="register-2026-03-10.csv"'
    assert "Zainab" in answer.text
    school.clock.advance(minutes=11)
    assert admin.post("/admin/imports/export").headers["Location"].startswith("/confirm")
    assert "Download the file" not in admin.get("/admin/imports").text


def test_one_does_not_see_the_file_of_another(admin: TestClient, new_person: NewPerson) -> None:
    """Each administrator has a file of their own."""
    upload(admin, PLAIN)
    other = new_person("second", Role.ADMIN)
    assert other.get(WAITING).headers["Location"] == "/admin/imports"
    assert other.post(WAITING, data={}).headers["Location"] == "/admin/imports"
    assert other.post(f"{WAITING}/import", data={"seen": "0"}).headers["Location"] == "/admin/imports"


def test_whoever_imports_is_told_what_comes_down(admin: TestClient, school: School, new_client: NewClient) -> None:
    """A file that lists a person of whom a picture is up: said before it on the page and to a program, and after it."""
    check = school.check(AMIRA_HUE)
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        profile = tx.people.get(school.people["Amira"]).profile
        tx.people.change(school.people["Amira"], replace(profile, external_id="A-1"))
        tx.publications.record(PublicationDraft(check.id, school.clock(), "https://school.example/1", None))
    listing = "external_id,first_name,last_name,kind,do_not_publish\nA-1,Amira,Khan,staff,yes\n"
    program = new_client("roster")
    dry = program.http.post(
        "/v1/roster/imports", headers=program.headers, files={"file": ("list.csv", listing.encode(), "text/csv")}
    ).json()
    assert (dry["impact"]["takedowns"], dry["impact"]["approvals"], dry["impact"]["searches"]) == (1, 1, 1)
    upload(admin, listing)
    before = read(admin.get(WAITING))
    assert "Impact of this import" in before
    assert "down" in before.partition("Impact of this import")[2]
    press_import(admin)
    with school.services.store.reading("user:admin", school.clock()) as tx:
        assert len(tx.takedowns.waiting()) == 1
        counts = tx.imports.all()[0].counts
    after = read(admin.get("/admin/imports"))
    assert all(f"{count} {name}" in after for name, count in counts.items() if count)
    assert counts["posts to take down"] == 1
