"""Approvals end with a stricter policy, another name, a clock that was set back, and the one use that they are for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.application.checks.policy_change import end_outdated
from consent_db import Keyring
from consent_db.approvals.records import CheckState
from consent_db.core.clock import Doubt
from consent_db.people.records import PersonDraft
from consent_db.publishing.receipt_uses import HOLD
from gatekeeper.policy.model import Naming
from gatekeeper.types import Kind, Role
from tests.support.databases import postgres, sqlite_url, url
from tests.support.http import ORIGIN, NewClient, NewPerson, Program
from tests.support.pages import read
from tests.support.receipts import report, slug, verify
from tests.support.school import AMIRA_HUE, Clock, School, founded

__all__ = ["postgres", "sqlite_url", "url"]

AT_ONCE = 50


def offer_of(check: dict[str, Any]) -> dict[str, Any]:
    words = {name: check[name] for name in ("receipt", "channel", "caption", "alt_text", "credit")}
    return words | {"sha256": check["release"]["sha256"]}


@pytest.fixture
def publisher(new_client: NewClient) -> Program:
    return new_client("check", "publish")


@pytest.fixture
def elsewhere(tmp_path: Path, url: str) -> Iterator[Program]:
    """A program of a school on each kind of database."""
    (tmp_path / "school").mkdir(mode=0o700)
    Keyring.create(tmp_path / "school/keys.json")
    with founded(tmp_path / "school", Clock(), database_url=url) as school:
        app = create_app(school.services.settings, school.services)
        with school.services.store.transaction("user:admin", school.clock()) as tx:
            tx.users.add("looked@school.example", None, Role.STAFF)
            made = tx.clients.add("P", ("check", "publish"), ("website",), school.clock() + timedelta(days=30))
        with TestClient(app, base_url=ORIGIN) as http:
            yield Program(http, made.id, made.key)


def test_of_fifty_verifications_at_once_one_succeeds(elsewhere: Program) -> None:
    """On SQLite and on PostgreSQL; the post can be reported, once."""
    check = elsewhere.check(AMIRA_HUE, single_use="true").json()
    offer = offer_of(check)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = Counter(pool.map(lambda _: verify(elsewhere, offer).status_code, range(AT_ONCE)))
    assert answers == {200: 1, 409: AT_ONCE - 1}
    assert [report(elsewhere, n, receipt=check["receipt"]).status_code for n in (1, 2)] == [201, 409]


def test_a_lost_answer_is_given_again_to_the_same_request(
    publisher: Program, new_client: NewClient, school: School
) -> None:
    """With the same key by the same program until the hold is over; with another key, or by another, never."""
    offer = offer_of(publisher.check(AMIRA_HUE, single_use="true").json())

    def asked(program: Program, key: str) -> int:
        headers = program.headers | {"Idempotency-Key": key}
        return program.http.post("/v1/receipts/verify", headers=headers, json=offer).status_code

    assert [asked(publisher, "first"), asked(publisher, "first"), asked(publisher, "second")] == [200, 200, 409]
    assert asked(new_client("publish"), "first") == 409
    school.clock.advance(seconds=HOLD.total_seconds())
    assert asked(publisher, "first") == 409
    assert report(publisher, 1, receipt=offer["receipt"]).status_code == 201


def test_a_later_moment_uses_it_up_too(publisher: Program, school: School) -> None:
    """Or fifty posts could be planned at once; the hold counts from the moment of the post."""
    offer = offer_of(publisher.check(AMIRA_HUE, single_use="true").json())
    planned = (school.clock() + timedelta(hours=5)).isoformat()
    key = publisher.headers | {"Idempotency-Key": "one"}
    body = offer | {"publish_at": planned}
    assert publisher.http.post("/v1/receipts/verify", headers=key, json=body).status_code == 200
    assert slug(verify(publisher, offer)) == "receipt-used"
    school.clock.advance(hours=5)
    assert publisher.http.post("/v1/receipts/verify", headers=key, json=offer).status_code == 200


def test_a_policy_that_now_wants_single_use_applies_to_earlier_receipts(publisher: Program, school: School) -> None:
    """What was approved for many posts is then for one."""
    offer = offer_of(publisher.check(AMIRA_HUE).json())
    assert [verify(publisher, offer).status_code for _ in range(2)] == [200, 200]
    object.__setattr__(school.screener, "policy", replace(school.services.policy, single_use_receipts=True))
    assert [verify(publisher, offer).status_code for _ in range(2)] == [200, 409]


def test_a_stricter_policy_ends_receipt_and_release_at_once_and_is_told(publisher: Program, school: School) -> None:
    """Before anything was swept already; the sweep writes it down, and ends nothing twice."""
    check = publisher.check(AMIRA_HUE, caption="Amira plants beans").json()
    assert end_outdated(school.screener) == ()
    object.__setattr__(school.screener, "policy", replace(school.services.policy, naming=Naming.NONE))
    assert verify(publisher, offer_of(check)).status_code == 410
    assert publisher.http.get(check["release"]["url"]).status_code == 410
    assert end_outdated(school.screener) == (check["id"],)
    assert end_outdated(school.screener) == ()
    with school.services.store.reading("user:admin", school.clock()) as tx:
        record = tx.checks.get(check["id"])
        assert (record.state, record.ended_why) == (CheckState.REVOKED, "words_not_permitted")


@pytest.mark.parametrize(("caption", "ends"), [("Amira plants beans", True), ("Planting beans", False)])
def test_another_name_ends_the_approvals_that_give_the_old_one(
    publisher: Program, school: School, caption: str, *, ends: bool
) -> None:
    """In the transaction that changes it, and foretold; a caption without the name stands."""
    check = publisher.check(AMIRA_HUE, caption=caption).json()
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        person = tx.people.get(school.people["Amira"])
        draft = replace(person.profile, known_as="Alex")
        assert list(tx.people.touches(person.id, draft).approvals) == ([check["id"]] if ends else [])
        assert tx.people.change(person.id, draft).revoked_checks == ((check["id"],) if ends else ())
    assert verify(publisher, offer_of(check)).status_code == (410 if ends else 200)


def test_another_name_of_an_author_ends_approvals_of_pictures_without_them(publisher: Program, school: School) -> None:
    """Adults may be named in the credit line of any picture."""
    check = publisher.check(AMIRA_HUE, caption="Beans", credit="Photo: Tom").json()
    assert check["decision"] == "approve"
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        draft = PersonDraft(Kind.STAFF, "Alex", "Jones", groups=frozenset({"choir"}))
        assert tx.people.change(school.people["Tom"], draft).revoked_checks == (check["id"],)


@pytest.mark.parametrize("told", [True, False])
def test_a_clock_that_is_set_back_revives_no_approval(publisher: Program, school: School, *, told: bool) -> None:
    """Expired is expired, whether programs were told or not; 503 says that the clock is in doubt."""
    check = publisher.check(AMIRA_HUE).json()
    for _ in range(25):
        school.clock.advance(hours=1)
        school.believe_the_clock()
    if told:
        school.services.deliveries.run(lambda: None)
    school.clock.advance(hours=-10)
    for answer in (publisher.http.get(check["release"]["url"]), verify(publisher, offer_of(check))):
        assert (answer.status_code, slug(answer)) == (503, "clock-in-doubt")
        assert answer.headers["Retry-After"]
    assert publisher.http.get("/readyz").json()["clock"] == "behind"
    if told:  # also if an administrator believes it: what was told to have ended has ended
        school.believe_the_clock()
        assert publisher.http.get(check["release"]["url"]).status_code == 410


def test_an_approval_from_the_future_gives_nothing_away(publisher: Program, school: School) -> None:
    """Also when the clock that was set back is believed again."""
    school.clock.advance(hours=12)
    check = publisher.check(AMIRA_HUE).json()
    school.clock.advance(hours=-10)
    school.believe_the_clock()
    assert publisher.http.get(check["release"]["url"]).status_code == 410
    again = publisher.check(AMIRA_HUE).json()
    assert publisher.http.get(again["release"]["url"]).status_code == 200


def test_an_administrator_confirms_the_clock_after_the_holidays(new_person: NewPerson, school: School) -> None:
    """All are told, an administrator confirms, the audit says who, and deleting goes on; checks went on meanwhile."""
    lead, admin = new_person("lead", Role.APPROVER), new_person("admin", Role.ADMIN)
    assert "Is the clock right?" not in read(admin.get("/admin"))
    school.clock.advance(days=42)
    assert school.check(AMIRA_HUE).approved
    for name, role in (("lead", Role.APPROVER), ("admin", Role.ADMIN)):
        browser = lead if role is Role.APPROVER else admin
        form = {"email": f"{name}@school.example", "password": "correct horse battery staple"}
        assert browser.post("/sign-in", data=form).status_code == 303
    assert "Gatekeeper last ran on 10 March 2026, 09:00" in read(lead.get("/admin"))
    assert lead.post("/admin/clock").status_code == 403
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        assert tx.retain(timedelta(days=1)).held is Doubt.AHEAD
    assert admin.post("/admin/clock").headers["Location"] == "/admin"
    assert "Is the clock right?" not in read(admin.get("/admin"))
    assert admin.post("/admin/clock").status_code == 409
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        assert tx.retain(timedelta(days=1)).held is None
        entry = tx.audit.last("clock.confirmed")
        assert entry is not None
        assert entry.actor.startswith("usr_")


def test_a_year_ahead_makes_no_approval_of_a_year(publisher: Program, school: School) -> None:
    """It ends after the longest time that the policy gives, and a note says so."""
    planned = (school.clock() + timedelta(days=365)).isoformat()
    check = publisher.check(AMIRA_HUE, publish_at=planned).json()
    assert check["expires_at"] == (school.clock() + timedelta(days=30)).isoformat().replace("+00:00", "Z")
    assert [finding["code"] for finding in check["findings"]] == ["approval_ends_first"]
    assert slug(verify(publisher, offer_of(check), publish_at=planned)) == "outside-window"
