"""Names that are not on the register: asked about once, let pass by staff, taken back on the policy page."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from gatekeeper.policy.model import Approver, Policy
from gatekeeper.types import Role
from tests.support.http import NewPerson
from tests.support.pages import ask, read, resolve
from tests.support.school import AMIRA_HUE, School


@pytest.fixture
def nameless(school: School) -> School:
    """A school whose captions name nobody."""
    policy = replace(Policy.load("federation"), approver=Approver.NOBODY, attestations={}, adults_need_leadership=False)
    object.__setattr__(school.services, "policy", policy)
    object.__setattr__(school.services.screener, "policy", policy)
    return school


def test_a_name_is_asked_about_once(office: TestClient, nameless: School) -> None:
    """Where captions name nobody it blocks, until staff say that it is no pupil; then it is remembered."""
    address = ask(office, nameless, AMIRA_HUE, caption="A talk about Mahalia Jackson")
    page = office.get(address)
    assert "A name that is not on the register" in read(page)
    assert "Blocked" in read(page)
    answer = resolve(office, address, action="not_our_pupil", phrase="Mahalia Jackson")
    assert "Approved" in read(answer)
    again = office.get(ask(office, nameless, AMIRA_HUE, caption="MAHALIA JACKSON sang"))
    assert "Approved" in read(again)


def test_only_a_name_of_the_words_is_let_pass_by_a_check(office: TestClient, nameless: School) -> None:
    """Whoever resolves a check cannot let another name pass, nor one of the register."""
    address = ask(office, nameless, AMIRA_HUE, caption="A talk about Mahalia Jackson and Amira Khan")
    for phrase in ("Nina Simone", "Amira Khan", ""):
        refused = office.post(f"{address}/resolutions", data={"action": "not_our_pupil", "phrase": phrase})
        assert refused.status_code == 409


def test_the_list_is_kept_under_policy(new_person: NewPerson) -> None:
    """Administrators add and remove; a name of the register, or a part of one, is refused."""
    admin = new_person("admin", Role.ADMIN)
    assert admin.post("/admin/phrases", data={"phrase": "Rosa Parks"}).status_code == 303
    added = admin.get("/admin/policy")
    assert "Rosa Parks" in read(added)
    assert "No pupil of the school, says" in read(added)
    for phrase, kind in (("Amira Khan", "not_a_pupil"), ("Khan", "not_a_pupil"), ("Amira", "not_a_pupil")):
        refused = admin.post("/admin/phrases", data={"phrase": phrase, "kind": kind})
        assert (refused.status_code, "a name of the register" in read(refused)) == (422, True)
    (address,) = re.findall(r'action="(/admin/phrases/phr_\w+/removal)"', added.text)
    assert admin.post(address).status_code == 303
    assert "Rosa Parks" not in read(admin.get("/admin/policy"))
    assert admin.post(address).status_code == 409
