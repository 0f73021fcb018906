"""Access control: one table of routes and roles; a route that is not in it is not served.

A route says who may call it where it is defined (`@allow(KEEPERS)`), and enters the
table from there (`api.security.routing.Router`). The application does not start with a
route that does not say so. A test goes through every route with every role and compares
the answers with the table, another compares the table with `docs/reference/access.md`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from typing import Final, TypeVar

from starlette.routing import compile_path

from consent_db.accounts.records import SessionRecord, Step
from gatekeeper.types import Role

RECENTLY: Final = timedelta(minutes=10)
"""How long a proof of identity (password and second factor) counts as recent."""


class Asker(Enum):
    """Which kind of authentication a request needs."""

    PUBLIC = "none"
    PROGRAM = "a key"
    PERSON = "a session"


@dataclass(frozen=True, slots=True)
class Who:
    """Who may call a route.

    Attributes:
        asker: which kind of authentication is needed.
        roles: the roles of people that may.
        steps: the steps of sign-in that the session may be at.
        recently: whether the person must have authenticated within the last ten minutes.
    """

    asker: Asker
    roles: frozenset[Role] = frozenset()
    steps: frozenset[Step] = frozenset({Step.DONE})
    recently: bool = False

    @property
    def just_now(self) -> Who:
        """The same people, who must have authenticated within the last ten minutes."""
        return replace(self, recently=True)


def people(*roles: Role) -> Who:
    """Return those who are signed in with one of these roles."""
    return Who(Asker.PERSON, frozenset(roles))


PUBLIC: Final = Who(Asker.PUBLIC)
PROGRAM: Final = Who(Asker.PROGRAM)
SIGNED_IN: Final = people(*Role)
ADMIN: Final = people(Role.ADMIN)
LEADERSHIP: Final = people(Role.APPROVER, Role.SAFEGUARDING_LEAD)
MANAGERS: Final = people(Role.ADMIN, Role.APPROVER, Role.SAFEGUARDING_LEAD)
KEEPERS: Final = people(Role.ADMIN, Role.SAFEGUARDING_LEAD)
SAFEGUARDING: Final = people(Role.SAFEGUARDING_LEAD)
OWES_CODE: Final = replace(SIGNED_IN, steps=frozenset({Step.CODE}))
SETTING_UP: Final = replace(SIGNED_IN, steps=frozenset({Step.ENROL, Step.DONE}))
ANY_STEP: Final = replace(SIGNED_IN, steps=frozenset(Step))

RULES: Final[dict[str, Who]] = {}
"""From `METHOD /path` to who may call it; `docs/reference/access.md` shows all of it."""


def declare(line: str, who: Who) -> None:
    """Enter a route into the table.

    Raises:
        ValueError: the table has this route already.
    """
    if line in RULES:
        message = f"{line} is declared twice"
        raise ValueError(message)
    RULES[line] = who
    _patterns.cache_clear()


_F = TypeVar("_F", bound=Callable[..., object])
_MARK: Final = "__access__"


def allow(who: Who) -> Callable[[_F], _F]:
    """Return the decorator that says who may call an endpoint; it stands below the route."""

    def mark(endpoint: _F) -> _F:
        setattr(endpoint, _MARK, who)
        return endpoint

    return mark


def declared(endpoint: Callable[..., object]) -> Who | None:
    """Return who may call an endpoint; None if it does not say."""
    found: Who | None = getattr(endpoint, _MARK, None)
    return found


def reference() -> str:
    """Return the table of `docs/reference/access.md`."""
    rows = (f"| `{line}` | {_described(who)} |\n" for line, who in sorted(RULES.items(), key=_by_address))
    return f"| route | who may call it |\n|---|---|\n{''.join(rows)}"


def _by_address(entry: tuple[str, Who]) -> tuple[str, str]:
    method, path = entry[0].split()
    return path, method


def _described(who: Who) -> str:
    """Return who may call a route, in a few words."""
    if who.asker is Asker.PUBLIC:
        return "public"
    if who.asker is Asker.PROGRAM:
        return "a program with a key"
    everyone = who.roles == frozenset(Role)
    roles = "signed in" if everyone else ", ".join(sorted(role.value for role in who.roles))
    usual = who.steps == frozenset({Step.DONE})
    steps = "" if usual else f"; at step {', '.join(sorted(step.value for step in who.steps))}"
    return f"{roles}{steps}{'; identity proved lately' if who.recently else ''}"


@dataclass(frozen=True, slots=True)
class Place:
    """The entry of the table for one request.

    Attributes:
        who: who may call it; of an address that is not in the table, who may be answered 404.
        line: the line of the table; None if there is none.
        methods: the methods that this address takes.
    """

    who: Who
    line: str | None
    methods: frozenset[str]


def place(method: str, path: str) -> Place:
    """Return what the table says about a method and an address."""
    found = [(line, who) for line, pattern, who in _patterns() if pattern.fullmatch(path)]
    for line, who in found:
        if line.startswith(f"{method} "):
            return Place(who, line, frozenset({method}))
    return Place(
        found[0][1] if found else _who_may_be_told(path), None, frozenset(line.split()[0] for line, _ in found)
    )


def may(role: Role, path: str) -> bool:
    """Return whether people of this role may open a page, so that only links that work are shown."""
    return role in place("GET", path).who.roles


def may_send(role: Role, path: str) -> bool:
    """Return the same of a form, by the address that it is sent to."""
    return role in place("POST", path).who.roles


def proved_lately(session: SessionRecord, now: datetime) -> bool:
    """Return whether the person of a session has authenticated within the last ten minutes."""
    return now - session.proved_at < RECENTLY


def _who_may_be_told(path: str) -> Who:
    """Return who may know that there is nothing at an address that no line names."""
    if path.startswith("/v1/releases/"):
        return PUBLIC
    return PROGRAM if path.startswith("/v1/") else SIGNED_IN


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str], Who], ...]:
    """Return the lines, those without a variable part first: `/checks/new` is no check's id."""
    lines = sorted(RULES.items(), key=lambda line: line[0].count("{"))
    return tuple((line, compile_path(line.split()[1])[0], who) for line, who in lines)
