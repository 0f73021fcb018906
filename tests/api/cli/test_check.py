"""The command line as people type it, in empty folders, with the real engine."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import cv2
import pytest

from api.application.evaluation.samples import folder
from api.cli import main, options
from gatekeeper.media.release.encode import verify
from gatekeeper.media.sandbox import airlock
from tests.support.terminal import Terminal

SAMPLES = folder()
ATTEST = ["--attest", "appropriately_dressed", "--attest", "not_compromising"]


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setattr(options.out, "width", 240)
    return Terminal(tmp_path / "data", capsys)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample roster, its templates and an approved website."""
    data = tmp_path_factory.mktemp("founded") / "data"
    channel = ["channel", "add", "website", "--title", "Web", "--staff", "a", "--staff", "b", "--approved-by", "h"]
    people = ["roster", "import", str(SAMPLES / "roster.csv"), "--photos", str(SAMPLES / "people")]
    for command in (channel, people):
        assert main.run([*command, "--data", str(data)]) == 0
    return data


@pytest.fixture
def school(terminal: Terminal, founded: Path) -> Terminal:
    """The founded school, in a folder of the test's own."""
    shutil.copytree(founded, terminal.data)
    return terminal


def test_check_approves_blocks_and_writes_only_what_was_approved(school: Terminal, tmp_path: Path) -> None:
    """Exit code 2 tells that something was blocked; the folder holds the approved release alone."""
    releases, drawn = tmp_path / "releases", tmp_path / "drawn"
    pictures = [SAMPLES / "01-approved.jpg", SAMPLES / "02-listed.jpg"]
    code, out, _ = school(
        "check", *pictures, "--channel", "website", *ATTEST, "--out", releases, "--annotate", drawn, "--json"
    )
    assert code == 2
    answers = [json.loads(line) for line in out.splitlines()]
    assert [answer["decision"] for answer in answers] == ["approve", "block"]
    (release,) = releases.iterdir()
    verify(release.read_bytes())
    assert release.name == f"photo-{answers[0]['release']['sha256'][:12]}.jpg"
    assert len(list(drawn.iterdir())) == 2
    for picture in drawn.iterdir():
        assert cv2.imread(str(picture)) is not None


def test_check_says_in_sentences_what_is_wrong(school: Terminal) -> None:
    """Without --json each finding is a sentence for people."""
    code, out, _ = school("check", SAMPLES / "02-listed.jpg", "--channel", "website", *ATTEST)
    assert code == 2
    assert "BLOCK" in out
    assert "may not be published" in out


def test_a_channel_that_is_not_there_is_told_with_those_that_are(school: Terminal) -> None:
    """Wrong words end with exit code 1 and what to type instead."""
    code, _, err = school("check", SAMPLES / "01-approved.jpg", "--channel", "instagram")
    assert code == 1
    assert "There are: website." in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", "nothing.jpg", "--channel", "website"], "There is no file nothing.jpg"),
        (["check", "--channel", "website"], "Missing parameter"),
        (["roster", "import", "nothing.csv"], "nothing.csv"),
        (["policy", "show", "nothing"], "There is no policy file there"),
        (["channel", "add", "x", "--title", "X", "--staff", "a", "--approved-by", "h"], "at least 2"),
        (["user", "add", "a@b.example", "--password", "short"], "12"),
        (["client", "revoke", "cli_none"], "no"),
        (["doctor", "--download", "dlib-resnet"], "no official download"),
    ],
)
def test_what_cannot_be_done_ends_with_one_sentence(terminal: Terminal, arguments: list[str], sentence: str) -> None:
    """Exit code 1, no trace, and what is wrong."""
    code, _, err = terminal(*arguments)
    assert code == 1
    assert sentence in err
    assert "Traceback" not in err


def test_a_setting_that_cannot_be_used_is_named(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A typing error in the environment is not a stack trace."""
    monkeypatch.setenv("GATEKEEPER_WORKERS", "many")
    code, _, err = terminal("db", "upgrade")
    assert code == 1
    assert "GATEKEEPER_WORKERS" in err


def test_a_roster_is_previewed_before_it_is_imported(terminal: Terminal) -> None:
    """A dry run tells every change and makes none."""
    code, out, _ = terminal("roster", "import", SAMPLES / "roster.csv", "--dry-run")
    assert code == 0
    assert "11 new" in out
    _, again, _ = terminal("roster", "import", SAMPLES / "roster.csv", "--json")
    assert len(json.loads(again)["added"]) == 11


def test_a_bad_row_or_photo_is_told_and_the_rest_is_imported(terminal: Terminal, tmp_path: Path) -> None:
    """One mistake costs one row, and the exit code tells that something is left to do."""
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "external_id,first_name,last_name,kind,biometric_consent\nA1,Ann,Lee,staff,yes\nA2,,Lee,staff,yes\n", "utf-8"
    )
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "A1.jpg").write_bytes((SAMPLES / "09-nobody-visible.jpg").read_bytes())
    (photos / "A9.jpg").write_bytes(b"not a photo")
    code, out, _ = terminal("roster", "import", roster, "--photos", photos)
    assert code == 1
    assert "Line 3 (Lee), nothing imported" in out
    assert "No clear face was found" in out
    assert "A9.jpg: No person on the register" in out


def test_sanitize_makes_clean_copies_and_says_what_was_inside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A picture that cannot be cleaned is refused with the reason and leaves nothing."""
    note = tmp_path / "note.jpg"
    note.write_text("not a photo", "utf-8")
    code = main.run(["sanitize", str(SAMPLES / "10-phone.heic"), str(note), "--out", str(tmp_path / "out"), "--json"])
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 2
    assert "position" in rows[0]["carriers"]
    assert rows[1]["code"] == "unsupported_format"
    (copy,) = (tmp_path / "out").iterdir()
    verify(copy.read_bytes())


def test_doctor_names_every_model_file_with_its_licence(school: Terminal) -> None:
    """What is there, from where, under which licence, and that it is enough."""
    code, out, _ = school("doctor")
    assert code == 0
    assert "Apache-2.0" in out
    assert "Ready: engine sface" in out


def test_doctor_says_how_decoders_are_held(school: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Held by a filter; not ready where there can be none; and an unsafe choice is called unsafe."""
    assert "held by a system-call filter" in school("doctor")[1]
    unknown = "import os; u = os.uname(); os.uname = lambda: os.uname_result((*u[:4], 'riscv64'))\n"
    monkeypatch.setattr(airlock, "_START", unknown + airlock._START)
    code, out, _ = school("doctor")
    assert code == 1
    assert "No picture can be opened" in " ".join(out.split())
    monkeypatch.setenv("GATEKEEPER_UNSAFE_WITHOUT_FILTER", "true")
    code, out, _ = school("doctor")
    assert code == 0
    assert "UNSAFE" in out


def test_doctor_finds_a_wrong_model_file(terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not the expected one is never used in silence."""
    (tmp_path / "face_recognition_sface_2021dec_int8bq.onnx").write_bytes(b"something else")
    monkeypatch.setenv("GATEKEEPER_MODELS", str(tmp_path))
    code, out, _ = terminal("doctor")
    assert code == 1
    assert "SHA-256" in out


def test_people_programs_and_channels_are_put_on_record(terminal: Terminal) -> None:
    """Each command says what it did; the key of a program is shown once."""
    terminal("channel", "add", "press", "--title", "Press", "--staff", "a", "--staff", "b", "--purpose", "press")
    _, channels, _ = terminal("channel", "list")
    assert "press" in channels
    code, said, _ = terminal("user", "add", "office@example.org", "--role", "admin", "--password", "a long pass phrase")
    assert (code, said) == (0, "They may sign in now, as admin.\n")
    code, said, _ = terminal("client", "add", "scheduler", "--channel", "press")
    assert code == 0
    assert said.splitlines()[-1].startswith("gk_")
    client = said.split()[1].rstrip(",")
    code, again, _ = terminal("client", "rotate", client, "--overlap", "1")
    assert (code, again.splitlines()[-1] == said.splitlines()[-1]) == (0, False)
    assert terminal("client", "revoke", client)[0] == 0
    assert terminal("client", "add", "auditor", "--scope", "audit")[0] == 0
    assert terminal("client", "add", "scheduler", "--scope", "publish")[0] == 1


def test_the_audit_is_verified_and_tampering_is_found(school: Terminal) -> None:
    """Somebody who edits the database by hand is noticed."""
    assert school("audit", "verify")[0] == 0
    with sqlite3.connect(school.data / "gatekeeper.sqlite3") as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute("UPDATE audit SET actor = 'somebody else' WHERE seq = 2")
    database.close()
    code, out, _ = school("audit", "verify")
    assert code == 1
    assert "Broken at entry 2" in out


def test_a_cut_audit_shows_against_a_checkpoint(school: Terminal) -> None:
    """A line kept elsewhere tells when the last entries were removed."""
    _, before, _ = school("audit", "checkpoint")
    school("channel", "add", "press", "--title", "Press", "--staff", "a", "--staff", "b")
    assert school("audit", "verify", "--checkpoint", before.strip())[0] == 0
    _, after, _ = school("audit", "checkpoint")
    with sqlite3.connect(school.data / "gatekeeper.sqlite3") as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)")
    database.close()
    assert school("audit", "verify")[0] == 0
    assert school("audit", "verify", "--checkpoint", after.strip())[0] == 1


def test_keys_are_rotated_and_everything_still_opens(school: Terminal) -> None:
    """Templates and names are readable under the new key, and the old key is gone."""
    old = (school.data / "keys.json").read_bytes()
    assert school("key", "rotate")[0] == 0
    assert (school.data / "keys.json").read_bytes() != old
    code, out, _ = school("check", SAMPLES / "01-approved.jpg", "--channel", "website", *ATTEST)
    assert (code, "APPROVE" in out) == (0, True)


def test_policies_are_shown(terminal: Terminal) -> None:
    """The rules in force can be read without opening a file."""
    code, out, _ = terminal("policy", "show")
    assert code == 0
    assert "secondary@1" in out
    assert "federation" in out


def test_the_benchmark_measures_a_folder_and_saves_its_numbers(terminal: Terminal, tmp_path: Path) -> None:
    """A school runs it on photographs of its own; each share comes with counts and bounds, and a picture."""
    for number, picture in enumerate(sorted((SAMPLES / "people").glob("S-00[3-6]/1.jpg"))):
        person = tmp_path / "labelled" / "people" / picture.parent.name
        person.mkdir(parents=True, exist_ok=True)
        pixels = cv2.imread(str(picture), cv2.IMREAD_REDUCED_COLOR_2)
        assert pixels is not None
        copies = 1 if number >= 3 else 2
        for copy in range(copies):
            cv2.imwrite(str(person / f"{picture.stem}-{copy}.png"), cv2.convertScaleAbs(pixels, alpha=1 - copy / 8))
    numbers = tmp_path / "numbers.json"
    wanted = ["--json", str(numbers), "--plot", str(tmp_path / "plot.png")]
    arguments = ["--people", "3", "--references", "1", "--scenes", "2", *wanted]
    code, out, _ = terminal("benchmark", tmp_path / "labelled", *arguments)
    assert code == 0
    assert "blocked although all may be shown" in out
    saved = json.loads(numbers.read_text("utf-8"))
    assert 0 < saved["engines"]["sface"]["gate"]["needless_blocks"]["of"] <= 4  # as many as differ
    assert saved["protocol"]["seed"] == 1
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")


def test_a_benchmark_of_an_empty_folder_says_what_to_do(terminal: Terminal, tmp_path: Path) -> None:
    """One sentence instead of an empty report."""
    code, _, problem = terminal("benchmark", tmp_path)
    assert code == 1
    assert "people/<person>/" in "".join(problem.split("\n"))


def test_a_rival_alone_is_no_benchmark(terminal: Terminal, tmp_path: Path) -> None:
    """There is nothing to compare it with."""
    code, _, problem = terminal("benchmark", tmp_path, "--engine", "face_recognition")
    assert code == 1
    assert "Name an engine of the gate" in problem


def test_the_demo_is_right_in_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    """What a new user sees first is what the gate really says of the sample pictures."""
    assert main.run(["demo", "--no-serve"]) == 0
    assert "expected" in capsys.readouterr().out
