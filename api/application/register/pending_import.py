"""The file of an import in progress, sealed in the storage between one page and the next.

One a person: another file takes the place of the first. It goes when it was imported
or given up, and after a day in any case.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict

from api.platform.storage import NoSuchPicture, Objects
from consent_db.errors import SealBroken
from consent_db.roster.layout import LEFT_OUT, DateOrder, Layout, plain
from consent_db.roster.plan import ALL_MISSING, Answer, Choices
from consent_db.store import Store
from gatekeeper.types import Kind

LIFE: Final = timedelta(days=1)
_GROUP: Final = "imports"


class Decided(BaseModel):
    """What was decided about the file so far.

    Attributes:
        meanings: of each heading; `None` while it is unknown.
        leavers: the numbers of those who have left, or `*`.
        dates: the order of dates such as 03/04/2015, by the meaning of their column.
        sheet: the sheet of a workbook that is read; None for the only one.
    """

    model_config = ConfigDict(frozen=True)

    meanings: dict[str, str | None] = {}
    kind: Kind | None = None
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    answers: dict[str, Answer] = {}
    leavers: tuple[str, ...] = ()
    number: str = "sourcedId"
    dates: dict[str, DateOrder] = {}
    sheet: str | None = None

    @property
    def complete(self) -> bool:
        """Whether the meaning of every column is known."""
        return None not in self.meanings.values()

    @property
    def layout(self) -> Layout:
        """What the columns mean, as it can be saved for the next file."""
        columns = {plain(heading): meaning or LEFT_OUT for heading, meaning in self.meanings.items()}
        return Layout(columns, self.kind, frozenset(self.yes), frozenset(self.no), self.dates)

    @property
    def choices(self) -> Choices:
        """The same as the register asks for it."""
        return Choices(self.layout, self.answers, frozenset(self.leavers), self.number, self.sheet)

    @property
    def everybody_left(self) -> bool:
        """Whether all who are missing have left."""
        return self.leavers == (ALL_MISSING,)


class WaitingFile:
    """The waiting file of one user."""

    def __init__(self, objects: Objects, store: Store, user: str) -> None:
        self._objects, self._key = objects, f"{_GROUP}/{user}"
        self._store = store
        self._user = user

    def keep(self, decided: Decided, content: bytes) -> None:
        """Keep a file and what was decided about it, in place of an earlier one."""
        head = decided.model_dump_json().encode()
        sealed = self._store.seal_file(self._user, "import", head + b"\n" + content)
        self._objects.put(self._key, sealed, replace=True)

    def open(self) -> tuple[Decided, bytes] | None:
        """Return what was decided and the file; None if no file waits."""
        try:
            opened = self._store.open_file(self._user, "import", self._objects.get(self._key))
        except (NoSuchPicture, SealBroken):
            return None
        head, _, content = opened.partition(b"\n")
        return Decided.model_validate_json(head), content

    def waits(self, now: datetime) -> bool:
        """Say whether a file waits that is not abandoned; it is not opened."""
        written = self._objects.modified(self._key)
        return written is not None and written >= now - LIFE

    def discard(self) -> None:
        """Forget it."""
        self._objects.delete(self._key)


def forget_old(objects: Objects, now: datetime) -> None:
    """Delete abandoned files."""
    for key, written in objects.listing(_GROUP).items():
        if written < now - LIFE:
            objects.delete(key)
