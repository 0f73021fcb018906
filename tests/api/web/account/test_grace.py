"""Approvers' accounts of before have a while for the second factor; new ones have none."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update
from starlette.testclient import TestClient

from api.app import create_app
from consent_db.schema import UserRow
from gatekeeper.types import Role
from tests.support.http import ORIGIN, PASSWORD
from tests.support.school import School

EMAIL = "head@school.example"


def sign_in(school: School) -> TestClient:
    settings = school.services.settings.model_copy(update={"second_factor": frozenset({Role.APPROVER})})
    browser = TestClient(
        create_app(settings, replace(school.services, settings=settings)),
        base_url=ORIGIN,
        headers={"Origin": ORIGIN},
        follow_redirects=False,
    )
    browser.__enter__()
    browser.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    return browser


def approver(school: School, *, of_before: bool) -> str:
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        user = tx.users.add(EMAIL, PASSWORD, Role.APPROVER).id
        if of_before:
            tx._context.connection.execute(update(UserRow).values(factor_due_at=None))
    return user


def test_an_account_of_before_is_asked_at_each_sign_in_and_made_to_after_two_weeks(school: School) -> None:
    """Until then the page says which day, and lets them go on; a role that is changed ends the time at once."""
    approver(school, of_before=True)
    browser = sign_in(school)
    asked = browser.get("/account/second-factor/soon?next=/approvals")
    assert "Set up a second factor by 24 March 2026" in asked.text
    assert 'href="/approvals"' in asked.text
    assert browser.get("/approvals").status_code == 200
    school.clock.advance(days=13)
    assert sign_in(school).get("/approvals").status_code == 200
    school.clock.advance(days=2)
    late = sign_in(school)
    assert late.get("/approvals").headers["Location"] == "/account/second-factor"


def test_a_new_approver_sets_it_up_first(school: School) -> None:
    """So does one whose role was changed to it."""
    user = approver(school, of_before=False)
    assert sign_in(school).get("/approvals").headers["Location"] == "/account/second-factor"
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx._context.connection.execute(update(UserRow).values(factor_due_at=None))
        tx.users.set_role(user, Role.APPROVER)
    assert sign_in(school).get("/approvals").headers["Location"] == "/account/second-factor"
