"""The way back from switches, roles, channels, events and take-downs: once, with the checks of the opposite act."""

from __future__ import annotations

import re

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from api.application.undoing import _FAMILIES, WAYS
from consent_db.people.records import PersonDraft
from consent_db.publishing.records import ChannelDraft, PublicationDraft
from gatekeeper.consent.permission import Stance
from gatekeeper.types import Kind, Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import AMIRA_HUE, School


@pytest.fixture
def admin(new_person: NewPerson) -> TestClient:
    """An administrator who has just signed in."""
    return new_person("admin", Role.ADMIN)


@pytest.fixture
def head(new_person: NewPerson) -> TestClient:
    """A member of the leadership who has just signed in."""
    return new_person("head", Role.APPROVER)


def of_notice(client: TestClient, answer: Response) -> tuple[str, dict[str, str]]:
    """Return where the undo of a page's notice is sent, and what it sends."""
    assert answer.status_code == 303, read(answer)
    shown = client.get(answer.headers["Location"]).text
    found = re.search(r'(?s)class="saved middle".*?action="(/undo/\d+)".*?name="page" value="([^"]+)"', shown)
    assert found is not None, read(client.get(answer.headers["Location"]))
    return found[1], {"page": found[2]}


def test_an_account_that_was_ended_by_mistake(admin: TestClient, head: TestClient, school: School) -> None:
    """One click lets them in again; twice is refused, so is another role, and what was followed by more."""
    with school.services.store.transaction("user:office", school.clock()) as tx:
        user = tx.users.add("new@school.example", None, Role.STAFF).id
    page = f"/admin/users/{user}"
    action, sent = of_notice(admin, admin.post(f"{page}/disable"))
    assert head.post(action, data=sent).status_code == 403
    undone = admin.post(action, data=sent)
    assert undone.status_code == 303
    assert "Undone: what held before holds again." in read(admin.get(undone.headers["Location"]))
    again = admin.post(action, data=sent)
    assert (again.status_code, "changed again since" in read(again)) == (409, True)
    role, sent = of_notice(admin, admin.post(f"{page}/role", data={"role": "admin"}))
    assert admin.post(role, data=sent).status_code == 303
    with school.services.store.reading("user:office", school.clock()) as tx:
        found = tx.users.get(user)
        acts = [entry.action for entry in tx.audit.about(user)]
    assert (found.role, found.disabled_at) == (Role.STAFF, None)
    assert acts.count("act.undone") == 2
    school.clock.advance(minutes=11)
    last = re.findall(r"/undo/\d+", admin.get(page).text)
    assert last == []
    assert "Confirm that it is you" in admin.get(page).text
    assert admin.post(role, data=sent).status_code == 409


def test_the_opposite_act_keeps_its_own_checks(admin: TestClient, head: TestClient, school: School) -> None:
    """An administrator closes a channel, and only the leadership opens it again, having proved who they are."""
    closed = admin.post("/admin/channels/website/closing")
    assert "/undo/" not in admin.get(closed.headers["Location"]).text
    number = re.findall(r"done=(\d+)", closed.headers["Location"])[0]
    assert admin.post(f"/undo/{number}", data={}).status_code == 403
    school.clock.advance(minutes=11)
    late = head.post(f"/undo/{number}", data={})
    assert (late.status_code, "Confirm that it is you" in read(late)) == (403, True)
    school.clock.advance(minutes=-11)
    assert head.post(f"/undo/{number}", data={"page": "/admin/channels"}).status_code == 303
    with school.services.store.reading("user:office", school.clock()) as tx:
        channel = tx.channels.get("website")
    assert channel is not None
    assert channel.open
    assert channel.approved_by != "user:head"


def test_a_channel_that_was_never_approved_is_not_approved_by_an_undo(head: TestClient, school: School) -> None:
    """Closed by mistake or not, it waits for a leader who looks at it."""
    draft = ChannelDraft("fanpage", "Fan page", staff=("Ann", "Bob"))
    with school.services.store.transaction("user:office", school.clock()) as tx:
        tx.channels.add(draft)
        tx.channels.close(draft.name)
        entry = tx.audit.last("channel.closed")
    assert entry is not None
    answer = head.post(f"/undo/{entry.seq}", data={"page": "/admin/channels"})
    assert (answer.status_code, "was not approved when it was closed" in read(answer)) == (409, True)
    with school.services.store.reading("user:office", school.clock()) as tx:
        channel = tx.channels.get(draft.name)
    assert channel is not None
    assert channel.approved_at is None


def test_a_channel_that_was_changed_has_its_words_back_and_waits_for_approval(
    admin: TestClient, school: School
) -> None:
    """What was changed by mistake comes back as a change: approved anew before anything goes there."""
    fields = {"title": "Another", "platform": "web", "address": "x", "staff": "Ann\nBob"}
    with school.services.store.reading("user:office", school.clock()) as tx:
        before = tx.channels.get("website")
    action, sent = of_notice(admin, admin.post("/admin/channels/website", data=fields))
    assert admin.post(action, data=sent).status_code == 303
    with school.services.store.reading("user:office", school.clock()) as tx:
        after = tx.channels.get("website")
    assert before is not None
    assert after is not None
    assert (after.draft, after.open) == (before.draft, False)


def test_a_take_down_that_was_closed_by_mistake_runs_on(admin: TestClient, school: School) -> None:
    """From when it began, with the people that it shows; its proof is asked for again."""
    check = school.check(AMIRA_HUE)
    with school.services.store.transaction("user:office", school.clock()) as tx:
        tx.publications.record(PublicationDraft(check.id, school.clock(), "https://school.example/1"))
    school.say("Amira", Stance.REFUSED)
    with school.services.store.reading("user:office", school.clock()) as tx:
        (before,) = tx.takedowns.waiting()
    person = f"/admin/people/{school.people['Amira']}"
    assert "Has to come down by" in read(admin.get(person))
    action, sent = of_notice(admin, admin.post(f"/admin/takedowns/{before.id}/down", data={"proof": "gone"}))
    shown = admin.get(person)
    assert "Down since" in read(shown)
    assert "Taken down, " in read(shown)
    assert admin.get(f"/checks/{check.id}/picture?small=true").headers["content-type"] == "image/jpeg"
    assert f'src="/checks/{check.id}/picture?small=true"' in shown.text
    assert admin.post(action, data=sent).status_code == 303
    with school.services.store.reading("user:office", school.clock()) as tx:
        (after,) = tx.takedowns.waiting()
        assert tx.publications.showing(school.people["Amira"])
    assert (after.id, after.due_at, after.done_at) == (before.id, before.due_at, None)
    wrong = admin.post(f"/admin/takedowns/{before.id}/down", data={"proof": " " * 3})
    assert wrong.status_code == 422
    assert f'aria-describedby="{before.id}-wrong"' in wrong.text


def test_an_event_and_who_was_there(admin: TestClient, school: School) -> None:
    """A person who was taken off comes back; the event goes while nothing belongs to it, and stays after."""
    with school.services.store.transaction("user:office", school.clock()) as tx:
        tx.people.add(PersonDraft(Kind.PUPIL, "Zoe", "Reed", groups=frozenset({"4B"})))
    added = admin.post("/admin/events", data={"title": "Fair", "day": "2026-03-10", "people": "Zoe Reed"})
    event, (whole, sent) = added.headers["Location"].partition("?")[0], of_notice(admin, added)
    person = re.findall(r"people/(per_[0-9a-f]{32})/removal", admin.get(event).text)[0]
    removal = of_notice(admin, admin.post(f"{event}/people/{person}/removal"))
    assert admin.post(whole, data=sent).status_code == 409
    assert admin.post(removal[0], data=removal[1]).status_code == 303
    assert person in admin.get(event).text
    wish = of_notice(admin, admin.post(f"{event}/objections", data={"description": "a woman with a guide dog"}))
    assert admin.post(wish[0], data=wish[1]).status_code == 303
    assert "a woman with a guide dog" not in admin.get(event).text
    second = admin.post("/admin/events", data={"title": "Play", "day": "2026-03-10"})
    whole, sent = of_notice(admin, second)
    assert admin.post(whole, data=sent).headers["Location"] == "/admin/events?undone=true"
    assert "Play" not in read(admin.get("/admin/events"))


def test_names_in_captions(admin: TestClient) -> None:
    """A name that was let pass is asked about again, and the other way round."""
    let = of_notice(admin, admin.post("/admin/phrases", data={"phrase": "Rosa Parks", "kind": "not_a_pupil"}))
    phrase = re.findall(r"/admin/phrases/(phr_\w+)/removal", admin.get("/admin/policy").text)[0]
    gone = of_notice(admin, admin.post(f"/admin/phrases/{phrase}/removal"))
    assert admin.post(let[0], data=let[1]).status_code == 409
    assert admin.post(gone[0], data=gone[1]).headers["Location"] == "/admin/policy?undone=true#phrases"
    assert "Rosa Parks" in read(admin.get("/admin/policy"))


def test_every_way_back_follows_what_it_is_about() -> None:
    """An act without a family would not be seen as followed, and could be undone twice."""
    assert set(WAYS) <= set(_FAMILIES)


def test_what_has_no_way_back(admin: TestClient, school: School) -> None:
    """An entry of another kind, of long ago, or of no number."""
    with school.services.store.transaction("user:office", school.clock()) as tx:
        tx.people.add(PersonDraft(Kind.PUPIL, "Zoe", "Reed"))
        other = tx.audit.newest().seq
    assert admin.post(f"/undo/{other}", data={}).status_code == 409
    assert admin.post("/undo/999999", data={}).status_code == 404
