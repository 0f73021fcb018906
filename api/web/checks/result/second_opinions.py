"""What second persons said about a picture, as all who may see it read it."""

from __future__ import annotations

from dataclasses import dataclass, field

from api.application.services import Services
from api.platform import labels as words
from consent_db.accounts.clients import is_client
from consent_db.approvals.records import CheckRecord
from consent_db.errors import NotFound, NotPossible
from consent_db.transaction import Transaction


@dataclass(frozen=True, slots=True)
class OpinionView:
    """One opinion."""

    said: str
    note: str = field(repr=False)


def opinion_views(services: Services, tx: Transaction, record: CheckRecord) -> tuple[OpinionView, ...]:
    """Return what was said about a check and those that it replaced, the oldest first."""
    found: list[OpinionView] = []
    before: CheckRecord | None = record
    while before is not None:
        here = [
            OpinionView(
                f"{'Agreed' if one.agreed else 'Declined'} by {name_of(tx, one.by)}, "
                f"{words.moment(one.at, services.policy.zone)}",
                one.note,
            )
            for one in tx.opinions.of(before.id)
        ]
        found = here + found
        before = tx.checks.find(before.draft.supersedes) if before.draft.supersedes else None
    return tuple(found)


def name_of(tx: Transaction, actor: str) -> str:
    """Return a user's name (or address), or what a program is called; people who are gone have none."""
    try:
        return f"the program {tx.clients.get(actor).label}" if is_client(actor) else tx.users.get(actor).called
    except (NotFound, NotPossible):
        return "a person without an account here"
