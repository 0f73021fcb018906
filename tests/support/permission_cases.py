"""Read the truth table of `docs/reference/permission.md`: one case a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from gatekeeper.consent.history import Former, History, Laid, PersonFacts, Recorded, Restriction
from gatekeeper.consent.permission import EVERYWHERE, Party, Permission, Reason, Stance, Statement, Subject
from gatekeeper.register import permission_on
from gatekeeper.types import Channel
from tests.support.paths import ROOT

PAGE: Final = ROOT / "docs" / "reference" / "permission.md"
LONDON: Final = ZoneInfo("Europe/London")
_STANCES: Final = {"yes": Stance.GRANTED, "no": Stance.REFUSED, "back": Stance.WITHDRAWN}
_RESTRICTIONS: Final = {"listed": Restriction.LISTING, "held": Restriction.HOLD}
_PARTIES: Final = "|".join(party.replace("_", " ") for party in sorted(Party, key=len, reverse=True))
_WORD: Final = re.compile(rf"(?P<party>{_PARTIES}) (?P<stance>yes|no|back)(?P<rest>.*)")
_CHANNELS: Final = {"website": frozenset({"publicity"}), "press": frozenset({"press"})}


@dataclass(frozen=True, slots=True)
class Case:
    """One line: what was written down about somebody, what is asked, and what the answer is."""

    name: str
    history: History
    asked: dict[str, str]
    answer: Reason

    def ask(self) -> Permission:
        moment = _moment(self.asked.get("at", "2026-11-20 12:00"))
        known = _moment(self.asked["known"]) if "known" in self.asked else None
        name = self.asked.get("for", "website")
        return permission_on(
            Channel(name, _CHANNELS[name], approved=True),
            self.history.standing(moment, known),
            next((subject for subject in Subject if subject in self.asked), Subject.PICTURE),
            moment.astimezone(LONDON).date(),
            int(self.asked.get("age", "13")),
        )


def cases() -> Iterator[Case]:
    """Yield every line of the table."""
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[0] not in {"case", "---"}:
            name, person, said, asked, answer = cells
            yield Case(name, _history(person, said), _fields(asked), Reason(answer))


def _history(person: str, said: str) -> History:
    laid: list[Laid] = []
    facts: dict[str, str] = {}
    for part in filter(None, person.split("; ")):
        fields = _fields(part)
        for word in fields.keys() & _RESTRICTIONS.keys():
            laid.append(Laid(_RESTRICTIONS[word], in_force=True, at=_moment(fields[word])))
            if "to" in fields:
                laid.append(Laid(_RESTRICTIONS[word], in_force=False, at=_moment(fields["to"])))
        facts |= fields
    born = facts.get(
        "born", "unknown" if facts.keys() & {"staff", "governor", "volunteer", "visitor"} else "2018-05-05"
    )
    adult = bool(facts.keys() & {"staff", "governor", "volunteer", "visitor"})
    birth = None if born == "unknown" else date.fromisoformat(born)
    leaves = date.fromisoformat(facts["leaves"]) if "leaves" in facts else None
    former = (Former(PersonFacts(None, birth, adult), _moment(facts["since"])),) if "since" in facts else ()
    statements = tuple(_statement(word) for word in filter(None, said.split("; ")))
    return History(statements, tuple(laid), PersonFacts(leaves, birth, adult), former)


def _statement(words: str) -> Recorded:
    found = _WORD.fullmatch(words)
    assert found is not None, words
    fields = _fields(found["rest"])
    said_at = _moment(fields.get("on", "2026-09-01"))
    statement = Statement(
        party=Party(found["party"].replace(" ", "_")),
        subject=Subject(fields["to"]) if "to" in fields else Subject.PICTURE,
        scope=fields.get("for", EVERYWHERE),
        stance=_STANCES[found["stance"]],
        said_at=said_at,
        since=date.fromisoformat(fields["from"]) if "from" in fields else said_at.astimezone(LONDON).date(),
        until=date.fromisoformat(fields["until"]) if "until" in fields else None,
    )
    return Recorded(statement, _moment(fields["recorded"]) if "recorded" in fields else said_at)


_TAKING: Final = "at|known|for|age|on|from|until|recorded|to|born|leaves|since|listed|held"
_FIELD: Final = re.compile(rf"(?:({_TAKING}) ([\w-]+(?: \d\d:\d\dZ?)?)|(\w+))\s*")


def _fields(text: str) -> dict[str, str]:
    """Return the words with their values; words that take none have themselves."""
    text = text.strip()
    assert "".join(found[0] for found in _FIELD.finditer(text)) == text, text
    return {found[1] or found[3]: found[2] or found[3] for found in _FIELD.finditer(text)}


def _moment(text: str) -> datetime:
    if text.endswith("Z"):
        return datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC)
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)
