"""What the README tells people to type is typed here."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from api.cli import main

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder like a fresh checkout, as far as the README's commands need one."""
    shutil.copytree(ROOT / "sample_images", tmp_path / "sample_images")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GATEKEEPER_DATA", raising=False)
    return tmp_path


def test_every_command_of_the_readme_does_what_it_says(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Typed one after the other in an empty folder they all succeed, but for refused sample files."""
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    assert len(lines) >= 8
    for line in lines:
        program, *arguments = shlex.split(line)
        assert program == "gatekeeper"
        assert main.run(arguments) == (2 if arguments[0] == "sanitize" else 0), line
    said = capsys.readouterr().out
    assert "Caption: Albert and Barack at the fair" in said
    assert [path.suffix for path in (checkout / "releases").iterdir()] == [".jpg"]


def test_the_python_example_runs(checkout: Path) -> None:
    """The library example holds its own assertions."""
    (example,) = blocks("python")
    exec(compile(example, "README.md", "exec"), {})  # noqa: S102 - our own text


def test_every_file_that_the_readme_links_to_exists() -> None:
    """No link leads nowhere."""
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_every_decision_is_in_their_list_once() -> None:
    """Each file of a decision is linked from the list, in the order of the numbers."""
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"^- \[\d{4}\]\(([^)]+)\)", (folder / "README.md").read_text("utf-8"), re.MULTILINE)
    assert listed == sorted(path.name for path in folder.glob("0*.md"))
