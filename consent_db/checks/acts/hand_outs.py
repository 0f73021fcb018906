"""The audit of every disclosure: releases, zip files and lists, one entry for each act.

Ids and counts only. What was handed out may be up somewhere, so a withdrawal has to be
able to ask the one who took it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from consent_db.core.context import SCHOOL, Context

DOWNLOADED: Final = "release.downloaded"
FETCHED: Final = "release.fetched"
ZIPPED: Final = "release.zipped"
WRITTEN: Final = "release.written"
ROSTER_READ: Final = "roster.read"
LETTERS: Final = "people.letters_printed"
LIST_EXPORTED: Final = "people.list_exported"
TABLE_EXPORTED: Final = "list.exported"
CLASS_LIST: Final = "people.class_list_shown"


class HandOuts:
    """Entries about what was handed out, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def downloaded(self, check: str) -> None:
        """Note that the actor took the released picture of a check from its page."""
        self._context.log(DOWNLOADED, check)

    def written(self, check: str) -> None:
        """Note that the command line wrote the released picture of a check to a file."""
        self._context.log(WRITTEN, check)

    def zipped(self, batch: str, checks: Sequence[str]) -> None:
        """Note that the actor took the released pictures of these checks as one file."""
        self._context.log(ZIPPED, batch, {"checks": list(checks)})

    def was_fetched(self, check: str) -> bool:
        """Say whether the secret address of a release was ever used."""
        return bool(self._context.audit.about(check, FETCHED))

    def fetched(self, check: str) -> None:
        """Note the first use of a release's secret address; who has it is not known, and later uses say no more."""
        if not self.was_fetched(check):
            self._context.log(FETCHED, check)

    def roster_read(self, people: int) -> None:
        """Note that a program read the list of people, from its beginning."""
        self._context.log(ROSTER_READ, SCHOOL, {"people": people})

    def list_exported(self, people: int) -> None:
        """Note that the actor took the list of people, or what was found in it, as a file."""
        self._context.log(LIST_EXPORTED, SCHOOL, {"people": people})

    def table_exported(self, name: str, rows: int) -> None:
        """Note that the actor took a list of the pages, or what was found in it, as a file."""
        self._context.log(TABLE_EXPORTED, SCHOOL, {"list": name, "rows": rows})

    def letters_printed(self, people: int) -> None:
        """Note that the actor had letters made to so many people, or to those who answer for them."""
        self._context.log(LETTERS, SCHOOL, {"people": people})

    def class_list_shown(self, group: str, channel: str, people: int) -> None:
        """Note that the actor saw who of a class or an event may be photographed; `group` is its digest."""
        self._context.log(CLASS_LIST, group, {"channel": channel, "people": people})
