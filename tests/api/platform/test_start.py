"""Starting, and failing to."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.platform.settings import Settings
from consent_db.errors import KeyringProblem
from tests.support.http import Program
from tests.support.school import School


def test_what_keeps_it_from_starting_is_logged_in_a_sentence(tmp_path: Path, log_lines: Callable[[], str]) -> None:
    """A database without its key file is refused, and the log says why and what to do."""
    (tmp_path / "gatekeeper.sqlite3").touch()
    with pytest.raises(KeyringProblem), TestClient(create_app(Settings(data=tmp_path))):
        pass
    line = json.loads(log_lines().splitlines()[-1])
    assert (line["event"], line["error"]) == ("cannot_start", "KeyringProblem")
    assert "key file" in line["reason"]


def test_it_says_that_it_lives_and_is_ready(http: TestClient) -> None:
    """Both without a key; ready names each part."""
    assert http.get("/healthz").json() == {"status": "ok"}
    parts = dict.fromkeys(("status", "store", "engine", "storage", "queue", "clock"), "ok")
    figures = dict.fromkeys(("waiting", "oldest_seconds", "retried", "not_examined"), 0)
    assert http.get("/readyz").json() == parts | figures


def test_it_is_not_ready_without_its_store_or_its_folder(http: TestClient, school: School) -> None:
    """503 that names the part, while it still lives."""
    data = school.services.settings.data
    moved = data.rename(data.with_name("moved"))
    answer = http.get("/readyz")
    assert (answer.status_code, answer.json()["storage"]) == (503, "failed")
    assert answer.headers["Retry-After"]
    moved.rename(data)
    assert http.get("/readyz").status_code == 200
    assert http.get("/healthz").status_code == 200


def test_assets_are_kept_and_change_their_address(http: TestClient) -> None:
    """The style sheet's address holds its hash; the icon is found where browsers look."""
    icon = http.get("/favicon.ico")
    assert icon.headers["Location"].startswith("/static/mark.svg?v=")
    assert http.get(icon.headers["Location"]).headers["Content-Type"].startswith("image/svg+xml")
    assert http.get("/static/../app.py").status_code in {303, 404}
    assert http.get("/static/nothing.css").status_code == 404


def test_a_scheduler_gets_its_document_without_a_key(scheduler: Program) -> None:
    """The description of the interface is open."""
    assert scheduler.http.get("/openapi.json").json()["openapi"].startswith("3.")
