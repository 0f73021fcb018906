"""No address has the name of a person of the register: access logs, histories and proxies keep addresses."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from starlette.testclient import TestClient

from api.web.register.groups.events import group_id_of
from consent_db.people.records import PersonDraft
from gatekeeper.naming import fold
from gatekeeper.types import Kind, Role
from tests.support.http import ORIGIN, NewPerson
from tests.support.pages import ask, resolve
from tests.support.paths import ROOT
from tests.support.school import AMIRA_HUE, STRANGER_HUE, School

NAMES = ("Quillfeather", "Odubanjo", "Wilhelmina", "Minnie", "Amira", "Khan", "Jones", "Moss")
"""Words of names on the register, none of which is part of a word of the pages."""
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
TYPED = re.compile(r'<(?:textarea|input(?![^>]*type="(?:hidden|checkbox|radio|submit|number|date)"))\b')
LINK = re.compile(r'(?:href|src|action|formaction|data-[\w-]+)="([^"]+)"')


def named(address: str) -> list[str]:
    """Return the names that an address has, however they are encoded or spelt."""
    plain = fold(unquote(unescape(address)))
    return [name for name in NAMES if fold(name) in plain]


def test_no_form_that_becomes_an_address_takes_words() -> None:
    """Whatever is typed into a page is sent in the body of a request."""
    texts = {one.name: one.read_text("utf-8") for one in (ROOT / "api" / "web").rglob("*.html")}
    assert len(texts) > 40
    forms = [(name, *found) for name, text in texts.items() for found in FORM.findall(text)]
    assert len(forms) > 40
    typed = [name for name, start, inside in forms if 'method="post"' not in start and TYPED.search(inside)]
    assert typed == []


def addresses(browser: TestClient, starts: list[str], most: int = 250) -> Iterator[tuple[str, str]]:
    """Walk from page to page as a browser can; yield each address met, and where it was."""
    waiting, seen = deque(starts), set(starts)
    while waiting and most:
        at, most = waiting.popleft(), most - 1
        answer = browser.get(at)
        found = [answer.headers[name] for name in ("Location", "Content-Disposition", "Link") if name in answer.headers]
        if "text/html" in answer.headers.get("Content-Type", ""):
            found += LINK.findall(answer.text)
        for one in found:
            yield at, one
            address = urlsplit(urljoin(ORIGIN + at, unescape(one)))
            on = address.path + (f"?{address.query}" if address.query else "")
            ours = f"{address.scheme}://{address.netloc}" == ORIGIN and not on.startswith(("/static", "/sign-out"))
            if ours and on not in seen:
                seen.add(on)
                waiting.append(on)


@pytest.fixture
def described(school: School, office: TestClient) -> list[str]:
    """A school of people with names of their own, and pictures, posts and events about them; where to begin."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        for number, first in enumerate(("Wilhelmina", "Minnie")):
            draft = PersonDraft(
                Kind.PUPIL, first, "Quillfeather-Odubanjo", None, f"P-{number}", groups=frozenset({"Oak"})
            )
            tx.consent.list_person(tx.people.add(draft), "a reason")
    approved = ask(office, school, AMIRA_HUE, caption="Amira plants beans.")
    blocked = ask(office, school, AMIRA_HUE, STRANGER_HUE, caption="Amira Khan with Wilhelmina Quillfeather")
    named_by_hand = ask(office, school, STRANGER_HUE)
    resolve(office, named_by_hand, action="identify", face="1", person=school.people["Zoe"])
    return ["/", "/checks", approved, blocked, f"{blocked}/faces/2", named_by_hand]


@pytest.mark.parametrize("role", [Role.STAFF, Role.ADMIN, Role.SAFEGUARDING_LEAD, Role.APPROVER])
def test_a_walk_through_all_pages_meets_no_name_in_an_address(
    new_person: NewPerson, described: list[str], role: Role
) -> None:
    """Links, pictures, forms, redirects and file names: none has a name of the register."""
    browser = new_person(f"walker.{role.value}", role)
    starts = [*described, "/admin", "/admin/people", "/admin/events", "/admin/do-not-publish", "/admin/imports"]
    met = list(addresses(browser, [*starts, "/admin/audit", "/admin/takedowns", "/admin/lifecycle"]))
    assert len({at for at, _ in met}) > 5
    assert [(at, one) for at, one in met if named(one)] == []


def test_searches_and_what_they_lead_to_have_no_name_in_an_address(
    new_person: NewPerson, described: list[str], school: School
) -> None:
    """Names are sent in bodies, and neither the answer's links nor its redirects repeat them."""
    lead = new_person("searcher", Role.SAFEGUARDING_LEAD)
    face = described[4]
    sent = [
        ("/admin/people", {"words": "Wilhelmina", "group": "", "show": ""}),
        ("/admin/people", {"words": "", "group": group_id_of("Oak"), "sort": "class", "order": "down"}),
        (face, {"group": "", "search": "Wilhelmina Quillfeather"}),
        ("/admin/audit", {"words": "Wilhelmina"}),
        ("/admin/people/new", {"kind": "pupil", "first_name": "Minnie", "last_name": "Quillfeather", "group": "Oak"}),
        (f"/admin/people/{school.people['Tom']}/photos", {}),
    ]
    for address, fields in sent:
        answer = lead.post(address, data=fields)
        found = [*LINK.findall(answer.text), answer.headers.get("Location", "")]
        assert [one for one in found if named(one)] == []
        assert named(str(answer.request.url)) == []
