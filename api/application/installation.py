"""One place of pictures for one database: an id that both hold, from the first start on.

The place is the data folder, or the bucket, which any number of machines share with the database.
Two machines with one database and a folder each would miss each other's pictures, and each
would sweep or refuse what the other stored. So a database is opened only with its own folder.
The folder's file is written first, as not bound yet; a crash between the two is made good at
the next start.
"""

from __future__ import annotations

import json
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from api.platform.storage import AlreadyStored, Sealed
from consent_db.errors import DatabaseProblem, SealBroken
from consent_db.keys.private_files import read_private, write_private
from consent_db.store import Store

FILE: Final = "installation.json"
"""The file in the data folder."""

ELSEWHERE: Final = (
    "This database belongs to another data folder, where its pictures lie; several machines cannot share one "
    "database yet. Start Gatekeeper with that folder (--data). If the school was moved here on purpose, stop it "
    "there, copy that folder here, and start with the copy. If that folder is lost, run `gatekeeper db adopt`."
)
OTHER: Final = (
    "This data folder belongs to another database than the one that is set. Set GATEKEEPER_DATABASE_URL to that "
    "one, or give an empty folder with --data. If the folder is to go with this database on purpose, run "
    "`gatekeeper db adopt`."
)
OTHER_KEYS: Final = (
    "The bucket of GATEKEEPER_PICTURES belongs to another installation: its mark was sealed with other keys. Give "
    "another prefix, or the right keys."
)
NOT_MOVED: Final = (
    "The bucket of GATEKEEPER_PICTURES does not belong to this database: its pictures lie elsewhere. Copy them with "
    "`gatekeeper picture move`, which marks the new place, or give the right address. If those pictures are lost, run "
    "`gatekeeper db adopt`."
)
_IN_BUCKET: Final = "school/installation"
_SYSTEM: Final = "system"


MOVING: Final = "moving:"
"""What a mark begins with while pictures are being copied to its place."""

Where = Path | Sealed
"""What belongs to a database: the data folder, or the bucket with the pictures."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a folder says of itself."""

    installation: str
    bound: bool
    """Whether the database had taken the id when this was written."""


def must_not_be_elsewhere(folder: Where, theirs: str | None) -> None:
    """Make sure that a database does not belong to another folder, before keys are asked for.

    Args:
        folder: the data folder, or the bucket with the pictures where there is one.
        theirs: what the database says; None if it belongs to none.

    Raises:
        DatabaseProblem: it does, with a sentence that says what to do.
    """
    mine = _read(folder)
    if theirs is not None and isinstance(folder, Sealed) and (mine is None or mine.installation.startswith(MOVING)):
        raise DatabaseProblem(NOT_MOVED)
    if theirs is not None and (mine is None or mine.installation != theirs):
        raise DatabaseProblem(ELSEWHERE if mine is None or not mine.bound else OTHER)


def bind(folder: Where, store: Store, now: datetime) -> None:
    """Make sure that folder and database belong together; the first time, let them.

    Raises:
        DatabaseProblem: one of them belongs to another, with a sentence that says what to do.
    """
    with store.reading(_SYSTEM, now) as tx:
        theirs = tx.installation.current()
    must_not_be_elsewhere(folder, theirs)
    mine = _read(folder)
    if theirs is not None and mine is not None and mine.bound:
        return
    if mine is not None and mine.bound:
        raise DatabaseProblem(OTHER)
    if mine is None:
        with suppress(FileExistsError, AlreadyStored):  # another process of this folder was first
            _write(folder, Mark(secrets.token_hex(16), bound=False), replace=False)
        mine = _read(folder)
    assert mine is not None  # noqa: S101, it was just written
    with store.transaction(_SYSTEM, now) as tx:
        theirs = tx.installation.bind_first(mine.installation)
    must_not_be_elsewhere(folder, theirs)
    _write(folder, Mark(theirs, bound=True), replace=True)


def adopt(folder: Where, store: Store, actor: str, now: datetime, why: str) -> None:
    """Let a folder and a database belong together from now on, whatever they belonged to.

    Args:
        folder: the data folder, or the bucket with the pictures where there is one.
        store: the database.
        actor: who decided it.
        now: the moment.
        why: a short code for the audit, such as `moved` or `restored`.
    """
    fresh = secrets.token_hex(16)
    _write(folder, Mark(fresh, bound=False), replace=True)
    with store.transaction(actor, now) as tx:
        tx.installation.bind(fresh, why)
    _write(folder, Mark(fresh, bound=True), replace=True)


def marked(where: Where) -> str | None:
    """Return which installation a place says that it belongs to; None for a place without a mark.

    Raises:
        DatabaseProblem: the mark is damaged, or was made with other keys.
    """
    mine = _read(where)
    return None if mine is None else mine.installation


def mark(where: Where, installation: str) -> None:
    """Have a place say that it belongs to an installation."""
    _write(where, Mark(installation, bound=not installation.startswith(MOVING)), replace=True)


def unmark(where: Sealed, installation: str) -> None:
    """Have a bucket belong to no installation any more, if it belongs to this one."""
    if marked(where) == installation:
        where.objects.delete(_IN_BUCKET)


def _read(folder: Where) -> Mark | None:
    if isinstance(folder, Sealed):
        try:
            found = folder.get(_IN_BUCKET)
        except SealBroken:
            raise DatabaseProblem(OTHER_KEYS) from None
        return None if found is None else _parsed(found)
    path = folder / FILE
    if not path.exists():
        return None
    try:
        return _parsed(read_private(path, "file of the installation"))
    except (ValueError, KeyError, TypeError):
        message = f"The file {path} is damaged. Restore it from a copy of the folder, or run `gatekeeper db adopt`."
        raise DatabaseProblem(message) from None


def _parsed(data: bytes) -> Mark:
    content = json.loads(data)
    return Mark(str(content["installation"]), bound=content["bound"] is True)


def _write(folder: Where, mark: Mark, *, replace: bool) -> None:
    content = json.dumps({"installation": mark.installation, "bound": mark.bound}, indent=1)
    if isinstance(folder, Sealed):
        folder.put(_IN_BUCKET, content.encode(), replace=replace)
        return
    write_private(folder / FILE, content.encode(), replace=replace)
