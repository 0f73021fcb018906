"""In which order the dates of each column of a file are, decided once for the column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from consent_db.errors import ImportRefused
from consent_db.roster.fields.dates import Evidence, evidence
from consent_db.roster.fields.values import UNTIL
from consent_db.roster.files import worksheet
from consent_db.roster.files.sheet import Sheet
from consent_db.roster.layout import DATES, DateOrder, Layout, is_consent

_ENOUGH: Final = 3
"""So many converted days have to be early in their months before a conversion is suspected."""
_TWELFTH: Final = 12
_SAY: Final = "Say whether the day or the month comes first (--dates day-first or --dates month-first)."


class DatesUnclear(ImportRefused):
    """The order of the dates of some columns has to be said.

    Attributes:
        columns: their meanings.
    """

    def __init__(self, sentence: str, columns: Sequence[str]) -> None:
        super().__init__(sentence, 1)
        self.columns = tuple(columns)


def orders(sheet: Sheet, meanings: Sequence[str], layout: Layout) -> dict[str, DateOrder]:
    """Return the order of each column that has dates such as 03/04/2015.

    Raises:
        DatesUnclear: the dates of a column do not show it and nothing was said about it,
            or what was said is not what they show.
    """
    found: dict[str, DateOrder] = {}
    unclear: dict[str, str] = {}
    for place, column in enumerate(meanings):
        if column in DATES or is_consent(column):
            said = layout.dates.get(column, layout.dates.get(""))
            order, why = _order(sheet, place, column, said)
            if order is not None:
                found[column] = order
            if why is not None:
                unclear[column] = why
    if unclear:
        raise DatesUnclear(" ".join(unclear.values()), tuple(unclear))
    return found


def _order(sheet: Sheet, place: int, column: str, said: DateOrder | None) -> tuple[DateOrder | None, str | None]:
    """Return the order of one column, or why it is not clear."""
    shown = evidence(_texts(sheet, place, column))
    name = f"The dates of column {sheet.cell_name(1, place).rstrip('1')} ({column})"
    if shown is Evidence.NEITHER:
        return said, None if said else f"{name} could each be read in two ways, and none of them decides. {_SAY}"
    if shown is Evidence.BOTH:
        why = f"{name} are day first in some rows and month first in others. Correct them, or say what they should be"
        return said, None if said else f"{why} (--dates day-first or --dates month-first)."
    if shown is Evidence.NOT_NEEDED:
        return None, None
    order = DateOrder(shown.value)
    if said is not None and said is not order:
        return None, f"{name} are {order.replace('-', ' ')}, but {said.replace('-', ' ')} was said. {_SAY}"
    if said is None and _converted(sheet, place):
        why = (
            "are partly text and partly days, as if a spreadsheet had exchanged days and months. Export the list again"
        )
        return None, f"{name} {why}, or say how they are meant (--dates day-first or --dates month-first)."
    return order, None


def _texts(sheet: Sheet, place: int, column: str) -> Iterator[str]:
    for _, cells in sheet.rows:
        text = cells[place] if place < len(cells) else ""
        ending = UNTIL.fullmatch(text) if is_consent(column) else None
        yield ending[2] if ending else text


def _converted(sheet: Sheet, place: int) -> bool:
    """Say whether a spreadsheet has taken for days exactly those texts that it could read in its own order.

    It leaves 25/12/2015 as text where it expects the month first, and makes 4 March of 03/04/2015:
    then no text is left that could be two days, and no day is later than the twelfth.
    """
    texts, days = [], []
    for line, cells in sheet.rows:
        text = cells[place] if place < len(cells) else ""
        mark = sheet.marks.get((line, place))
        if mark is not None and mark.code == worksheet.DAY:
            days.append(int(text[8:10]))
        elif text:
            texts.append(text)
    alone = evidence(texts) in {Evidence.DAY_FIRST, Evidence.MONTH_FIRST}
    either = any(evidence([text]) is Evidence.NEITHER for text in texts)
    return alone and not either and len(days) >= _ENOUGH and max(days) <= _TWELFTH
