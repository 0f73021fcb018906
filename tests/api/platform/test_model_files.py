"""Model files from several sources, each checked before it is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.application.evaluation.model_files import MANIFEST, download, export_to, import_from
from gatekeeper.errors import WeightsUnavailable
from gatekeeper.vision import weights as catalogue
from gatekeeper.vision.weights import CATALOGUE, locate


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every model file that the packages here have."""
    folder = tmp_path_factory.mktemp("mirror")
    copied = export_to(folder, ())
    assert "sface" not in copied.missing
    return folder


def test_an_export_says_what_each_file_is(mirror: Path) -> None:
    """Its manifest has name, hash, licence and source of every file beside it."""
    told = {one["file"]: one for one in json.loads((mirror / MANIFEST).read_text())}
    assert set(told) == {path.name for path in mirror.iterdir()} - {MANIFEST}
    assert all(CATALOGUE[one["name"]].sha256 == one["sha256"] and one["licence"] for one in told.values())


def test_an_installation_without_any_package_works_from_an_export(
    mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index that drops the packages ends no installation."""
    monkeypatch.setattr(catalogue, "find_spec", lambda _: None)
    with pytest.raises(WeightsUnavailable):
        locate("centerface")
    copied = import_from(mirror, tmp_path)
    assert locate("centerface", [tmp_path]) == tmp_path / "centerface.onnx"
    assert len(copied.files) + len(copied.missing) == len(CATALOGUE)


def test_a_mirror_is_asked_first_and_its_files_are_checked(mirror: Path, tmp_path: Path) -> None:
    """Of a file without any address too; a wrong one is refused and nothing is kept."""
    assert download("centerface", tmp_path / "data", str(mirror)).is_file()
    bad, new = tmp_path / "bad", tmp_path / "new"
    bad.mkdir()
    (bad / "centerface.onnx").write_bytes(b"another net")
    for take in (
        lambda: download("centerface", new, str(bad)),
        lambda: import_from(bad, new),
    ):
        with pytest.raises(WeightsUnavailable, match="SHA-256"):
            take()
    assert not new.exists()


@pytest.mark.parametrize("name", ["centerface", "no such net"])
def test_what_no_source_has_is_said(name: str, tmp_path: Path) -> None:
    """Without a mirror a file that no publisher offers by itself cannot be fetched."""
    with pytest.raises(WeightsUnavailable, match="no official download"):
        download(name, tmp_path)


def test_an_empty_folder_is_no_export(tmp_path: Path) -> None:
    """The sentence says how one is made."""
    with pytest.raises(WeightsUnavailable, match="weights export"):
        import_from(tmp_path, tmp_path / "data")
