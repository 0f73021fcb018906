"""A list of staff becomes accounts: read, judged row by row, and added with one-time links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from api.platform import labels
from consent_db.accounts.passwords import Hashed
from consent_db.accounts.records import Purpose
from consent_db.accounts.users import unfit_name
from consent_db.errors import AlreadyExists, ImportRefused, NotPossible
from consent_db.roster.files.sheet import Sheet, read_sheet
from consent_db.roster.layout import plain
from consent_db.transaction import Transaction
from gatekeeper.types import Role

LIFE: Final = timedelta(days=7)
"""How long a link is good that is handed out with many others."""
MOST: Final = 500
"""Rows of one list."""
COLUMNS: Final = ("email", "name", "role")

_EMAIL: Final = frozenset({"email", "e mail", "email address", "e mail address", "mail", "user name", "username"})
_NAME: Final = frozenset({"name", "full name", "display name", "staff name"})
_FIRST: Final = frozenset({"first name", "forename", "given name"})
_LAST: Final = frozenset({"last name", "surname", "family name"})
_ROLE: Final = frozenset({"role", "gatekeeper role"})
_KNOWN: Final = _EMAIL | _NAME | _FIRST | _LAST | _ROLE
_ROLES: Final[Mapping[str, Role]] = {
    plain(text): role for role in Role for text in (role.value, labels.ROLE_NAME[role])
}
_NAMES: Final = tuple(labels.ROLE_NAME.values())
_ROLE_NAMES: Final = f"{', '.join(_NAMES[:-1])} or {_NAMES[-1]}"


@dataclass(frozen=True, slots=True)
class Proposed:
    """One row: the account that it asks for, and why it cannot be added; `refusal` is empty if it can."""

    line: int
    email: str = field(repr=False)
    name: str = field(repr=False)
    role: Role | None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account that was just added, and the token of its link, shown once."""

    email: str = field(repr=False)
    name: str = field(repr=False)
    role: Role
    token: str = field(repr=False)
    good_until: datetime


def read_list(data: bytes | str, otherwise: Role | None) -> tuple[Proposed, ...]:
    """Return the rows of a list: CSV, a workbook, or cells pasted from a spreadsheet.

    Args:
        data: the file; its columns are told by their headings.
        otherwise: the role of all rows if no column gives one.

    Raises:
        ImportRefused: it cannot be read, is empty or too long, or a column is missing.
    """
    sheet = read_sheet(data, known=_KNOWN)
    if not sheet.rows:
        raise ImportRefused("The list is empty. Its first line has the headings, each further line one person.", 1)
    if len(sheet.rows) > MOST:
        raise ImportRefused(f"The list has more than {MOST} rows. Split it.", 1)
    find = _columns(sheet)
    if find("email", _EMAIL) is None:
        raise ImportRefused("No column is headed “email”. Put the headings email, name and role above the list.", 1)
    if find("role", _ROLE) is None and otherwise is None:
        raise ImportRefused("No column is headed “role”. Add it, or choose one role for all.", 1)
    return tuple(_proposed(sheet, line, cells, find, otherwise) for line, cells in sheet.rows)


def judged(tx: Transaction, rows: Sequence[Proposed]) -> tuple[Proposed, ...]:
    """Return the rows with a refusal beside each whose address is on record or stands in the list before."""
    seen: dict[str, int] = {}
    known = {user.email for user in tx.users.all()}
    found = []
    for row in rows:
        address = row.email.casefold()
        refusal = row.refusal
        if not refusal and address in known:
            refusal = "There is a user of this e-mail address already."
        elif not refusal and address in seen:
            refusal = f"This address is in line {seen[address]} already."
        if not refusal:
            seen[address] = row.line
        found.append(replace(row, refusal=refusal))
    return tuple(found)


def add_accounts(
    tx: Transaction, rows: Iterable[Proposed], unknown: Hashed
) -> tuple[tuple[NewAccount, ...], tuple[Proposed, ...]]:
    """Add the accounts that can be added; return them with their links, and the rows that were refused.

    Args:
        tx: all of it in one transaction.
        rows: as `judged` in the same transaction.
        unknown: a password that no person knows (`passwords.unknown_to_all`), hashed before it began.
    """
    added, refused = [], []
    for row in rows:
        if row.refusal or row.role is None:
            refused.append(row)
            continue
        try:
            user = tx.users.add(row.email, unknown, row.role, row.name)
        except (AlreadyExists, NotPossible) as error:
            refused.append(replace(row, refusal=str(error)))
            continue
        token = tx.links.make(Purpose.PASSWORD, user.id, LIFE)
        added.append(NewAccount(user.email, user.name, row.role, token, tx.now + LIFE))
    return tuple(added), tuple(refused)


Find = Callable[[str, frozenset[str]], int | None]


def _columns(sheet: Sheet) -> Find:
    """Return what finds a column by its headings.

    Raises:
        ImportRefused: two columns have headings that mean the same.
    """
    headings = [plain(heading) for heading in sheet.headings]

    def find(name: str, meant: frozenset[str]) -> int | None:
        places = [place for place, heading in enumerate(headings) if heading in meant]
        if len(places) > 1:
            raise ImportRefused(f"Two columns are headed like “{name}”. Keep one of them.", 1)
        return places[0] if places else None

    return find


def _proposed(sheet: Sheet, line: int, cells: Sequence[str], find: Find, otherwise: Role | None) -> Proposed:
    def cell(name: str, meant: frozenset[str]) -> str:
        place = find(name, meant)
        return "" if place is None or place >= len(cells) else " ".join(cells[place].split())

    email, said = cell("email", _EMAIL), cell("role", _ROLE)
    name = cell("name", _NAME) or f"{cell('first name', _FIRST)} {cell('last name', _LAST)}".strip()
    role = otherwise if find("role", _ROLE) is None else _ROLES.get(plain(said))
    refusal = _refusal(email, name, said, role)
    if any(at == line for at, _ in sheet.marks) or len(cells) > len(sheet.headings):
        refusal = "This row has a formula, an error, a merged cell or a cell too many. Correct it in the list."
    return Proposed(line, email, name, role, refusal)


def _refusal(email: str, name: str, said: str, role: Role | None) -> str:
    """Return why a row cannot become an account by itself, or nothing."""
    box, _, host = email.partition("@")
    if not email:
        return "The e-mail address is missing."
    if not box or "." not in host or "@" in host or " " in email or len(email) > 254:  # noqa: PLR2004 -- RFC 5321
        return "This is not an e-mail address; correct it."
    if why := unfit_name(name):
        return why
    if role is None:
        return f"“{said}” is not a role. Write {_ROLE_NAMES}." if said else f"The role is missing. Write {_ROLE_NAMES}."
    return ""
