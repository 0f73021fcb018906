"""Every error is a problem (RFC 9457) and repeats nothing that was sent."""

from __future__ import annotations

import errno
import re
import sqlite3
import tempfile
from collections.abc import Callable
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from api.app import create_app
from api.http.dependencies import Reading
from api.http.problems import TITLES
from api.platform.storage import StorageFull
from gatekeeper.types import PersonId, Role
from tests.support.http import ORIGIN, AddRoute, NewClient, NewPerson, Program
from tests.support.school import AMIRA_HUE, School

SECRET = "Zebedee-Quill"


def _full_sqlite() -> sqlite3.OperationalError:
    """An error as SQLite gives it when a database may not grow."""
    with sqlite3.connect(":memory:") as database:
        database.execute("PRAGMA max_page_count = 2")
        database.execute("CREATE TABLE t (x)")
        try:
            database.execute("INSERT INTO t VALUES (zeroblob(100000))")
        except sqlite3.OperationalError as error:
            return error
    raise AssertionError


def _is_problem(answer: Response, status: int, slug: str) -> bool:
    body = answer.json()
    return (
        answer.status_code == status == body["status"]
        and answer.headers["Content-Type"] == "application/problem+json"
        and body["type"] == f"urn:gatekeeper:problem:{slug}"
        and body["title"] == TITLES[slug]
        and len(body["detail"]) > 10
        and answer.headers["Cache-Control"] == "no-store"
    )


def test_a_place_that_is_none_is_a_problem(scheduler: Program) -> None:
    """404 for an address, and for an id, that does not exist."""
    assert _is_problem(scheduler.get(f"/v1/{SECRET}"), 404, "not-found")
    assert _is_problem(scheduler.get(f"/v1/checks/{SECRET}"), 404, "not-found")
    assert SECRET not in scheduler.get(f"/v1/checks/{SECRET}").text


def test_a_wrong_method_is_a_problem(scheduler: Program) -> None:
    """405 with the methods that are taken."""
    answer = scheduler.http.delete("/v1/checks/chk_1", headers=scheduler.headers)
    assert _is_problem(answer, 405, "method-not-allowed")
    assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/.well-known/jwks.json"])
def test_a_wrong_method_is_no_riddle_where_no_cookies_are_taken(http: TestClient, path: str) -> None:
    """Not a refusal for coming from elsewhere, which nothing that is served there could be."""
    assert _is_problem(http.put(path), 405, "method-not-allowed")


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer gk_x_y"}, {"Authorization": "Basic abc"}])
def test_somebody_unknown_is_a_problem(http: TestClient, header: dict[str, str]) -> None:
    """401 that says how to do it, without a key and with a wrong one alike."""
    answer = http.post("/v1/checks", headers=header)
    assert _is_problem(answer, 401, "not-authenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_key_in_an_address_is_refused(scheduler: Program) -> None:
    """Addresses are logged everywhere, so a key there is lost: say so instead of using it."""
    answer = scheduler.http.get(f"/v1/checks/chk_1?key={scheduler.key}")
    assert _is_problem(answer, 400, "bad-request")
    assert "Revoke" in answer.json()["detail"]
    assert scheduler.key not in answer.text


def test_wrong_fields_are_listed_without_their_values(scheduler: Program) -> None:
    """422 names the known fields; an unknown field's name and all values stay unsaid."""
    fields: dict[str, Any] = {"publish_at": SECRET, "channel": "", SECRET: SECRET}
    answer = scheduler.check(AMIRA_HUE, **fields)
    assert _is_problem(answer, 422, "invalid-request")
    assert {error["field"] for error in answer.json()["errors"]} == {"publish_at", "channel", "request"}
    assert SECRET not in answer.text


def test_a_form_without_a_photo_is_a_problem(scheduler: Program) -> None:
    """A missing photo, a photo that is text, and two photos are all refused."""
    post = scheduler.http.post
    missing = post("/v1/checks", headers=scheduler.headers, data={"channel": "website"}, files={"x": b""})
    assert _is_problem(missing, 422, "invalid-request")
    text = post("/v1/checks", headers=scheduler.headers, data={"channel": "website", "photo": SECRET})
    assert _is_problem(text, 422, "invalid-request")
    two = [("photo", ("a.jpg", b"a")), ("photo", ("b.jpg", b"b"))]
    assert _is_problem(post("/v1/checks", headers=scheduler.headers, files=two), 400, "bad-request")


def test_a_body_that_is_no_form_is_a_problem(scheduler: Program) -> None:
    """Broken multipart is 400 or 422, never 500, and not quoted."""
    headers = scheduler.headers | {"Content-Type": "multipart/form-data; boundary=x"}
    answer = scheduler.http.post("/v1/checks", headers=headers, content=f"--y\r\n{SECRET}".encode())
    assert answer.status_code in {400, 422}
    assert SECRET not in answer.text


def test_a_declared_length_beyond_the_limit_is_a_problem(scheduler: Program, school: School) -> None:
    """413 at once."""
    size = school.services.settings.max_body_bytes + 1
    answer = scheduler.http.post("/v1/checks", headers=scheduler.headers, content=b"x" * size)
    assert _is_problem(answer, 413, "too-large")


def test_the_last_resort_tells_a_number_and_nothing_else(
    add_route: AddRoute, scheduler: Program, log_lines: Callable[[], str]
) -> None:
    """An unforeseen error is 500 with an id that the log has too, without trace or message."""

    def breaks() -> None:
        raise RuntimeError(SECRET)

    add_route("/v1/breaks", breaks)
    answer = scheduler.get("/v1/breaks")
    assert _is_problem(answer, 500, "internal")
    found = re.fullmatch(r"urn:uuid:([0-9a-f-]{36})", answer.json()["instance"])
    assert found is not None
    written = log_lines()
    assert found[1] in written
    assert "breaks" in written
    assert SECRET not in answer.text + written


def test_what_the_register_does_not_have_is_a_problem(
    add_route: AddRoute, scheduler: Program, new_person: NewPerson
) -> None:
    """404 whichever line found out, for a program and for a person alike."""

    def looks(tx: Reading) -> None:
        tx.people.get(PersonId(SECRET))

    add_route("/v1/looks", looks)
    assert _is_problem(scheduler.get("/v1/looks"), 404, "not-found")
    page = new_person("head", Role.APPROVER).post("/admin/channels/nothing/closing")
    assert (page.status_code, "Page not found" in page.text) == (404, True)


def test_a_database_that_is_gone_is_a_problem_for_a_moment(scheduler: Program, school: School) -> None:
    """503 with Retry-After when the store cannot be used."""
    path = school.services.settings.data / "gatekeeper.sqlite3"
    path.rename(path.with_suffix(".away"))
    school.services.store.close()
    path.mkdir()
    answer = scheduler.get("/v1/checks/chk_1")
    assert _is_problem(answer, 503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0


def test_people_get_a_page_instead(office: TestClient) -> None:
    """The same errors are HTML where people are."""
    answer = office.get(f"/{SECRET}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert SECRET not in answer.text
    assert (
        office.post("/checks/chk_1/resolutions", data={"action": SECRET}, headers={"Origin": ORIGIN}).status_code == 422
    )


@pytest.mark.parametrize("path", ["/v2/checks", "/docs", "/graphql"])
def test_a_program_at_a_wrong_address_is_not_sent_to_sign_in(http: TestClient, path: str) -> None:
    """What asks for no page gets a problem; a browser is sent to sign in, as for any page."""
    answer = http.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert http.get(path, headers={"Accept": "text/html,*/*;q=0.8"}).status_code == 303


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/v1/checks/chk_none", "check"),
        ("/v1/webhooks/whk_0/deliveries", "webhook"),
        ("/v1/releases/AAAAAAAAAAAAAAAAAAAA", "release"),
        ("/v1/nothing", "page or address"),
    ],
)
def test_what_is_not_found_is_named(new_client: NewClient, path: str, what: str) -> None:
    """The problem says what there is none of."""
    answer = new_client("check", "publish").get(path)
    assert answer.status_code == 404
    assert answer.json()["detail"].startswith(f"There is no such {what}")


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        StorageFull("There is no room."),
        OperationalError("INSERT", {}, _full_sqlite()),
    ],
)
def test_a_full_disk_is_called_a_full_disk(scheduler: Program, add_route: AddRoute, error: Exception) -> None:
    """Wherever it shows, the answer is 507 with what to do and when to come again."""

    def fill() -> None:
        raise error

    add_route("/v1/fills", fill)
    answer = scheduler.get("/v1/fills")
    assert answer.status_code == 507
    assert "disk is full" in answer.json()["detail"]
    assert answer.headers["retry-after"] == "300"


def test_a_form_for_which_there_is_no_room_is_not_called_wrong(
    scheduler: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large upload that the disk does not take is no mistake of the program's."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "write", full)
    assert scheduler.check(AMIRA_HUE).status_code == 507


def test_a_page_of_the_other_scheme_is_told_so(school: School) -> None:
    """A form that was opened with http where https is set up is refused with the address to open."""
    settings = school.services.settings.model_copy(update={"base_url": "https://photos.school.example"})
    with TestClient(create_app(settings, school.services), base_url="http://photos.school.example") as browser:
        answer = browser.post("/sign-in", headers={"Origin": "http://photos.school.example"})
    assert answer.status_code == 403
    assert "Open https://photos.school.example instead" in answer.text
