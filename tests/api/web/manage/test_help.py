"""Help in place, and the page for those who are in the pictures."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from gatekeeper.decision.findings import CATALOGUE
from gatekeeper.policy.model import Policy
from tests.support.pages import ask, read
from tests.support.school import AMIRA_HUE, STRANGER_HUE, School


def test_every_finding_has_its_page(office: TestClient) -> None:
    """Each code is explained, and each explanation can be opened from the index."""
    index = office.get("/help").text
    for code, meaning in CATALOGUE.items():
        address = f"/help/findings/{code.value}"
        assert f'href="{address}"' in index
        assert meaning.title in read(office.get(address))
    assert office.get("/help/findings/nothing").status_code == 404


def test_a_finding_leads_to_what_it_means(office: TestClient, school: School) -> None:
    """Beside the face that it is about, and beside what is about no face."""
    page = office.get(ask(office, school, AMIRA_HUE, STRANGER_HUE, caption="Call 020 7946 0123")).text
    assert 'href="/help/findings/unknown_face"' in page
    assert 'href="/help/findings/caption_personal_data"' in page


def test_pupils_and_parents_read_without_signing_in(http: TestClient, school: School) -> None:
    """The page is open, links nowhere that is closed, and gives the numbers of this school's policy."""
    page = http.get("/privacy")
    assert page.status_code == 200
    assert set(re.findall(r'href="(/[a-z-]*)"', page.text)) == {"/", "/privacy"}
    words = read(page)
    policy = school.services.policy
    assert f"for at most {policy.template_days} days" in words
    assert f"gives itself {policy.takedown_hours} hours" in words
    assert f"From the age of {policy.own_consent_age}" in words


@pytest.mark.parametrize("profile", ["secondary", "infant"])
def test_the_page_says_what_this_school_does(http: TestClient, school: School, profile: str) -> None:
    """Names and face recognition are promised only as the policy has them."""
    policy = Policy.load(profile)
    object.__setattr__(school.services, "policy", policy)
    words = read(http.get("/privacy"))
    assert ("No name stands beside a photo." in words) is (policy.naming == "none")
    assert ("without face recognition" in words) is not policy.biometrics


@pytest.mark.parametrize(("profile", "asked"), [("secondary", True), ("primary", False)])
def test_a_pupils_own_yes_is_promised_only_where_there_is_such_an_age(
    http: TestClient, school: School, profile: str, *, asked: bool
) -> None:
    """Where no pupil is old enough nothing is said of it; from 18 everybody decides alone."""
    object.__setattr__(school.services, "policy", Policy.load(profile))
    words = read(http.get("/privacy"))
    assert ("own yes is needed as well" in words) is asked
    assert "From the age of 18 only you decide." in words
