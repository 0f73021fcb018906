"""Lists of staff: what a row becomes, and why another is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.application.user_list import COLUMNS, MOST, judged, read_list
from api.platform.csv_text import as_csv
from consent_db.errors import ImportRefused
from gatekeeper.types import Role
from tests.support.school import School

LIST = """Email address;First name;Surname;Role
anna.weir@school.example;Anna;Weir;Staff
head@school.example;Jo;Price;approver
ANNA.WEIR@school.example;Anna;Weir;Safeguarding lead
nobody;No;Body;Staff
;;Empty;Staff
ben@school.example;Ben;Low;Headmaster
cal@school.example;Cal;Low;
"""


def test_each_row_is_told_what_is_wrong_with_it(school: School) -> None:
    """A row that can be added has no refusal; each other has one of its own, with its line."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.users.add("head@school.example", None, Role.ADMIN)
        rows = judged(tx, read_list(LIST, None))
    assert [(row.line, row.role) for row in rows if not row.refusal] == [(2, Role.STAFF)]
    assert rows[0].name == "Anna Weir"
    told = {row.line: row.refusal for row in rows if row.refusal}
    assert "already" in told[3]
    assert "line 2" in told[4]
    assert "not an e-mail address" in told[5]
    assert "missing" in told[6]
    assert told[7].startswith("“Headmaster” is not a role. Write Staff, Approver")
    assert told[8].startswith("The role is missing")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("name,role\nAnna,Staff\n", "headed “email”"),
        ("email,name\na@b.example,Anna\n", "headed “role”"),
        ("email,e-mail,role\na@b.example,c@d.example,staff\n", "Two columns"),
        ("email,role\n" + "a@b.example,staff\n" * (MOST + 1), "more than 500"),
    ],
)
def test_a_list_that_cannot_be_used_says_what_to_do(text: str, why: str) -> None:
    """As a whole: no row of it is guessed at."""
    with pytest.raises(ImportRefused, match=why):
        read_list(text, None)


def test_one_role_may_be_given_for_all() -> None:
    """Only where no column gives one: an empty cell of such a column stays a refusal."""
    assert read_list("email,name\na@b.example,Anna", Role.STAFF)[0].role is Role.STAFF
    assert read_list("email,role\na@b.example,\nb@b.example,staff", Role.ADMIN)[0].refusal


NAMES = st.text(st.characters(categories=["L", "Zs", "P", "S"]), min_size=1, max_size=40)


@settings(max_examples=40, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=5))
def test_what_was_previewed_is_what_is_sent_back(names: list[str]) -> None:
    """Names with quotes, commas and signs of formulas come through the form between preview and adding unchanged."""
    rows = [(f"user{place}@school.example", name, "staff") for place, name in enumerate(names)]
    first = read_list(as_csv(COLUMNS, rows), None)
    again = read_list(as_csv(COLUMNS, [(row.email, row.name, row.role or "") for row in first]), None)
    assert again == first
    assert [row.name for row in first] == [" ".join(name.split()) for name in names]
