"""The roster and channel commands as people type them; with the real engine where there are photographs."""

from __future__ import annotations

import json
import shutil
import stat
import zipfile
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest

from api.application.evaluation.samples import folder
from api.cli import main, options

SAMPLES = folder()
PEOPLE = SAMPLES / "people"
OWN = "Adno,Legal Forename,Legal Surname,Reg,Gender,Photo consent - website\n0012,Ann,Lee,3B,F,I agree\n"
PLAIN = "external_id,first_name,last_name,kind,date_of_birth,consent_website\n"
ROSTER = (
    "external_id,first_name,last_name,kind,biometric_consent\n"
    "S-001,Ann,Lee,staff,yes\nS-002,Bea,Fox,staff,yes\nS-003,Cy,Ray,staff,no\n"
)


class Terminal:
    """Runs commands against one data folder and gives what they print."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self._capsys = capsys

    def __call__(self, *arguments: str | Path) -> tuple[int, str]:
        self._capsys.readouterr()
        code = main.run([*map(str, arguments), "--data", str(self.data)])
        out, err = self._capsys.readouterr()
        return code, out + err

    def json(self, *arguments: str | Path) -> dict[str, object]:
        found: dict[str, object] = json.loads(self(*arguments, "--json")[1])
        return found


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setattr(options.out, "width", 240)
    return Terminal(tmp_path / "data", capsys)


def founded(terminal: Terminal) -> None:
    """Set the school up, as its first command does."""
    assert terminal("channel", "add", "first", "--title", "First", "--staff", "Ann", "--staff", "Bea")[0] == 0


def written(tmp_path: Path, text: str, name: str = "roster.csv") -> Path:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    return file


def test_a_schools_own_file_is_explained_saved_and_imported(terminal: Terminal, tmp_path: Path) -> None:
    """Unknown columns are named and nothing is saved before each has a meaning or is left out."""
    file = written(tmp_path, OWN)
    code, said = terminal("roster", "import", file)
    assert code == 1
    assert "gatekeeper roster layout" in said
    code, said = terminal("roster", "layout", file)
    assert code == 0
    assert "E “Gender”" in said
    assert "consent_website" in said
    explained = ["--kind", "pupil", "--yes", "I agree", "--save", "sims"]
    assert terminal("roster", "layout", file, *explained)[0] == 1
    assert terminal("roster", "layout", file, *explained, "--leave-out", "Gender", "--column", "Reg=group")[0] == 0
    assert terminal("roster", "layouts")[1].strip() == "sims"
    code, said = terminal("roster", "import", file, "--layout", "sims")
    assert code == 0
    assert "Columns that are not read: Gender." in said
    assert "1 new" in said


@pytest.mark.parametrize("column", ["Reg", "=group", "Reg=", "Reg=shoe_size"])
def test_a_meaning_that_cannot_be_is_an_error_in_words(terminal: Terminal, tmp_path: Path, column: str) -> None:
    """Without a heading, without a meaning, or one that is not ours."""
    file = written(tmp_path, OWN)
    founded(terminal)
    code, said = terminal("roster", "layout", file, "--leave-out", "Gender", "--column", column, "--save", "x")
    assert code == 1
    assert "HEADING=MEANING" in said or "no such column" in said


def test_a_preview_shows_old_and_new_questions_and_leavers(terminal: Terminal, tmp_path: Path) -> None:
    """And says what to type; the answers are then taken."""
    first = "1,Ann,Lee,pupil,2017-02-03,yes\n2,Bea,Fox,pupil,2017-01-01,yes\n3,Cy,Ray,pupil,,no\n"
    assert terminal("roster", "import", written(tmp_path, PLAIN + first))[0] == 0
    second = written(tmp_path, PLAIN + "1,Ann,Lee-Ray,pupil,2017-02-03,\n9,Bea,Fox,pupil,2017-01-01,yes\n", "2.csv")
    code, said = terminal("roster", "import", second, "--dry-run")
    assert code == 1
    assert "last_name: Lee → Lee-Ray; consent_website: granted → withdrawn" in said
    assert "--same 9 or --new 9" in said
    assert "not in the file: 3 Cy Ray" in said
    assert "2 rows: 0 new, 1 changed, 0 as before, 1 waiting for an answer, 0 not imported" in said
    answer = terminal.json("roster", "import", second, "--same", "9", "--left", "3")
    assert (answer["questions"], answer["added"], len(answer["changed"])) == ([], [], 2)  # type: ignore[arg-type]
    assert [one["external_id"] for one in answer["missing"]] == ["3"]  # type: ignore[attr-defined]
    assert "1 as before" not in terminal("roster", "import", second)[1]
    assert "2 as before" in terminal("roster", "import", second)[1]


def test_an_import_is_listed_and_taken_back(terminal: Terminal, tmp_path: Path) -> None:
    """Once; and the list says so."""
    founded(terminal)
    assert "Nothing was imported" in terminal("roster", "imports")[1]
    listed = PLAIN.replace("consent_website", "do_not_publish")
    terminal("roster", "import", written(tmp_path, listed + "1,Ann,Lee,pupil,,yes\n2,Bea,Fox,pupil,,\n"))
    assert "2 added, 0 changed" in terminal("roster", "imports")[1]
    code, said = terminal("roster", "undo", "1")
    assert code == 0
    assert "1 people erased, 1 as before" in said
    assert "1 people it had listed stay on the do-not-publish list" in said
    assert "undone" in terminal("roster", "imports")[1]
    assert terminal("roster", "undo", "1")[0] == 1


def test_an_export_is_private_overwrites_nothing_and_comes_back(terminal: Terminal, tmp_path: Path) -> None:
    """Everybody, in a file that only its owner may read."""
    terminal("roster", "import", SAMPLES / "roster.csv")
    file = tmp_path / "out.csv"
    assert terminal("roster", "export", file)[1].startswith("11 people written")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert terminal("roster", "export", file)[0] == 1
    assert "11 as before" in terminal("roster", "import", file)[1]


def test_a_folder_of_oneroster_files_is_imported(terminal: Terminal, tmp_path: Path) -> None:
    """The folder itself is named, and who is nobody of the register is counted."""
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    users = "sourcedId,status,role,givenName,familyName,identifier\nu1,,student,Ann,Lee,77\nu2,,parent,Pat,Lee,\n"
    (bundle / "users.csv").write_text(users, "utf-8")
    code, said = terminal("roster", "import", bundle, "--number", "identifier")
    assert code == 0
    assert "1 parents and guardians were left out." in said


@pytest.mark.parametrize("packed", [False, True])
def test_photographs_are_enrolled_and_reported_person_by_person(
    terminal: Terminal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    packed: bool,  # noqa: FBT001
) -> None:
    """From a folder or a zip; kept sealed when the policy says so; a file of no known person is told."""
    policy = tmp_path / "policy.toml"
    policy.write_text(_policy_that_keeps(), "utf-8")
    monkeypatch.setenv("GATEKEEPER_POLICY", str(policy))
    photos = tmp_path / "photos"
    for name in ("S-001", "S-003"):
        shutil.copytree(PEOPLE / name, photos / name)
    shutil.copy(PEOPLE / "S-001" / "1.jpg", photos / "IMG 1.jpg")
    (photos / "S-001" / "9.jpg").write_bytes(b"no photograph")
    (photos / "S-002.jpg").write_bytes((SAMPLES / "09-nobody-visible.jpg").read_bytes())
    (photos / "Thumbs.db").write_bytes(b"clutter")
    terminal("roster", "import", written(tmp_path, ROSTER))
    source = _zipped(photos, tmp_path / "photos.zip") if packed else photos
    answer = terminal.json("roster", "photos", source)
    people = {one["external_id"]: one for one in answer["people"]}  # type: ignore[attr-defined]
    assert (people["S-001"]["used"], people["S-001"]["kept"], people["S-001"]["short"]) == (2, 2, 1)
    assert [photo["file"] for photo in people["S-001"]["refused"]] == ["S-001/9.jpg"]
    assert (people["S-002"]["used"], "No clear face" in people["S-002"]["refused"][0]["reason"]) == (0, True)
    assert answer["without_consent"] == ["S-003"]
    assert [photo["file"] for photo in answer["unmatched"]] == ["IMG 1.jpg"]  # type: ignore[attr-defined]
    code, said = terminal("roster", "photos", source)
    assert code == 0
    assert "S-002.jpg: No clear face was found." in said
    assert "Short of that: S-001 (1 more)" in said
    assert "No photo could be used of: S-002." in said
    if not packed:
        _measured_on_what_is_kept(terminal, tmp_path / "own.json")


def _measured_on_what_is_kept(terminal: Terminal, numbers: Path) -> None:
    """The school's own figures: two photographs of one person are few, and its class is not told apart."""
    code, said = terminal("benchmark", "--own", "--json", numbers)
    assert (code, "2 photographs are few" in said) == (0, True)
    found = json.loads(numbers.read_text("utf-8"))
    assert (found["all"]["people"], found["all"]["missed"]["of"]) == (1, 2)
    assert set(found["by_age"].values()) == {None}
    for wrong in (
        (),
        ("--own", "--record"),
        ("--own", numbers.parent),
        ("--own", "--quick"),
        ("--own", "--engine", "dlib"),
    ):
        code, said = terminal("benchmark", *wrong)
        assert (code, "--own" in said) == (1, True)


def test_no_template_is_made_of_the_youngest(terminal: Terminal, tmp_path: Path) -> None:
    """Photographs of a pupil under five are left, with the reason; one of five is enrolled, and it is no failure."""
    today = datetime.now(UTC).date()
    born = {"S-001": today.replace(day=1, year=today.year - 4), "S-002": today.replace(day=1, year=today.year - 5)}
    rows = "".join(f"{number},Ann,Lee,pupil,{day},yes\n" for number, day in born.items())
    file = written(tmp_path, f"external_id,first_name,last_name,kind,date_of_birth,biometric_consent\n{rows}")
    for number in born:
        shutil.copytree(PEOPLE / "S-001", tmp_path / "photos" / number)
    answer = terminal.json("roster", "import", file, "--photos", tmp_path / "photos")
    people = {one["external_id"]: one for one in answer["photos"]["people"]}  # type: ignore[index]
    assert (people["S-001"]["used"], people["S-002"]["used"]) == (0, 2)
    assert all("so young" in photo["reason"] for photo in people["S-001"]["refused"])
    assert [one["same_family_name_not_enrolled"] for one in answer["photos"]["look_alikes"]] == [["S-001"]]  # type: ignore[index]


def test_a_source_of_photographs_that_is_none_is_an_error_in_words(terminal: Terminal, tmp_path: Path) -> None:
    """Nothing there, or a file that is no zip."""
    founded(terminal)
    for source in (tmp_path / "nothing", written(tmp_path, "text", "x.zip")):
        code, said = terminal("roster", "photos", source)
        assert code == 1
        assert "no folder or zip file" in said


def test_channels_are_added_approved_changed_and_closed(terminal: Terminal) -> None:
    """Each answer says whether pictures may go there, and if not what is missing."""
    add = ["channel", "add", "web", "--title", "Web", "--platform", "wordpress", "--address", "https://x.example"]
    assert "name at least 2" in terminal(*add, "--staff", "Ann")[1]
    assert terminal("channel", "approve", "web", "--by", "Head")[0] == 1
    assert "has to approve it" in terminal("channel", "change", "web", "--staff", "Ann", "--staff", "Bea")[1]
    assert "Open, approved by Head" in terminal("channel", "approve", "web", "--by", "Head")[1]
    assert "Open" in terminal("channel", "change", "web", "--staff", "Ann", "--staff", "Cy")[1]
    assert "Not open" in terminal("channel", "change", "web", "--purpose", "press", "--title", "The web")[1]
    terminal("channel", "approve", "web", "--by", "Head")
    assert "is closed" in terminal("channel", "close", "web")[1]
    assert "Closed since" in terminal("channel", "list")[1]
    found = terminal.json("channel", "list")
    assert (found["staff"], found["purposes"], found["open"]) == (["Ann", "Cy"], ["press"], False)
    assert terminal("channel", "change", "nowhere", "--title", "x")[0] == 1


def _policy_that_keeps() -> str:
    shipped = resources.files("gatekeeper.policy").joinpath("profiles", "primary.toml").read_text("utf-8")
    return shipped.replace("keep_reference_photos = false", "keep_reference_photos = true")


def _zipped(photos: Path, file: Path) -> Path:
    with zipfile.ZipFile(file, "w") as archive:
        for path in sorted(photos.rglob("*")):
            archive.write(path, Path("photos") / path.relative_to(photos))
    return file
