"""What is decided about a file that waits: columns, dates, questions, and who has left."""

from __future__ import annotations

import io
import re
import zipfile

from starlette.testclient import TestClient

from tests.support.import_pages import PLAIN, WAITING, decide, on_register, press_import, upload
from tests.support.pages import read
from tests.support.school import School

OWN = """Adno;Forename;Legal Surname;Reg;Photo permission
1;Zainab;Okafor;4B;I give consent
2;Ella;Brown;4B;
"""


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


def test_a_form_of_another_file_decides_nothing(admin: TestClient) -> None:
    """Neither a column of it is taken for one of the file that waits now, nor may the file be imported unseen."""
    upload(admin, PLAIN.replace("group", "Zzyzx"))
    page = admin.get(WAITING).text
    (key,) = re.findall(r'name="columns" value="(4-[0-9a-f]{12})"', page)
    (file,) = re.findall(r'name="file" value="([0-9a-f]{16})"', page)
    upload(admin, PLAIN.replace("group", "Barred"))
    stale = admin.post(WAITING, data={"file": file, "columns": [key], "meanings": ["group"]})
    assert (stale.status_code, "Nothing was saved" in read(stale)) == (409, True)
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
