"""The names of files that were sent together: kept sealed, and taken out with the person that they name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set as AbstractSet
from typing import Any, Final

from sqlalchemy import Row, select, update

from consent_db.checks.overview import Overview
from consent_db.core.context import Context
from consent_db.keys.crypto import Place
from consent_db.schema import BatchCheckRow, BatchRow
from gatekeeper.caption.index import NameIndex
from gatekeeper.caption.names import find_mentions
from gatekeeper.caption.text.words import clean
from gatekeeper.types import Person

LONGEST_NAME: Final = 200
"""Characters that are kept of the name of a file."""

_FOLDERS: Final = re.compile(r".*[/\\]", re.DOTALL)
_JOINTS: Final = re.compile(r"[_\W\d]+")


def file_name(sent: str) -> str:
    """Return the name of a file as it is kept: without folders, control and format characters."""
    last = _FOLDERS.sub("", sent)
    return "".join(one for one in last if unicodedata.category(one)[0] != "C").strip()[:LONGEST_NAME]


def spaced(name: str) -> str:
    """Return the name of a file with its words apart, as names are looked for in it."""
    return _JOINTS.sub(" ", name)


def names_cell(batch: str) -> Place:
    """Return where the names of a batch are sealed."""
    return Place("batches", batch, "names")


def forget_file_names(context: Context, person: Person, bound: AbstractSet[str]) -> tuple[bytes, ...]:
    """Take out the names of files that name a person, as far as can be told, or became checks with the person in them.

    Args:
        context: of the transaction.
        person: who is erased.
        bound: ids of the checks that the person is bound in.

    Returns:
        the sealed cells that were there before.
    """
    index, before = NameIndex.of([person]), list[bytes]()
    about = {check for chain in Overview(context).chains(sorted(bound)).values() for check in chain}
    for row in context.connection.execute(select(BatchRow.id, BatchRow.names).where(BatchRow.names.is_not(None))).all():
        names: list[str] = context.open(row.names, names_cell(row.id))
        shown = {place for check, place in _places(context, row.id) if check in about}
        kept = ["" if at in shown or _tells(name, index) else name for at, name in enumerate(names)]
        if kept != names:
            sealed = context.seal(kept, names_cell(row.id))
            context.connection.execute(update(BatchRow).where(BatchRow.id == row.id).values(names=sealed))
            before.append(row.names)
    return tuple(before)


def _places(context: Context, batch: str) -> list[Row[*tuple[Any, ...]]]:
    """Return which check the file at each place became."""
    query = select(BatchCheckRow.check_id, BatchCheckRow.place).where(BatchCheckRow.batch_id == batch)
    return list(context.connection.execute(query))


def _tells(name: str, index: NameIndex) -> bool:
    return bool(find_mentions(clean(spaced(name)), index))
