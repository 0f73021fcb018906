"""Every page of the application: who goes there, by which address, and what they do first.

A route that answers with a page gets a visit here; tests/browser/test_pages.py
names those that have none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import FilePayload, Page

from gatekeeper.types import Role
from tests.support.gate import upload_of
from tests.support.stage import EMAIL, FORGETFUL, PASSWORD

ROSTER: Final = (
    "external_id,first_name,last_name,kind,group,consent_website,do_not_publish\n"
    "P-114,Lena,Mosse,pupil,4B,yes,no\n"
    "P-120,Sam,Reed,pupil,4B,yes,\n"
    "P-121,,Reed,pupil,4B,yes,\n"
)
"""A file that adds somebody, changes somebody, leaves the others out, and has a line that cannot be read."""

Act = Callable[[Page], None]


@dataclass(frozen=True, slots=True)
class Visit:
    """One page in one state.

    Attributes:
        name: of the state, for messages and for the file of its picture.
        line: of the table of access, for its page.
        who: whose browser; None for somebody who has not signed in.
        path: the address, with the ids of tests/support/stage.py in braces.
        act: what is done there to come to the state.
    """

    name: str
    line: str
    who: Role | None
    path: str
    act: Act | None = None


def pressed(button: str, **fields: str) -> Act:
    """Return the act of filling fields in, by their labels, and pressing a button."""

    def act(page: Page) -> None:
        unfold(page)
        for label, text in fields.items():
            page.get_by_label(label.replace("_", " ")).first.fill(text)
        page.get_by_role("button", name=button).first.click()
        page.wait_for_load_state()

    return act


def looked_for(words: str) -> Act:
    """Return the act of searching a table."""
    return pressed("Find", **{"Name, number or class": words})


def selected(page: Page) -> None:
    """Select everyone that a filter finds in the list of people."""
    page.get_by_label("found, on every page").check()
    pressed("Choose what to do")(page)


def asked_for_all(page: Page) -> None:
    """Fill in what the parents of all who are selected said, and look what it changes."""
    selected(page)
    page.get_by_label("Everywhere").first.check()
    pressed("Show what it changes")(page)


def shown_letters(page: Page) -> None:
    """Make letters for all who are selected."""
    selected(page)
    pressed("Make the letters")(page)


def shown_erasing(page: Page) -> None:
    """Look who of all who are selected would be erased."""
    selected(page)
    pressed("Show who would be erased")(page)


def many_erased(page: Page) -> None:
    """Erase all who are selected, by the sentence that is asked for."""
    shown_erasing(page)
    asked = page.get_by_text("to confirm").first.inner_text()
    pressed("for good", Type=asked.partition("“")[2].partition("”")[0])(page)


def unfold(page: Page) -> None:
    """Open everything that can be opened."""
    page.evaluate("document.querySelectorAll('main details').forEach(details => { details.open = true; })")


def imported(page: Page) -> None:
    """Hand the roster over."""
    file = FilePayload(name="roster.csv", mimeType="text/csv", buffer=ROSTER.encode())
    page.locator("[type=file]").set_input_files(file)
    page.get_by_role("button", name="Look at what it changes").click()
    page.wait_for_load_state()


def photographed(page: Page) -> None:
    """Hand photographs over of which one is of no person on the register, and one is no photograph."""
    files = [FilePayload(name=name, mimeType="image/jpeg", buffer=b"none") for name in ("IMG_1.jpg", "Lena Mosse.jpg")]
    page.locator("[type=file]").set_input_files(files)
    page.get_by_role("button", name="Upload these photographs").click()
    page.wait_for_load_state()


def rows_of_import(page: Page) -> None:
    """Hand the roster over, and look at each of its rows."""
    imported(page)
    page.get_by_role("link", name="See every row").click()
    page.wait_for_load_state()


def last_import(page: Page) -> None:
    """Look at the import that was made last; make one if there is none."""
    link = page.locator("section[aria-labelledby=made] tbody a").first
    if link.count():
        link.click()
    else:
        imported(page)
        page.get_by_role("button", name="Import it").click()
    page.wait_for_load_state()


def said_no(page: Page) -> None:
    """Look for a child and choose the first who is found."""
    pressed("Find", First_name="e")(page)
    page.locator("button.choice").first.click()
    page.wait_for_load_state()


def mistaken(page: Page) -> None:
    """Add somebody who left before they were born."""
    pressed("Add them", First_name="Jo", Date_of_birth="2015-02-01", Last_day="2014-01-31")(page)


def erased(page: Page) -> None:
    """Erase the one who is leaving."""
    pressed("Erase them for good", Type_Jo_Frost="Jo Frost")(page)


STAFF_LIST: Final = "email,name,role\nanna.weir@school.example,Anna Weir,Staff\nben,Ben Low,Headmaster\n"


def listed(page: Page) -> None:
    """Look at a list of users of which one cannot be added."""
    pressed("Look at the list", Or_paste_the_cells_here=STAFF_LIST)(page)


def handed_out(page: Page) -> None:
    """Add the users of a list."""
    listed(page)
    pressed("Add 1 user")(page)


def named(page: Page) -> None:
    """Give the school a name that is long and a crest."""
    crest = FilePayload(name="crest.png", mimeType="image/png", buffer=upload_of(200.0))
    page.get_by_label("Crest", exact=False).first.set_input_files(crest)
    pressed("Save", Name_of_the_school="Saint Wilfrid’s and Oakfield Church of England Primary School")(page)


def looked_through(page: Page) -> None:
    """Say of two pictures that it is so."""
    for _ in range(2):
        pressed("Yes, true of this picture")(page)


def chosen(page: Page) -> None:
    """Sign in as somebody with an authenticator app."""
    sign_in(page, FORGETFUL)


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Fill the form in and send it."""
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()


def wrong(page: Page) -> None:
    """Give a wrong password."""
    sign_in(page, EMAIL[Role.STAFF], "not the password")


STAFF, APPROVER, ADMIN, LEAD = Role.STAFF, Role.APPROVER, Role.ADMIN, Role.SAFEGUARDING_LEAD
CHECK: Final = "GET /checks/{check_id}"
QUESTION: Final = "GET /batches/{batch_id}/questions"
PERSON: Final = "GET /admin/people/{person_id}"

VISITS: Final = (
    Visit("refusals", "GET /refusals", STAFF, "/refusals"),
    Visit("refusals-found", "GET /refusals", STAFF, "/refusals", pressed("Find", First_name="e")),
    Visit("refusals-sure", "GET /refusals", STAFF, "/refusals", said_no),
    Visit("class-list", "GET /class-list", STAFF, "/class-list"),
    Visit("class-list-shown", "GET /class-list", STAFF, "/class-list?group={class}&channel=website"),
    Visit("sign-in", "GET /sign-in", None, "/sign-in"),
    Visit("sign-in-mistake", "GET /sign-in", None, "/sign-in", wrong),
    Visit("privacy", "GET /privacy", None, "/privacy"),
    Visit("choose-password", "GET /choose-password/{token}", None, "/choose-password/{choose_password}"),
    Visit("link-used-up", "GET /choose-password/{token}", None, f"/choose-password/{'x' * 43}"),
    Visit("sign-in-code", "GET /sign-in/code", None, "/sign-in", chosen),
    Visit("upload", "GET /", STAFF, "/"),
    Visit("my-pictures", "GET /checks", STAFF, "/checks"),
    Visit("approved", CHECK, STAFF, "/checks/{approved}"),
    Visit("blocked", CHECK, STAFF, "/checks/{blocked}"),
    Visit("result", CHECK, STAFF, "/checks/{crowd}"),
    Visit("nobody-found", CHECK, STAFF, "/checks/{empty}"),
    Visit("withdrawn", CHECK, STAFF, "/checks/{withdrawn}"),
    Visit("deleted", CHECK, STAFF, "/checks/{deleted}"),
    Visit("waiting", CHECK, STAFF, "/checks/{waiting}"),
    Visit("exception", CHECK, STAFF, "/checks/{exception}"),
    Visit("no-such-page", CHECK, STAFF, f"/checks/chk_{'0' * 32}"),
    Visit("face", "GET /checks/{check_id}/faces/{number}", STAFF, "/checks/{blocked}/faces/2"),
    Visit("area", "GET /checks/{check_id}/area", STAFF, "/checks/{blocked}/area"),
    Visit("batch", "GET /batches/{batch_id}", STAFF, "/batches/{batch}"),
    Visit("batch-questions", "GET /batches/{batch_id}", STAFF, "/batches/{batch_asked}"),
    Visit("batch-walk", QUESTION, STAFF, "/batches/{batch_asked}/questions?about={question}"),
    Visit(
        "batch-walk-end",
        QUESTION,
        STAFF,
        "/batches/{batch_asked}/questions?about={question}",
        looked_through,
    ),
    Visit("batch-picture", CHECK, STAFF, "/checks/{batch_blocked}"),
    Visit("batch-picture-saved", CHECK, STAFF, "/checks/{batch_blocked}/faces/2", pressed("Cover this face")),
    Visit("approvals-empty", "GET /approvals", STAFF, "/approvals"),
    Visit("help", "GET /help", STAFF, "/help"),
    Visit("help-meaning", "GET /help/findings/{code}", STAFF, "/help/findings/unknown_face"),
    Visit("account", "GET /account", STAFF, "/account"),
    Visit(
        "account-mistake",
        "GET /account",
        STAFF,
        "/account",
        pressed(
            "Change it",
            Present_password="wrong",
            New_password="copper violin rhubarb",
            The_same_again="copper violin",
        ),
    ),
    Visit("account-news", "GET /account/news", STAFF, "/account/news"),
    Visit("confirm", "GET /confirm", STAFF, "/confirm"),
    Visit("second-factor", "GET /account/second-factor", STAFF, "/account/second-factor"),
    Visit("approvals", "GET /approvals", APPROVER, "/approvals"),
    Visit("decide", CHECK, APPROVER, "/checks/{exception}"),
    Visit("policy", "GET /admin/policy", APPROVER, "/admin/policy"),
    Visit("audit", "GET /admin/audit", APPROVER, "/admin/audit"),
    Visit("audit-found", "GET /admin/audit", APPROVER, "/admin/audit?kind=people"),
    Visit("audit-verified", "GET /admin/audit", APPROVER, "/admin/audit", pressed("Verify the whole chain")),
    Visit("audit-checkpoint", "GET /admin/audit", APPROVER, "/admin/audit", pressed("Make a checkpoint")),
    Visit("takedowns", "GET /admin/takedowns", APPROVER, "/admin/takedowns"),
    Visit("overview", "GET /admin", APPROVER, "/admin"),
    Visit("report", "GET /report", APPROVER, "/report"),
    Visit("start-head", "GET /", APPROVER, "/"),
    Visit("start-lead", "GET /", LEAD, "/"),
    Visit("start-admin", "GET /", ADMIN, "/"),
    Visit("all-approvals", "GET /approvals/standing", APPROVER, "/approvals/standing"),
    Visit("do-not-publish", "GET /admin/do-not-publish", LEAD, "/admin/do-not-publish"),
    Visit(
        "do-not-publish-found",
        "GET /admin/do-not-publish",
        LEAD,
        "/admin/do-not-publish",
        pressed("Find", **{"Name, number or class": "e"}),
    ),
    Visit("arrival", "GET /admin/do-not-publish/add", LEAD, "/admin/do-not-publish/add"),
    Visit("arrival-known", "GET /admin/do-not-publish/add", LEAD, "/admin/do-not-publish/add?person={person}"),
    Visit("office-card", "GET /admin/do-not-publish/card/{person_id}", LEAD, "/admin/do-not-publish/card/{listed}"),
    Visit("person-listed", PERSON, LEAD, "/admin/people/{listed}"),
    Visit("person-reason", PERSON, LEAD, "/admin/people/{listed}", pressed("See why")),
    Visit("person-restricting", PERSON, LEAD, "/admin/people/{person}", pressed("Go on")),
    Visit("people", "GET /admin/people", ADMIN, "/admin/people"),
    Visit(
        "people-nobody-found",
        "GET /admin/people",
        ADMIN,
        "/admin/people",
        looked_for("Nobody"),
    ),
    Visit("people-found", "GET /admin/people", ADMIN, "/admin/people", looked_for("a")),
    Visit("people-sorted", "GET /admin/people", ADMIN, "/admin/people?sort=due&order=down&kind=pupil"),
    Visit("people-selected", "GET /admin/people", ADMIN, "/admin/people?kind=pupil", selected),
    Visit("people-selected-sure", "GET /admin/people", ADMIN, "/admin/people?kind=pupil", asked_for_all),
    Visit("people-letters", "GET /admin/people", ADMIN, "/admin/people?kind=pupil", shown_letters),
    Visit("people-erasing", "GET /admin/people", ADMIN, "/admin/people?kind=pupil", shown_erasing),
    Visit("person", PERSON, ADMIN, "/admin/people/{person}"),
    Visit("person-withdrawing", PERSON, ADMIN, "/admin/people/{person}", pressed("Withdraw: ")),
    Visit("person-withdrawal", f"{PERSON}/withdrawal", ADMIN, "/admin/people/{person}/withdrawal"),
    Visit("person-add", "GET /admin/people/new", ADMIN, "/admin/people/new"),
    Visit("person-add-mistake", "GET /admin/people/new", ADMIN, "/admin/people/new", mistaken),
    Visit("person-particulars", f"{PERSON}/particulars", ADMIN, "/admin/people/{person}/particulars"),
    Visit("person-photos", f"{PERSON}/photos", ADMIN, "/admin/people/{person}/photos"),
    Visit("person-data", f"{PERSON}/data", ADMIN, "/admin/people/{person}/data"),
    Visit("erasures", "GET /admin/erasures", ADMIN, "/admin/erasures"),
    Visit("erased", "GET /admin/erasures", ADMIN, "/admin/people/{leaver}/data", erased),
    Visit("retention", "GET /admin/retention", ADMIN, "/admin/retention"),
    Visit("due", "GET /admin/due", ADMIN, "/admin/due"),
    Visit("due-found", "GET /admin/due", ADMIN, "/admin/due?sort=name", looked_for("a")),
    Visit("events", "GET /admin/events", ADMIN, "/admin/events"),
    Visit("event", "GET /admin/events/{group_id}", ADMIN, "/admin/events/{event}"),
    Visit("class", "GET /admin/events/{group_id}", ADMIN, "/admin/events/{class}"),
    Visit("channels", "GET /admin/channels", ADMIN, "/admin/channels"),
    Visit("imports", "GET /admin/imports", ADMIN, "/admin/imports"),
    Visit("import-preview", "GET /admin/imports/waiting", ADMIN, "/admin/imports", imported),
    Visit("school", "GET /admin/school", ADMIN, "/admin/school"),
    Visit("school-named", "GET /admin/school", ADMIN, "/admin/school", named),
    Visit("import-rows", "GET /admin/imports/waiting/rows", ADMIN, "/admin/imports", rows_of_import),
    Visit("import-made", "GET /admin/imports/made/{number}", ADMIN, "/admin/imports", last_import),
    Visit("photographs", "GET /admin/photographs", ADMIN, "/admin/photographs"),
    Visit("photographs-given", "GET /admin/photographs/{upload_id}", ADMIN, "/admin/photographs", photographed),
    Visit("users", "GET /admin/users", ADMIN, "/admin/users"),
    Visit("user-list", "GET /admin/user-list", ADMIN, "/admin/user-list"),
    Visit("user-list-preview", "GET /admin/user-list", ADMIN, "/admin/user-list", listed),
    Visit("user-list-links", "GET /admin/user-list", ADMIN, "/admin/user-list", handed_out),
    Visit("user", "GET /admin/users/{user_id}", ADMIN, "/admin/users/{user}"),
    Visit("user-link", "GET /admin/users/{user_id}", ADMIN, "/admin/users/{user}", pressed("Make a link")),
    Visit("clients", "GET /admin/clients", ADMIN, "/admin/clients"),
    Visit("client", "GET /admin/clients/{client_id}", ADMIN, "/admin/clients/{client}"),
    Visit("webhooks", "GET /admin/webhooks", ADMIN, "/admin/webhooks"),
    Visit("webhook", "GET /admin/webhooks/{webhook_id}", ADMIN, "/admin/webhooks/{webhook}"),
    Visit(
        "client-key", "GET /admin/clients/{client_id}", ADMIN, "/admin/clients/{client}", pressed("Make another key")
    ),
    Visit("people-erased", "GET /admin/people", ADMIN, "/admin/people?kind=visitor", many_erased),
)

FIRST: Final = Visit("set-up", "GET /set-up/{token}", None, "/set-up/{set_up}")
"""There only as long as nobody may sign in."""

NO_PAGES: Final = frozenset(
    {
        "GET /healthz",
        "GET /readyz",
        "GET /metrics",
        "GET /openapi.json",
        "GET /favicon.ico",
        "GET /crest",
        "GET /static/{path:path}",
        "GET /.well-known/jwks.json",
        "GET /sign-in/school",
        "GET /sign-in/school/return",
        "GET /checks/{check_id}/picture",
        "GET /checks/{check_id}/release",
        "GET /checks/{check_id}/faces/{number}/reference",
        "GET /admin/people/{person_id}/photos/{photo_id}",
        "GET /batches/{batch_id}/approved.zip",
        "GET /report.pdf",
        "GET /report.csv",
        "GET /account/second-factor/soon",
    }
)
"""Routes that answer with a file or send the browser elsewhere; those of programs, under /v1, are none either."""
