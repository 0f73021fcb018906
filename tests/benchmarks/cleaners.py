"""Clean the same files in several ways, to be judged afterwards: `python -m tests.benchmarks.cleaners OUT`.

Makes a folder with the planted files of the tests (or takes another with
`--from`), and beside it one folder a way: as it is, exiftool, mat2, Pillow and
`gatekeeper sanitize`. A tool that is not installed is left out. Prints for each
way how many files it wrote, how many of them exiftool still reads metadata from,
and in how many the planted string is left.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from PIL import Image

from api.cli import main as cli
from tests.support.torture import PLANTED, spellings

TOGETHER: Final = 40
"""Files that one call of a tool is given."""
OF_PIXELS: Final = frozenset(
    {
        "SourceFile",
        "File",
        "ExifTool",
        "Composite",
        "JFIF:JFIFVersion",
        "JFIF:ResolutionUnit",
        "JFIF:XResolution",
        "JFIF:YResolution",
    }
)
"""What exiftool says of any file: about the file system, the program, and the picture itself."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--from", dest="source", type=Path, help="a folder of other files")
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True)
    originals = given.out / "untouched"
    _gather(given.source, originals)
    answer = {"untouched": _judge(originals)}
    for name, clean in WAYS.items():
        folder = given.out / name
        if clean(originals, folder):
            answer[name] = _judge(folder)
    print(json.dumps(answer, indent=1))  # noqa: T201
    return 0


def _gather(source: Path | None, folder: Path) -> None:
    """Write the planted files, or copy others under numbers, so that no name is printed anywhere."""
    folder.mkdir()
    if source is None:
        for number, (name, make) in enumerate(sorted(PLANTED.items())):
            data = make()
            (folder / f"{number:03}-{name}{_suffix(data)}").write_bytes(data)
        return
    for number, file in enumerate(sorted(path for path in source.rglob("*") if path.is_file())):
        shutil.copyfile(file, folder / f"{number:04}{file.suffix.lower()}")


def _suffix(data: bytes) -> str:
    starts = {b"\xff\xd8": ".jpg", b"\x89P": ".png", b"RI": ".webp", b"GI": ".gif", b"BM": ".bmp"}
    if data[4:8] == b"ftyp":
        return ".avif" if data[8:12] in {b"avif", b"avis"} else ".heic"
    return starts.get(data[:2], ".tif")


def _with_exiftool(*options: str) -> Callable[[Path, Path], bool]:
    def clean(originals: Path, folder: Path) -> bool:
        if shutil.which("exiftool") is None:
            return False
        folder.mkdir()
        for files in _batches(originals):
            _run("exiftool", "-q", "-q", *options, "-o", f"{folder}/%f.%e", *files)
        return True

    return clean


def _with_mat2(*options: str) -> Callable[[Path, Path], bool]:
    def clean(originals: Path, folder: Path) -> bool:
        if shutil.which("mat2") is None:
            return False
        shutil.copytree(originals, folder)
        for file in sorted(folder.iterdir()):
            before = file.stat()
            _run("mat2", "--inplace", *options, str(file))
            if file.stat().st_ino == before.st_ino and file.stat().st_mtime_ns == before.st_mtime_ns:
                file.unlink()  # refused: nothing was written
        return True

    return clean


def _with_pillow(originals: Path, folder: Path) -> bool:
    """Open and save, as one would."""
    folder.mkdir()
    for file in sorted(originals.iterdir()):
        try:
            with Image.open(file) as image:
                image.save(folder / file.name)
        except Exception:  # noqa: BLE001 - decoders and encoders raise anything
            (folder / file.name).unlink(missing_ok=True)
    return True


def _with_gatekeeper(originals: Path, folder: Path) -> bool:
    cli.run(["sanitize", str(originals), "--out", str(folder), "--keep-names", "--json"])
    return True


WAYS: Final[dict[str, Callable[[Path, Path], bool]]] = {
    "exiftool": _with_exiftool("-all="),
    "exiftool-more": _with_exiftool("-all:all=", "-trailer:all=", "-icc_profile:all=", "-photoshop:all=", "-unsafe="),
    "mat2-lightweight": _with_mat2("--lightweight"),
    "mat2": _with_mat2(),
    "pillow": _with_pillow,
    "gatekeeper": _with_gatekeeper,
}


def _judge(folder: Path) -> dict[str, Any]:
    files = sorted(file for file in folder.iterdir() if file.is_file())
    marks = spellings()
    planted = [file.name for file in files if any(mark in file.read_bytes() for mark in marks)]
    read = [entry for batch in _batches(folder) for entry in _tags(batch)]
    return {"files": len(files), "with_metadata": sum(map(_says_more, read)), "planted_left": len(planted)}


def _tags(files: list[str]) -> list[dict[str, Any]]:
    if shutil.which("exiftool") is None:
        return []
    found = _run("exiftool", "-j", "-a", "-u", "-G1", "-q", "-q", *files)
    read: list[dict[str, Any]] = json.loads(found or "[]")
    return read


def _says_more(entry: dict[str, Any]) -> bool:
    """Whether there is a tag that is not about the file or its pixels."""
    groups = (name for name in entry if name not in OF_PIXELS and name.partition(":")[0] not in OF_PIXELS)
    needed = ("PNG:", "PNG-pHYs:", "RIFF:VP8", "RIFF:Image", "RIFF:Horizontal", "RIFF:Vertical", "System:", "ExifTool:")
    return any(not name.startswith(needed) for name in groups)


def _batches(folder: Path) -> list[list[str]]:
    files = [str(file) for file in sorted(folder.iterdir()) if file.is_file()]
    return [files[start : start + TOGETHER] for start in range(0, len(files), TOGETHER)]


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, check=False, timeout=600)  # noqa: S603 - tools of this machine
    return done.stdout.decode("utf-8", "replace")


if __name__ == "__main__":
    raise SystemExit(main())
