"""`gatekeeper sanitize` as a tool of its own."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from api.application.evaluation.cleaning import Cleaner, Source, copy_names, sources_in, write_new
from api.application.evaluation.samples import folder
from api.cli import main, options
from gatekeeper.media.open import Opener
from gatekeeper.media.release.encode import verify
from gatekeeper.rendition import Output
from tests.support import samples

PHONE = folder() / "10-phone.heic"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(options.out, "width", 240)

    def go(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main.run(["sanitize", *map(str, arguments)])
        return (code, *capsys.readouterr())

    return go


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """A folder of folders: two pictures, one that is none, one hidden."""
    album = tmp_path / "Amira's party"
    (album / "Khan family").mkdir(parents=True)
    picture = samples.saved(samples.scene(120, 90), "JPEG", exif=samples.exif(gps=True, text="Khan").tobytes())
    (album / "Amira Khan 4B.jpg").write_bytes(picture)
    (album / "Khan family" / "garden.png").write_bytes(samples.saved(samples.scene(90, 120, 1), "PNG"))
    (album / "Khan family" / "notes.jpg").write_text("not a photo", "utf-8")
    (album / ".cache.jpg").write_bytes(picture)
    return album


def files_in(place: Path) -> list[str]:
    return sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file())


def report_of(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


def test_a_folder_is_cleaned_with_everything_below_it(run: Run, album: Path, tmp_path: Path) -> None:
    """Each copy is proved clean, and nothing of the names stays."""
    code, out, err = run(album, "--out", tmp_path / "out")
    assert code == 2
    assert "2 of 3 files have a clean copy, 1 were refused." in err
    assert "garden.png" in out
    copies = list((tmp_path / "out").iterdir())
    assert len(copies) == 2
    for copy in copies:
        verify(copy.read_bytes())
        assert copy.stem == f"photo-{hashlib.sha256(copy.read_bytes()).hexdigest()[:12]}"


def test_the_report_has_a_row_for_each_file_and_totals(run: Run, album: Path, tmp_path: Path) -> None:
    """What was found, what became of it, and whether the run came to its end."""
    code, _, _ = run(album, "--out", tmp_path / "out", "--report", tmp_path / "report.json")
    assert code == 2
    report = report_of(tmp_path / "report.json")
    assert report["complete"]
    assert report["totals"]["cleaned"] == 2
    assert report["totals"]["refused_by_code"] == {"unsupported_format": 1}
    assert report["totals"]["carriers"]["position"] == 1
    row = report["files"][0]
    assert row["file"] == "Amira Khan 4B.jpg"
    assert {"position", "serial_number", "owner"} & set(row["carriers"])
    assert (tmp_path / "out" / row["release"]).stat().st_size == row["bytes"]


def test_names_and_folders_are_kept_if_asked_for(run: Run, album: Path, tmp_path: Path) -> None:
    """The end of the name is the copy's own."""
    run(album, "--out", tmp_path / "out", "--keep-names", "--format", "webp", "--long-side", "64")
    assert files_in(tmp_path / "out") == ["Amira Khan 4B.webp", "Khan family/garden.webp"]
    with Image.open(tmp_path / "out" / "Amira Khan 4B.webp") as copy:
        assert max(copy.size) == 64


def test_two_files_of_one_stem_both_get_a_copy(run: Run, tmp_path: Path) -> None:
    """Phones put `IMG_1.HEIC` beside `IMG_1.JPG`; run twice, nothing changes."""
    album = tmp_path / "phone"
    album.mkdir()
    for seed, (name, kind) in enumerate({"IMG_1.HEIC": "HEIF", "IMG_1.JPG": "JPEG", "img_1.png": "PNG"}.items()):
        (album / name).write_bytes(samples.saved(samples.scene(120, 90, seed), kind))
    for _ in range(2):
        code, _, err = run(album, "--out", tmp_path / "out", "--keep-names")
        assert (code, "3 of 3 files" in err) == (0, True)
        assert files_in(tmp_path / "out") == ["IMG_1.HEIC.jpg", "IMG_1.jpg", "img_1.png.jpg"]


@given(st.lists(st.sampled_from(("a", "A", "a.jpg", "a.JPEG", "a.heic", "b/a.png", "a.heic.jpg", "a.jpg.jpg"))))
def test_every_file_gets_a_name_of_its_own(names: list[str]) -> None:
    """No two copies share a name, also where a disk does not tell capitals, whatever the order."""
    sources = [Source(Path(f"/{number}/{name}"), Path(name)) for number, name in enumerate(names)]
    chosen = copy_names(sources, Output.JPEG)
    assert len({each.as_posix().casefold() for each in chosen.values()}) == len(sources)
    assert copy_names(sources[::-1], Output.JPEG) == chosen
    assert all(each.suffix == ".jpg" for each in chosen.values())


def test_nothing_is_overwritten(run: Run, album: Path, tmp_path: Path) -> None:
    """A file of the same name is left alone and told; the very same copy is there already."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "Amira Khan 4B.jpg").write_bytes(b"somebody's own")
    code, text, _ = run(album / "Amira Khan 4B.jpg", "--out", out, "--keep-names")
    assert code == 2
    assert "another file of that name" in text
    assert (out / "Amira Khan 4B.jpg").read_bytes() == b"somebody's own"
    for _ in range(2):
        assert run(album / "Amira Khan 4B.jpg", "--out", out)[0] == 0
    assert len(files_in(out)) == 2


def test_a_report_is_not_overwritten_either(run: Run, album: Path, tmp_path: Path) -> None:
    """It is asked before anything is done."""
    (tmp_path / "report.json").write_text("{}", "utf-8")
    code, _, err = run(album, "--out", tmp_path / "out", "--report", tmp_path / "report.json")
    assert code == 1
    assert "already" in err
    assert not (tmp_path / "out").exists()


def test_copies_inside_the_folder_are_not_cleaned_again(run: Run, album: Path) -> None:
    """The folder of copies may lie in the folder of pictures."""
    assert run(album, "--out", album / "clean")[0] == 2
    before = files_in(album)
    run(album, "--out", album / "clean")
    assert files_in(album) == before


@pytest.mark.parametrize("what", ["nothing-there", "empty"])
def test_nothing_to_do_is_an_error(run: Run, tmp_path: Path, what: str) -> None:
    """Exit code 1, with a sentence."""
    (tmp_path / "empty").mkdir()
    code, _, err = run(tmp_path / what, "--out", tmp_path / "out")
    assert code == 1
    assert "no" in err.lower()


def test_a_file_that_cannot_be_read_or_is_huge_does_not_stop_the_others(run: Run, album: Path, tmp_path: Path) -> None:
    """It is refused with its reason; a sparse file of a terabyte is not read to its end."""
    with (album / "a huge.jpg").open("wb") as file:
        file.truncate(2**40)
    (album / "a link.jpg").symlink_to(tmp_path / "gone")
    code, _, _ = run(album, "--out", tmp_path / "out", "--report", tmp_path / "report.json")
    assert code == 2
    codes = {row["file"]: row["code"] for row in report_of(tmp_path / "report.json")["files"]}
    assert codes["a huge.jpg"] == "too_large"
    assert codes["Amira Khan 4B.jpg"] is None


def test_a_file_that_vanishes_meanwhile_is_told(tmp_path: Path) -> None:
    """Between listing and reading somebody may take it away; the others are still cleaned."""
    with Opener() as opener:
        result = Cleaner(opener, tmp_path / "out").clean(Source(tmp_path / "gone.jpg", Path("gone.jpg")))
    assert (result.release, result.code) == (None, "not_readable")
    assert "No such file" in (result.refused or "")


def test_a_moving_picture_gives_its_first_frame_if_asked_for(run: Run, tmp_path: Path) -> None:
    """Otherwise it is refused."""
    moving = tmp_path / "moving.gif"
    frames = [samples.scene(60, 40, seed) for seed in range(2)]
    frames[0].save(moving, save_all=True, append_images=frames[1:])
    assert run(moving, "--out", tmp_path / "out")[0] == 2
    assert run(moving, "--out", tmp_path / "out", "--first-frame")[0] == 0


@pytest.mark.parametrize("name", ["fsync", "link"])
def test_a_full_disk_leaves_no_half_file(
    run: Run, album: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The run ends with exit code 1, and the folder holds nothing that is not whole."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, name, full)
    code, _, err = run(album, "--out", tmp_path / "out")
    assert code == 1
    assert "The disk is full" in err
    assert files_in(tmp_path / "out") == []


def test_without_links_a_file_is_still_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some memory cards know no links; there a rename is made after looking."""

    def unknown(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", unknown)
    write_new(tmp_path / "a.jpg", b"one")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "a.jpg", b"two")
    assert (tmp_path / "a.jpg").read_bytes() == b"one"
    assert files_in(tmp_path) == ["a.jpg"]


def test_files_keep_their_order_and_their_names_below_the_folder(album: Path, tmp_path: Path) -> None:
    """A file that is given by itself has only its own name."""
    names = [source.name.as_posix() for source in sources_in([album], tmp_path / "out")]
    assert names == ["Amira Khan 4B.jpg", "Khan family/garden.png", "Khan family/notes.jpg"]
    single = sources_in([album / "Khan family" / "garden.png"], tmp_path / "out")
    assert single == [Source(album / "Khan family" / "garden.png", Path("garden.png"))]


def test_deleting_a_picture_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for first; afterwards the same file is refused."""
    data = ["--data", str(tmp_path / "data")]
    assert main.run(["channel", "add", "web", "--title", "Web", "--staff", "a", "--staff", "b", *data]) == 0
    checking = ["check", str(PHONE), "--channel", "web", "--json", *data]
    capsys.readouterr()
    main.run(checking)
    check_id = json.loads(capsys.readouterr().out)["id"]
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main.run(["picture", "delete", check_id, *data]) == 1
    assert main.run(["picture", "delete", check_id, "--yes", *data]) == 0
    capsys.readouterr()
    assert main.run(checking) == 2
    again = json.loads(capsys.readouterr().out)
    assert [finding["code"] for finding in again["findings"]] == ["refused_before"]
    assert main.run(["picture", "delete", "chk_nothing", "--yes", *data]) == 1
