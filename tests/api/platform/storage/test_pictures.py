from __future__ import annotations

from pathlib import Path

import pytest

from api.platform.storage import Folder, NoSuchPicture, Pictures
from consent_db.errors import SealBroken
from tests.support.school import School

PICTURE = b"\xff\xd8 a picture of a child"


@pytest.fixture
def pictures(school: School, tmp_path: Path) -> Pictures:
    return Pictures(Folder(tmp_path / "pictures"), school.services.store)


def test_what_was_stored_comes_back(pictures: Pictures) -> None:
    """Bytes in, the same bytes out, until they are deleted."""
    pictures.put("uploads/one", PICTURE)
    assert pictures.get("uploads/one") == PICTURE
    assert pictures.all_keys() == {"uploads/one"}
    pictures.delete("uploads/one")
    with pytest.raises(NoSuchPicture):
        pictures.get("uploads/one")
    assert not pictures.holds("uploads/one")


def test_a_copied_folder_holds_no_usable_picture(pictures: Pictures, tmp_path: Path) -> None:
    """Files are sealed and readable by their owner only."""
    pictures.put("examined/one", PICTURE)
    file = tmp_path / "pictures" / "examined" / "one"
    assert b"child" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "pictures").stat().st_mode & 0o777 == 0o700


def test_a_file_under_another_name_does_not_open(pictures: Pictures, tmp_path: Path) -> None:
    """Swapping two pictures on the disk cannot swap what is published."""
    pictures.put("examined/one", PICTURE)
    (tmp_path / "pictures" / "examined" / "one").rename(tmp_path / "pictures" / "examined" / "two")
    with pytest.raises(SealBroken):
        pictures.get("examined/two")


@pytest.mark.parametrize("key", ["../keys.json", "uploads/../../x", "uploads", "/etc/passwd", "uploads/a/b", ""])
def test_a_key_cannot_lead_out_of_the_folder(pictures: Pictures, key: str) -> None:
    """Only names of the one form are files at all."""
    with pytest.raises(ValueError, match="key"):
        pictures.get(key)


def test_a_half_written_file_is_no_picture_and_is_removed(pictures: Pictures, tmp_path: Path) -> None:
    """What a crash left in the middle of writing is never taken for a picture."""
    pictures.put("uploads/one", PICTURE)
    leftover = tmp_path / "pictures" / "uploads" / ".new-1"
    leftover.write_bytes(b"half")
    assert pictures.all_keys() == {"uploads/one"}
    assert not leftover.exists()
