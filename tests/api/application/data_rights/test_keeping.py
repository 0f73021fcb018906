"""What keeps an installation honest: the audit's commands, lists of what falls due, and the daily run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.application.data_rights import housekeeping as daily
from api.application.data_rights.housekeeping import housekeeping
from api.cli import main, options
from consent_db.data_rights import tombstones
from tests.support.paths import ROOT
from tests.support.school import AMIRA_HUE, Clock, School, founded

Typed = Callable[..., tuple[int, str]]
NOW = datetime.now(UTC)
HOW_TO = ROOT / "docs" / "how-to" / "verify-the-audit.md"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with founded(tmp_path / "data", Clock(NOW - timedelta(days=300))):
        return tmp_path / "data"


@pytest.fixture
def typed(data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    monkeypatch.setattr(options.out, "width", 240)

    def run(*arguments: str | Path) -> tuple[int, str]:
        capsys.readouterr()
        code = main.run([*map(str, arguments), "--data", str(data)])
        out, err = capsys.readouterr()
        return code, out + err

    return run


def test_an_export_is_verified_without_the_database(tmp_path: Path, typed: Typed) -> None:
    """By the command with a checkpoint and a key, and by the few lines that the how-to gives."""
    lines, note, nowhere = tmp_path / "audit.jsonl", tmp_path / "checkpoint.txt", tmp_path / "nowhere"
    assert typed("audit", "export", lines)[0] == 0
    note.write_text(typed("audit", "checkpoint")[1])
    key = typed("audit", "key")[1].strip()
    elsewhere = ["audit", "verify", "--export", str(lines), "--checkpoint", str(note), "--key", key]
    assert main.run([*elsewhere, "--data", str(nowhere)]) == 0
    assert not nowhere.exists()
    program = HOW_TO.read_text().split("So twelve lines")[1].split("Entries hold")[0]
    code = "\n".join(line[4:] for line in program.splitlines() if line.startswith("    "))
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.split() == note.read_text().split("\n")[0].split()[1:]
    lines.write_text(lines.read_text().replace("command line", "someone else").replace("user:admin", "user:other", 1))
    assert main.run([*elsewhere, "--data", str(nowhere)]) == 1


def test_the_audit_is_verified_against_a_line_a_text_or_a_file(tmp_path: Path, typed: Typed) -> None:
    """Whatever somebody kept; without any it says what it cannot know."""
    note = typed("audit", "checkpoint")[1]
    (tmp_path / "note").write_text(note)
    for given in (note, note.splitlines()[0], str(tmp_path / "note")):
        code, said = typed("audit", "verify", "--checkpoint", given)
        assert (code, "contains the checkpoint" in said) == (0, True)
    assert "only with --checkpoint" in typed("audit", "verify")[1]
    wrong = note.splitlines()[0][:-1] + ("0" if note.splitlines()[0][-1] != "0" else "1")
    assert typed("audit", "verify", "--checkpoint", wrong)[0] == 1
    assert "no checkpoint in this file" in typed("audit", "verify", "--checkpoint", str(tmp_path / "none"))[1]


def test_what_falls_due_is_listed_for_people_and_programs(typed: Typed) -> None:
    """With the name for people; with ids only for programs."""
    code, said = typed("lifecycle", "due", "--days", "100")
    assert (code, "Khan" in said, "take new photographs" in said, "5 things are due" in said) == (0, True, True, True)
    found = [json.loads(line) for line in typed("lifecycle", "due", "--days", "100", "--json")[1].splitlines()]
    assert {(line["kind"], line["detail"]) for line in found} == {("template_ends", "fake"), ("reference_missing", "")}
    assert all(set(line) == {"day", "kind", "person", "external_id", "detail"} for line in found)


def test_what_is_over_is_deleted_by_hand(typed: Typed) -> None:
    """It says what it deleted, and what stays; after a long pause the clock has to be confirmed first."""
    code, said = typed("retention", "run")
    assert (code, "Gatekeeper last ran on" in said, "gatekeeper clock confirm" in said) == (1, True, True)
    assert typed("clock", "show")[0] == 2
    assert typed("clock", "confirm")[0] == 0
    assert typed("clock", "show") == (0, "The clock is believed.\n")
    assert typed("clock", "confirm")[0] == 1
    code, said = typed("retention", "run")
    assert (code, "0 checks" in said, "Marks of deleted pictures stay" in said) == (0, True, True)


def test_what_is_over_is_deleted_once_a_day(school: School) -> None:
    """Pictures and all; the second look on the same day does nothing."""
    assert school.check(AMIRA_HUE).approved
    keeping = housekeeping(school.services)
    assert daily.run_if_due(keeping)
    assert not daily.run_if_due(keeping)
    assert len(school.screener.pictures.all_keys()) == 1
    school.clock.advance(days=400)
    school.believe_the_clock()
    assert daily.run_if_due(keeping)
    assert school.screener.pictures.all_keys() == set()
    with school.services.store.reading("user:admin", school.clock()) as tx:
        assert tx.checks.recent() == []
        assert tx.register(school.services.tools.engine.name, 8).gallery.people == ()


def test_a_service_does_it_by_itself(school: School) -> None:
    """From its start on, in a thread that ends with it."""
    school.clock.advance(hours=20)
    with daily.every_day(housekeeping(school.services)):
        pass
    assert (school.services.settings.data / "daily.lock").read_text() == school.clock().date().isoformat()


def test_a_picture_deleted_at_once_is_among_the_tombstones(school: School) -> None:
    """An older backup must not bring it back, so its marks go outside of it at once."""
    record = school.check(AMIRA_HUE)
    school.screener.delete_at_once(record.id, "user:admin")
    kept = tombstones.read(tombstones.beside(school.services.settings.keys))
    with school.services.store.reading("user:admin", school.clock()) as tx:
        assert kept.pictures == frozenset(tx.deleted_pictures.marks()) != frozenset()
    assert kept.people == {}
