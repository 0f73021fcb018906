"""A folder of labelled photographs, as schools lay it out."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.benchmark.pictures import FolderUnusable, held_out, marked, people, read, without_faces
from gatekeeper.types import Box


def laid_out(folder: Path, *names: str) -> None:
    """Make empty files."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


@pytest.mark.parametrize("root", ["people", "identities"])
def test_one_folder_a_person(tmp_path: Path, root: str) -> None:
    """Photographs lie in a folder for each person, under either name; other files are passed over."""
    laid_out(
        tmp_path, f"{root}/Ada/2.jpg", f"{root}/Ada/1.PNG", f"{root}/Ben/1.jpg", f"{root}/Ada/x.txt", f"{root}/z.jpg"
    )
    found = people(tmp_path)
    assert {person: [photo.path.name for photo in photos] for person, photos in found.items()} == {
        "Ada": ["1.PNG", "2.jpg"],
        "Ben": ["1.jpg"],
    }


def test_a_table_names_the_person_among_several(tmp_path: Path) -> None:
    """`manifest.csv` gives the place of the labelled person; photographs without a row have none."""
    laid_out(tmp_path, "people/Ada/1.jpg", "people/Ada/2.jpg")
    rows = "path,main_face\npeople/Ada/1.jpg,10 20 30.5 40\n"
    (tmp_path / "people" / "manifest.csv").write_text(rows, encoding="utf-8")
    one, two = people(tmp_path)["Ada"]
    assert one.main == Box(10, 20, 30.5, 40)
    assert two.main is None


@pytest.mark.parametrize(
    ("column", "value", "company"),
    [("bystander", "yes", True), ("bystander", "", False), ("faces_found", "2", True), ("faces_found", "1", False)],
)
def test_a_table_tells_of_company(tmp_path: Path, column: str, value: str, company: bool) -> None:  # noqa: FBT001
    """Where a column says that somebody else shows, the photograph has company."""
    laid_out(tmp_path, "people/Ada/1.jpg")
    (tmp_path / "people" / "manifest.csv").write_text(f"path,{column}\npeople/Ada/1.jpg,{value}\n", encoding="utf-8")
    assert people(tmp_path)["Ada"][0].company is company


def test_a_list_of_bystanders_counts_only_people(tmp_path: Path) -> None:
    """A list of everything that was looked at will do: only what was found to be a person counts."""
    laid_out(tmp_path, "people/Ada/1.jpg", "people/Ada/2.jpg", "people/Ada/3.jpg")
    table = tmp_path / "seen.csv"
    table.write_text("path,what\npeople/Ada/1.jpg,person\npeople/Ada/2.jpg,nothing\n", encoding="utf-8")
    assert [photo.company for photo in people(tmp_path, table)["Ada"]] == [True, False, False]


def test_a_table_without_its_column_is_refused(tmp_path: Path) -> None:
    """The message names the table and the column."""
    laid_out(tmp_path, "people/Ada/1.jpg")
    (tmp_path / "people" / "manifest.csv").write_text("file\n1.jpg\n", encoding="utf-8")
    with pytest.raises(FolderUnusable, match=r"manifest\.csv lacks the column path"):
        people(tmp_path)


def test_a_box_that_is_no_box_is_refused(tmp_path: Path) -> None:
    """A marked face needs four numbers."""
    (tmp_path / "groups").mkdir()
    (tmp_path / "groups" / "annotations.csv").write_text("path,x,y,w,h\ngroups/a.jpg,1,2,wide,4\n", encoding="utf-8")
    with pytest.raises(FolderUnusable, match=r"four numbers: groups/a\.jpg"):
        marked(tmp_path)


def test_a_picture_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    """The message names the file, so that whoever chose the folder finds it."""
    with pytest.raises(FolderUnusable, match=r"nothing\.jpg cannot be opened"):
        read(tmp_path / "nothing.jpg")


def test_an_empty_folder_has_nobody(tmp_path: Path) -> None:
    """Parts that are not there are empty."""
    assert (people(tmp_path), marked(tmp_path), without_faces(tmp_path)) == ({}, {}, [])


def test_half_of_all_names_are_held_out() -> None:
    """The split depends on the name alone and is about even."""
    assert 450 < sum(held_out(f"person {number}") for number in range(1000)) < 550
