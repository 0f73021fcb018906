"""Every form of every page: what cannot be used is told beside its field, and what was typed is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from consent_db.people.records import PersonDraft
from consent_db.publishing.records import PublicationDraft
from gatekeeper.consent.permission import Stance
from gatekeeper.types import Kind, Role
from tests.support.http import NewPerson
from tests.support.school import AMIRA_HUE, STRANGER_HUE, School

KEPT = "Kept as typed"
BAD = {"date": "not a day", "datetime-local": "not a time", "number": "not a number", "select": "not-of-the-list"}


@dataclass
class Field:
    """A field of a form that can be typed into or chosen from."""

    name: str
    kind: str
    longest: int | None = None


@dataclass
class Form:
    """A form of a page: where it is sent, what it sends, and its fields."""

    action: str
    files: bool
    hidden: dict[str, list[str]] = field(default_factory=dict)
    fields: list[Field] = field(default_factory=list)
    uploads: list[str] = field(default_factory=list)


class Forms(HTMLParser):
    """Collects the forms and the links of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: set[str] = set()
        self._form: Form | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "a" and said.get("href", "").startswith("/"):
            self.links.add(said["href"].partition("#")[0])
        if tag == "form" and said.get("method") == "post":
            self._form = Form(said["action"].partition("#")[0], "multipart" in said.get("enctype", ""))
            self.forms.append(self._form)
        elif self._form is not None and said.get("name"):
            self._take(self._form, said["name"], said.get("type", "text") if tag == "input" else tag, said)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None

    def _take(self, form: Form, name: str, kind: str, said: dict[str, str]) -> None:
        if kind == "hidden":
            form.hidden.setdefault(name, []).append(said.get("value", ""))
        elif kind == "file":
            form.uploads.append(name)
        elif kind in {"checkbox", "radio", "password", "button"} or said.get("autocomplete") == "one-time-code":
            return  # is not filled in again
        else:
            longest = int(said["maxlength"]) if said.get("maxlength") else None
            form.fields.append(Field(name, kind, longest))


def crawled(browser: TestClient, *starts: str) -> Iterator[tuple[str, Form]]:
    """Yield the page and the form of every kind that can be reached by links, one of each kind of address."""
    waiting, seen, told = list(starts), set[str](), set[tuple[str, str]]()
    while waiting:
        page = waiting.pop(0)
        answer = browser.get(page)
        if "html" not in answer.headers.get("content-type", ""):
            continue
        assert "&lt;Macro" not in answer.text, page
        found = Forms(answer.text)
        for form in found.forms:
            if (key := (shape(page), shape(form.action))) not in told:
                told.add(key)
                yield page, form
        for link in sorted(found.links):
            if shape(link) not in seen:
                seen.add(shape(link))
                waiting.append(link)


def shape(address: str) -> str:
    """Return an address without what is different from one thing to the next."""
    path = address.partition("?")[0]
    return "/".join("*" if any(letter.isdigit() for letter in part) else part for part in path.split("/"))


def spoiled(form: Form) -> tuple[dict[str, list[str]], dict[str, str], list[str]]:
    """Return what to send so that no field can be used that has a rule, what is wrong, and the rest."""
    wrong = {one.name: BAD[one.kind] for one in form.fields if one.kind in BAD}
    if not wrong:
        ruled = [
            one for one in form.fields if one.longest and one.longest < 20_000
        ]  # that is more than a form may send
        wrong = {one.name: "z" * (one.longest + 1) for one in ruled[:1] if one.longest}
    kept = [one.name for one in form.fields if one.name not in wrong]
    sent = {**form.hidden, **{name: [value] for name, value in wrong.items()}, **{name: [KEPT] for name in kept}}
    return sent, wrong, kept


@pytest.fixture
def pages(new_person: NewPerson, school: School) -> list[tuple[TestClient, tuple[str, ...]]]:
    """A school with one of everything, and who goes where."""
    blocked = school.check(STRANGER_HUE)
    shown = school.check(AMIRA_HUE, caption="Amira at the fair")
    with school.services.store.transaction("user:office", school.clock()) as tx:
        tx.publications.record(PublicationDraft(shown.id, school.clock(), "https://school.example/1"))
        tx.people.add(PersonDraft(Kind.PUPIL, "Zoe", "Reed", groups=frozenset({"4B"})))
    school.say("Amira", Stance.REFUSED)
    lead, admin = new_person("lead", Role.SAFEGUARDING_LEAD), new_person("admin", Role.ADMIN)
    person = f"/admin/people/{school.people['Amira']}"
    return [
        (lead, ("/", f"/checks/{blocked.id}", person, f"{person}/data")),
        (admin, ("/admin/users", "/admin/clients")),
    ]


def test_what_cannot_be_used_is_told_beside_its_field(
    pages: list[tuple[TestClient, tuple[str, ...]]], school: School
) -> None:
    """Whichever form it is: the same page comes back, each wrong field is marked, and nothing typed is lost."""
    refused, told = set[str](), list[str]()
    for browser, starts in pages:
        for page, form in list(crawled(browser, *starts)):
            sent, wrong, kept = spoiled(form)
            if not wrong or form.action == "/sign-out":
                continue
            files = dict.fromkeys(form.uploads, ("a.txt", b"no picture", "text/plain")) if form.files else None
            referer = {"Referer": f"{str(browser.base_url).rstrip('/')}{page}"}
            answer = browser.post(form.action, data=sent, files=files, headers=referer)
            if answer.status_code >= 400:
                refused.add(shape(form.action))
                about = f"{page}: {form.action} ({answer.status_code})"
                told += [f"{about} {why}" for why in missing(answer.text, wrong, kept)]
    assert not told, "\n".join(told)
    assert len(refused) >= 25


def missing(html: str, wrong: dict[str, str], kept: list[str]) -> Iterator[str]:
    """Yield what an answer to a refused form lacks."""
    text = unescape(html)
    if 'aria-invalid="true"' not in text:
        yield "marks no field"
    if any(one not in text for one in wrong.values() if one != BAD["select"]) or (kept and KEPT not in text):
        yield "has lost what was typed"


def test_the_page_is_found_by_the_address_alone(new_person: NewPerson, school: School) -> None:
    """A browser that names no page gets the one above the address; a role that may not see it gets none."""
    admin = new_person("admin", Role.ADMIN)
    path = f"/admin/people/{school.people['Amira']}"
    answer = admin.post(f"{path}/statements", data={"party": "parent", "stance": "granted", "until": "no day"})
    assert answer.status_code == 422
    assert 'id="until-wrong"' in answer.text
    assert 'value="no day"' in answer.text
    assert "This is not a day." in answer.text
    office = new_person()
    refused = office.post(f"{path}/statements", data={"until": "no day"})
    assert refused.status_code == 403
    assert "Amira" not in refused.text
