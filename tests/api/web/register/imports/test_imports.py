"""The school's own list, from the file to the register and back, on the pages."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from api.application.register.pending_import import LIFE, forget_old
from consent_db.publishing.records import PublicationDraft
from gatekeeper.types import Role
from tests.support.http import NewClient, NewPerson
from tests.support.import_pages import PLAIN, WAITING, on_register, press_import, sealed_files, upload
from tests.support.pages import read
from tests.support.school import AMIRA_HUE, School


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
