"""The command line as a terminal runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.cli import main


class Terminal:
    """Runs commands against one data folder and keeps what they print."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self._capsys = capsys

    def __call__(self, *arguments: str | Path) -> tuple[int, str, str]:
        self._capsys.readouterr()
        code = main.run([*map(str, arguments), "--data", str(self.data)])
        out, err = self._capsys.readouterr()
        return code, out, err
