"""The start page: what waits for this role first, and the search for a person."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from api.application.checks.resolve.resolution import Action, Resolution
from api.application.register.pending_import import Decided, WaitingFile
from consent_db.publishing.records import ChannelDraft, PublicationDraft
from gatekeeper.consent.permission import Stance
from gatekeeper.types import Role
from tests.support.http import NewPerson
from tests.support.pages import ask, read
from tests.support.school import AMIRA_HUE, OFFICE, STRANGER_HUE, TOM_HUE, School


def cards(browser: TestClient) -> dict[str, str]:
    """Return what waits, by the address that it leads to, in the order of the page."""
    found = re.findall(r'<p class="count">(.*?)</p>', browser.get("/").text, re.DOTALL)
    links = [re.search(r'href="([^"]+)"', one) for one in found]
    texts = [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]
    return {link[1]: text for link, text in zip(links, texts, strict=True) if link}


def busy(school: School) -> None:
    """Let something wait for each role: a second opinion, a post to take down, a channel, a listing."""
    blocked = school.check(AMIRA_HUE, STRANGER_HUE)
    number = next(face.number for face in blocked.faces if face.person is None)
    school.screener.resolve(blocked.id, Resolution(Action.NOT_A_FACE, number), OFFICE, Role.STAFF)
    approved = school.check(TOM_HUE)
    with school.services.store.transaction(OFFICE, school.clock()) as tx:
        tx.publications.record(PublicationDraft(approved.id, school.clock(), post_id="1"))
        tx.channels.add(ChannelDraft("press", "Press", purposes=frozenset({"publicity"}), staff=("a", "b")))
    school.say("Tom", Stance.WITHDRAWN)
    with school.services.store.transaction("user:lead", school.clock()) as tx:
        tx.consent.list_person(school.people["Zoe"], "A court order.", school.clock().date())


def test_each_role_sees_what_waits_for_it_first(school: School, new_person: NewPerson) -> None:
    """And only what it may open; the person search is for those who keep the register."""
    busy(school)
    head, lead, admin = (new_person(role.value, role) for role in (Role.APPROVER, Role.SAFEGUARDING_LEAD, Role.ADMIN))
    assert list(cards(head).items())[:2] == [
        ("/approvals", "1 picture waits for a second person"),
        ("/admin/channels", "1 channel asks for your approval"),
    ]
    assert {"/report", "/approvals/standing"} < cards(head).keys()
    found = cards(lead)
    assert next(iter(found.items())) == ("/admin/takedowns", "1 post has to come down")
    assert found["/admin/do-not-publish"] == "1 new entry on the do-not-publish list"
    school.clock.advance(days=8)
    school.believe_the_clock()
    later = new_person("deputy", Role.SAFEGUARDING_LEAD)
    assert cards(later)["/admin/do-not-publish"] == "1 review is due"
    assert "1 overdue." in read(later.get("/"))
    school.clock.advance(days=-8)
    with school.services.store.reading("tests", school.clock()) as tx:
        user = next(one.id for one in tx.users.all() if one.role is Role.ADMIN)
    WaitingFile(school.services.waiting, school.services.store, user).keep(Decided(), b"a list")
    assert "/admin/imports/waiting" in cards(admin)
    assert cards(admin)["/admin/audit?kind=consent&amp;when=month"] == "1 person refused or withdrew"
    assert cards(admin)["/admin/due"] == "Coming up"
    admin.get("/admin/due")
    assert cards(admin).get("/admin/due", "thing falls due").endswith("due")
    searching = {name: 'role="search"' in person.get("/").text for name, person in (("head", head), ("admin", admin))}
    assert searching == {"head": False, "admin": True}


def test_the_card_of_look_alikes_leads_to_just_those_pictures(school: School, new_person: NewPerson) -> None:
    """Everyone's that are blocked for it, and none that is blocked for something else."""
    lead = new_person("lead", Role.SAFEGUARDING_LEAD)
    with school.services.store.transaction("user:lead", school.clock()) as tx:
        tx.siblings.confirm(school.people["Amira"], school.people["Zoe"])
    alike, stranger = school.check(AMIRA_HUE), school.check(STRANGER_HUE)
    link, words = next((link, words) for link, words in cards(lead).items() if "two people" in words)
    assert words == "1 picture has a face that could be two people"
    found = lead.get(link.replace("&amp;", "&")).text
    assert (f"/checks/{alike.id}" in found, f"/checks/{stranger.id}" in found) == (True, False)
    assert f"/checks/{stranger.id}" in lead.get("/checks?whose=everyone").text


def test_staff_see_their_own_pictures(office: TestClient, school: School) -> None:
    """Those that stand as blocked, and approvals that end within two days; nothing of a colleague's, and no links."""
    assert cards(office) == {}
    ask(office, school, STRANGER_HUE)
    ask(office, school, AMIRA_HUE)
    busy(school)
    assert cards(office) == {
        "/checks?show=blocked": "1 of your pictures is blocked",
        "/checks?show=approved": "1 of your approvals ends soon",
    }
    assert "Nothing waits" not in office.get("/").text
