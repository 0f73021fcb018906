"""Make clean copies of files and folders: each whole or not there, and nothing overwritten."""

from __future__ import annotations

import errno
import os
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

from gatekeeper.decision.fitting import release_within
from gatekeeper.errors import PhotoRefused, ReleaseNotClean
from gatekeeper.media.open import Opener
from gatekeeper.rendition import Output, Rendition
from gatekeeper.types import MetadataReport, Release

TEMPORARY: Final = ".gatekeeper-"
"""What the names of half-written files begin with; they are gone when a run ends."""
_NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV})


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be cleaned, and what it is called below the folder that was given."""

    path: Path
    name: Path


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What became of one file; as JSON, one entry of a report.

    Attributes:
        file: its name below the folder that was given.
        release: the clean copy's name below the folder of copies; None if there is none.
        carriers: what was found besides pixels, words from a fixed list.
        refused: why there is no copy, in a sentence.
        code: the same, for programs.
    """

    file: str
    release: str | None = None
    sha256: str | None = None
    width: int | None = None
    height: int | None = None
    bytes: int | None = None
    format: str | None = None
    exif_tags: int = 0
    turned: bool = False
    carriers: tuple[str, ...] = ()
    refused: str | None = None
    code: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Cleaner:
    """Makes clean copies in one folder."""

    opener: Opener
    folder: Path
    rendition: Rendition = field(default_factory=Rendition)
    names: Mapping[Source, Path] | None = None
    """What the copies are called; None makes names from the content."""

    def clean(self, source: Source) -> Cleaned:
        """Make a clean copy of one file, and prove it.

        Raises:
            OSError: the folder cannot be written to; there is no half of a file in it.
        """
        name = source.name.as_posix()
        try:
            photo = self.opener.open(_read(source.path, self.opener.limits.max_bytes), self.rendition)
            release = release_within(photo.pixels, self.rendition)
            _ = release.pixels  # raises unless the bytes show what they were made from
        except PhotoRefused as refused:
            return Cleaned(name, refused=refused.message, code=refused.code.value)
        except ReleaseNotClean as unclean:
            return Cleaned(name, refused=str(unclean), code="not_clean")
        except OSError as error:
            return Cleaned(name, refused=f"The file cannot be read ({error.strerror}).", code="not_readable")
        found = photo.metadata
        target = self._target(source, release, self.rendition.output)
        if not _write(self.folder / target, release.data):
            return Cleaned(
                name,
                carriers=_found(found),
                refused="There is another file of that name already. Choose an empty folder.",
                code="name_taken",
            )
        return Cleaned(
            file=name,
            release=target.as_posix(),
            sha256=release.sha256,
            width=release.width,
            height=release.height,
            bytes=len(release.data),
            format=photo.format.value,
            exif_tags=found.exif_tags,
            turned=found.turned,
            carriers=_found(found),
        )

    def _target(self, source: Source, release: Release, output: Output) -> Path:
        if self.names is not None:
            return self.names[source]
        return Path(f"photo-{release.sha256[:12]}{output.suffix}")


def sources_in(paths: Sequence[Path], leave_out: Path) -> list[Source]:
    """Return the files, and every file below the folders, in order; hidden ones are left out.

    Args:
        paths: files and folders.
        leave_out: a folder of which nothing is taken, as where the copies go.

    Raises:
        FileNotFoundError: one of them is not there.
    """
    out = leave_out.resolve()
    sources: list[Source] = []
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(errno.ENOENT, "There is no such file or folder", str(path))
        found = [path] if not path.is_dir() else sorted(p for p in path.rglob("*") if p.is_file())
        base = path if path.is_dir() else path.parent
        named = (Source(file, file.relative_to(base)) for file in found)
        sources += [s for s in named if not _hidden(s.name) and not s.path.resolve().is_relative_to(out)]
    return sources


def copy_names(sources: Iterable[Source], output: Output) -> dict[Source, Path]:
    """Return what each copy is called when names are kept: one name for one file, in whatever order they come.

    `IMG_1.JPG` becomes `IMG_1.jpg`. Where several files would become that
    (phones put `IMG_1.HEIC` beside it), the one that is of the format already
    has it, and the others keep their whole name: `IMG_1.HEIC.jpg`. Names that
    differ in case alone count as the same, since on many disks they are.
    """
    order = sorted(sources, key=lambda source: (not _has(source.name, output), source.name.as_posix(), source.path))
    chosen: dict[Source, Path] = {}
    taken: set[str] = set()
    for source in order:
        target = next(each for each in _candidates(source.name, output) if each.as_posix().casefold() not in taken)
        chosen[source] = target
        taken.add(target.as_posix().casefold())
    return chosen


def _has(name: Path, output: Output) -> bool:
    return name.suffix.casefold() in output.suffixes


def _candidates(name: Path, output: Output) -> Iterator[Path]:
    yield name.with_suffix(output.suffix)
    yield name.with_name(name.name + output.suffix)
    for number in count(2):
        yield name.with_name(f"{name.name}-{number}{output.suffix}")


def totals(results: Iterable[Cleaned]) -> dict[str, Any]:
    """Return the sums over a run."""
    done = list(results)
    refused = Counter(one.code for one in done if one.refused)
    carriers = Counter(carrier for one in done for carrier in one.carriers)
    return {
        "files": len(done),
        "cleaned": sum(one.release is not None for one in done),
        "refused": sum(refused.values()),
        "refused_by_code": dict(sorted(refused.items(), key=lambda item: str(item[0]))),
        "carriers": dict(sorted(carriers.items())),
    }


def write_new(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file that is not there yet: whole, or not at all.

    Raises:
        FileExistsError: there is a file of this name.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f"{TEMPORARY}{secrets.token_hex(8)}"
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _place(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _place(temporary: Path, path: Path) -> None:
    """Give a finished file its name; a link fails where a rename would overwrite."""
    try:
        path.hardlink_to(temporary)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from error
        temporary.rename(path)


def _write(path: Path, data: bytes) -> bool:
    """Write a copy; say whether it is there now. The very same one may have been made before."""
    try:
        write_new(path, data)
    except FileExistsError:
        return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data
    return True


def _read(path: Path, most: int) -> bytes:
    """Read a file, one byte more than is allowed at most, so that a huge one costs nothing."""
    with path.open("rb") as file:
        return file.read(most + 1)


def _hidden(name: Path) -> bool:
    return any(part.startswith(".") for part in name.parts)


def _found(report: MetadataReport) -> tuple[str, ...]:
    return (*(["position"] if report.gps else []), *report.carriers)
