"""What an entry of a policy file may hold, with the sentence for an entry that holds something else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gatekeeper.errors import PolicyInvalid

Check = Callable[[str, Any], Any]
"""Takes the name and the value of an entry; returns what the policy holds, or raises `PolicyInvalid`."""


def check_of(hint: Any) -> Check:
    """Return the check of an entry: what its annotation names, or what its type asks for."""
    if hint is bool:
        return yes_or_no
    return one_of(hint) if isinstance(hint, type) else cast("Check", hint.__metadata__[0])


def text(key: str, value: object) -> str:
    """Take text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise PolicyInvalid(f"{key} must be text and not empty.")
    return value


def any_text(key: str, value: object) -> str:
    """Take text, empty or not."""
    if not isinstance(value, str):
        raise PolicyInvalid(f"{key} must be text.")
    return value


def hosts_and_accounts(key: str, value: object) -> tuple[str, ...]:
    """Take a list of hosts and account names."""
    if not isinstance(value, list) or not all(isinstance(one, str) and _ALLOWED_LINK.fullmatch(one) for one in value):
        raise PolicyInvalid(f'{key} must be a list of hosts and accounts, such as ["www.school.example", "@school"].')
    return tuple(value)


_ALLOWED_LINK: Final = re.compile(r"@[\w.]+|[\w-]+(\.[\w-]+)+")


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from `low` to `high`; with `or_none`, or 0."""

    low: int
    high: int
    or_none: bool = False

    def __call__(self, key: str, value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and self._holds(value):
            return value
        raise PolicyInvalid(f"{key} must be a whole number from {self.low} to {self.high}.")

    def _holds(self, number: int) -> bool:
        return self.low <= number <= self.high or (self.or_none and number == 0)


def yes_or_no(key: str, value: object) -> bool:
    """Take true or false, and nothing that stands for them."""
    if not isinstance(value, bool):
        raise PolicyInvalid(f"{key} must be true or false.")
    return value


def one_of(choices: type[StrEnum]) -> Check:
    """Return the check for one word of several."""

    def check(key: str, value: Any) -> StrEnum:
        try:
            return choices(value)
        except ValueError as error:
            raise PolicyInvalid(f"{key} must be one of: {', '.join(choices)}.") from error

    return check


def sentences(key: str, value: object) -> dict[str, str]:
    """Take a table of codes with a sentence each."""
    if not isinstance(value, dict) or not all(
        code.strip() and isinstance(said, str) and said.strip() for code, said in value.items()
    ):
        raise PolicyInvalid(f"{key} must be a table of codes, each with its sentence.")
    return dict(value)


def time_zone(key: str, value: object) -> str:
    """Take the IANA name of a time zone."""
    name = text(key, value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PolicyInvalid(f"{key} must be a name such as Europe/London.") from error
    return name
