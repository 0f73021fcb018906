from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent_db import Store
from consent_db.errors import ImportRefused
from consent_db.roster.oneroster import bundle, read_bundle
from consent_db.roster.plan import Choices
from consent_db.roster.rows import Roster
from gatekeeper.types import Kind
from tests.support.register import TODAY
from tests.support.rosters import Files, load, person, zipped

V1 = {
    "manifest.csv": "propertyName,value\noneroster.version,1.1\nfile.users,bulk\nfile.enrollments,bulk\n",
    "users.csv": (
        "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,givenName,familyName,identifier,"
        "email,phone,grades,password\n"
        "u1,,,true,o1,student,amira,Amira,Quill,0012,a@example.org,01632 960001,03,hunter2\n"
        "u2,,,true,o1,teacher,sam,Sam,Smith,0900,s@example.org,,,\n"
        "u3,,,true,o1,guardian,pat,Pat,Quill,,p@example.org,,,\n"
        "u4,tobedeleted,,true,o1,student,lee,Lee,Gone,0013,,,04,\n"
        "u5,,,true,o1,wizard,gan,Gan,Dalf,0014,,,,\n"
        "u6,,,true,o1,student,,,Nameless,0015,,,,\n"
    ),
    "orgs.csv": "sourcedId,status,name,type\no1,,Hill School,school\no9,,The Trust,district\n",
    "academicSessions.csv": (
        "sourcedId,status,title,type,startDate,endDate\nt1,,Autumn,term,2026-09-01,2026-12-18\n"
        "t0,,Summer,term,2026-04-01,2026-07-20\n"
    ),
    "classes.csv": (
        "sourcedId,status,title,classType,schoolSourcedId,termSourcedIds\n"
        'c1,,Oak,homeroom,o1,"t0,t1"\nc2,,Old choir,scheduled,o1,t0\nc3,,Chess,scheduled,o1,\n'
        "c4,tobedeleted,Gone,scheduled,o1,t1\n"
    ),
    "enrollments.csv": (
        "sourcedId,status,classSourcedId,userSourcedId,role,beginDate,endDate\n"
        "e1,,c1,u1,student,,\ne2,,c2,u1,student,,\ne3,,c3,u1,student,,2026-10-01\ne4,,c1,u2,teacher,,\n"
        "e5,,c4,u1,student,,\n"
    ),
    "demographics.csv": "sourcedId,status,birthDate,sex\nu1,,2017-02-03,female\n",
}
V2 = {
    "manifest.csv": "propertyName,value\noneroster.version,1.2\nfile.users,bulk\n",
    "users.csv": (
        "sourcedId,status,enabledUser,username,givenName,familyName,identifier,preferredGivenName,primaryOrgSourcedId\n"
        "u1,,true,amira,Amira,Quill,0012,Mimi,o1\nu2,,true,sam,Sam,Smith,0900,,o1\nu3,,true,pat,Pat,Quill,,,o1\n"
        "u4,,true,old,Ola,Old,0013,,o1\n"
    ),
    "roles.csv": (
        "sourcedId,status,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId\n"
        "r1,,u1,primary,student,,,o1\nr2,,u2,secondary,parent,,,o1\nr3,,u2,primary,teacher,,,o1\n"
        "r4,,u3,primary,guardian,,,o1\nr5,,u4,primary,student,,2026-07-20,o1\n"
    ),
    "userProfiles.csv": "sourcedId,status,userSourcedId,profileType,username,password\np1,,u1,app,amira,hunter2\n",
}


def files(of: Mapping[str, str], **changes: str) -> dict[str, bytes]:
    return {name: text.encode() for name, text in {**of, **{f"{k}.csv": v for k, v in changes.items()}}.items()}


def read(of: Mapping[str, str], number: str = "sourcedId", **changes: str) -> Roster:
    found = bundle(files(of, **changes))
    assert found is not None
    return read_bundle(found, TODAY, number)


@pytest.mark.parametrize("packed", ["folder", "zip", "zip in a folder"])
def test_a_bundle_of_1_1_is_imported(store: Store, packed: str) -> None:
    """Pupils and staff with their classes of this term, grades and birthdays; the same again changes nothing."""
    plain = files(V1)
    data: dict[str, Files] = {
        "folder": plain,
        "zip": zipped(plain),
        "zip in a folder": zipped({f"x/{n}": c for n, c in plain.items()}),
    }
    planned, _ = load(store, data[packed])
    assert [row.draft.external_id for row in planned.additions] == ["u1", "u2"]
    amira = person(store, "u1").profile
    assert (amira.kind, amira.first_name, amira.last_name) == (Kind.PUPIL, "Amira", "Quill")
    assert amira.groups == {"Oak", "Grade 03"}
    assert amira.date_of_birth == date(2017, 2, 3)
    assert person(store, "u2").profile.kind is Kind.STAFF
    assert person(store, "u2").profile.groups == {"Oak"}
    assert [(bad.line, bad.reason.split(";")[0]) for bad in planned.bad] == [
        (6, "role is not one that OneRoster knows"),
        (7, "A person needs a first name"),
    ]
    assert planned.notes == (
        "1 parents and guardians were left out.",
        "Left out, because the file says that they are to be deleted or are inactive: u4 (line 5).",
    )
    assert len(load(store, data[packed], 1)[0].unchanged) == 2


def test_a_bundle_of_1_2_is_imported(lite: Store) -> None:
    """Roles are in a file of their own, the primary one counts, and there are preferred names."""
    planned, _ = load(lite, files(V2))
    assert [row.draft.kind for row in planned.additions] == [Kind.PUPIL, Kind.STAFF]
    assert person(lite, "u1").profile.known_as == "Mimi"


def test_telephone_numbers_passwords_and_addresses_are_not_taken_over() -> None:
    """The register holds what it needs and nothing else."""
    for bundle_of in (V1, V2):
        text = str([(row.draft.__reduce__(), row.wishes) for row in read(bundle_of).rows])
        assert not any(word in text for word in ("hunter2", "example.org", "01632"))


def test_the_schools_own_number_can_be_used_instead() -> None:
    """Photographs are often named by it; somebody without one is listed."""
    roster = read(V1, "identifier")
    assert [row.draft.external_id for row in roster.rows] == ["0012", "0900"]
    with pytest.raises(ImportRefused, match="identifier"):
        read(V1, "username")


def test_who_is_to_be_deleted_is_a_leaver_to_confirm(lite: Store) -> None:
    """By the status of 1.1 and by the end of the last role of 1.2; nothing happens by itself."""
    load(lite, files(V1, users=V1["users.csv"].replace("tobedeleted", "")))
    planned, _ = load(lite, files(V1), 1)
    assert [(one.draft.external_id, one.said_gone, one.leaves_on) for one in planned.missing] == [("u4", True, None)]
    load(lite, files(V1), 1, Choices(leavers=frozenset({"u4"})))
    assert person(lite, "u4").profile.leaving_date == TODAY
    assert read(V2).gone == {"u4"}


def test_a_file_of_changes_makes_nobody_a_leaver_and_takes_nobody_out_of_a_class(lite: Store) -> None:
    """The manifest says whether everybody is in it, or only what changed."""
    load(lite, files(V1))
    users = "\n".join(V1["users.csv"].splitlines()[:2]) + "\n"
    some = files(V1, manifest="propertyName,value\nfile.users,delta\nfile.enrollments,delta\n", users=users)
    some["enrollments.csv"] = V1["enrollments.csv"].splitlines()[0].encode()
    planned, _ = load(lite, some, 1)
    assert (planned.missing, len(planned.unchanged)) == ((), 1)
    assert "classes stay" in planned.notes[0]


def test_two_schools_with_a_class_of_the_same_name_are_told_apart() -> None:
    """A trust's bundle names the school with the class."""
    orgs = V1["orgs.csv"] + "o2,,Dale School,school\n"
    assert read(V1, orgs=orgs).rows[0].draft.groups == {"Oak (Hill School)", "Grade 03"}


def test_columns_that_a_version_lacks_change_nothing() -> None:
    """No preferred names in 1.1, no birthdays without demographics, no classes without enrollments."""
    assert read(V2).rows[0].columns == {"external_id", "first_name", "last_name", "kind", "known_as"}
    assert "known_as" not in read(V1).rows[0].columns
    assert "date_of_birth" not in read(V1).rows[1].columns


def test_a_birthday_that_cannot_be_is_a_bad_row() -> None:
    """It is listed by the line of the user; the others are read."""
    for born in ("2099-01-01", "31/31/2017"):
        roster = read(V1, demographics=f"sourcedId,birthDate\nu1,{born}\n")
        assert [bad.line for bad in roster.bad] == [2, 6, 7]


def test_two_users_of_one_number_are_both_refused() -> None:
    """Nobody can tell which of them is right."""
    roster = read(V1, "identifier", users=V1["users.csv"].replace("0900", "0012"))
    assert [bad.line for bad in roster.bad][:2] == [2, 3]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"classes.csv": b"sourcedId\n"}, "needs users.csv"),
        ({"users.csv": b"id,name\n1,x\n"}, "users.csv has no column sourcedId"),
        ({"users.csv": b"sourcedId\n\xff\n"}, "users.csv is not CSV in UTF-8"),
        ({"users.csv": b'sourcedId\n"x"y\n'}, "users.csv is not CSV"),
        (zipped(files(V1)).replace(b"PK\x01\x02", b"PK\x01\x03"), "damaged|cannot be opened"),
        (zipped({"users.csv": bytes(61_000_000)}), "too large"),
    ],
)
def test_a_bundle_that_cannot_be_used_is_refused_with_what_to_do(
    lite: Store, data: bytes | dict[str, bytes], reason: str
) -> None:
    """Whole, before anything is changed."""
    with pytest.raises(ImportRefused, match=reason):
        load(lite, data)


def test_a_bundle_of_a_whole_county_is_refused() -> None:
    """So many people are imported a school at a time; families do not count."""
    many = "".join(f"x{n},,,true,o1,student,,A{n},B,,,,,\n" for n in range(5_001))
    with pytest.raises(ImportRefused, match="5000 people"):
        read(V1, users=V1["users.csv"] + many)
    families = "".join(f"x{n},,,true,o1,guardian,,A{n},B,,,,,\n" for n in range(5_001))
    assert len(read(V1, users=V1["users.csv"] + families).rows) == 2


cells = st.sampled_from(
    ["u1", "u2", "c1", "o1", "student", "teacher", "tobedeleted", "2017-02-03", "", "=1", "x" * 200]
)
NAMES = sorted(set(V1) | set(V2))


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(st.sampled_from(NAMES), st.lists(st.lists(cells, max_size=14), max_size=4), max_size=4), st.data()
)
def test_any_bundle_is_read_or_refused(extra: dict[str, list[list[str]]], data: st.DataObject) -> None:
    """Lines of any length and content in any of the files give rows, bad rows or a sentence."""
    source = data.draw(st.sampled_from([V1, V2]))
    changed = {n: source.get(n, "sourcedId\n") + "".join(",".join(c) + "\n" for c in more) for n, more in extra.items()}
    found = bundle({name: text.encode() for name, text in {**source, **changed}.items()})
    assert found is not None
    with suppress(ImportRefused):
        read_bundle(found, TODAY)
