"""Tamper with an audit in every way, anywhere: `python -m tests.benchmarks.tampering --entries 10000 --tries 40`.

Each way is tried at both ends and at random places, and what `check` says is
counted: with a checkpoint kept elsewhere every one has to be found.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable
from typing import Any, Final

from consent_db.audit.checkpoints import GENESIS, Checkpoint
from consent_db.audit.trail import Link, check

Links = list[Link]
Tampering = Callable[[Links, int, random.Random], Links]


def chain(length: int) -> Links:
    """Return a whole chain of so many entries."""
    links: Links = []
    for seq in range(1, length + 1):
        previous = links[-1].hash if links else GENESIS
        bare = Link(seq, "2026-11-20T12:00:00+00:00", "user:usr_1", "person.changed", f"per_{seq}", "{}", previous)
        links.append(bare._replace(hash=bare.digest()))
    return links


def _field(name: str) -> Tampering:
    def tamper(links: Links, at: int, chance: random.Random) -> Links:
        old: Any = getattr(links[at], name)
        new: Any = (
            old + 1 + chance.randrange(9) if isinstance(old, int) else f"{old[:-1]}{'0' if old[-1:] != '0' else '1'}"
        )
        return [*links[:at], links[at]._replace(**{name: new}), *links[at + 1 :]]

    return tamper


def _forged(links: Links, at: int, _: random.Random) -> Links:
    """Change an entry and give it the hash that belongs to it."""
    changed = links[at]._replace(actor="user:other")
    return [*links[:at], changed._replace(hash=changed.digest()), *links[at + 1 :]]


def _written_anew(links: Links, at: int, _: random.Random) -> Links:
    """Change an entry and make every hash after it anew, as somebody with the database could."""
    anew = links[:at]
    for link in links[at:]:
        previous = anew[-1].hash if anew else GENESIS
        changed = link._replace(actor="user:other" if link is links[at] else link.actor, previous=previous)
        anew.append(changed._replace(hash=changed.digest()))
    return anew


def _swapped(links: Links, at: int, chance: random.Random) -> Links:
    other = (at + 1 + chance.randrange(len(links) - 1)) % len(links)
    anew = list(links)
    anew[at], anew[other] = anew[other], anew[at]
    return anew


def _inserted(links: Links, at: int, chance: random.Random) -> Links:
    previous = links[at - 1].hash if at else GENESIS
    bare = links[chance.randrange(len(links))]._replace(seq=at + 1, previous=previous)
    return [*links[:at], bare._replace(hash=bare.digest()), *links[at:]]


WAYS: Final[dict[str, Tampering]] = {
    **{f"field {name} changed": _field(name) for name in Link._fields},
    "changed and hashed anew": _forged,
    "changed and all after it written anew": _written_anew,
    "deleted": lambda links, at, _: links[:at] + links[at + 1 :],
    "doubled": lambda links, at, _: [*links[: at + 1], *links[at:]],
    "inserted": _inserted,
    "two exchanged": _swapped,
    "cut off from there": lambda links, at, _: links[:at],
    "entries before it cut off": lambda links, at, _: links[max(at, 1) :],
}


def found(links: Links, kept: Checkpoint, places: list[int], way: Tampering, chance: random.Random) -> int:
    """Return how many of these tamperings are found."""
    return sum(not check(way(links, at, chance), kept).ok for at in places)


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--tries", type=int, default=40)
    given = parser.parse_args()
    links, chance, started = chain(given.entries), random.Random(5), time.perf_counter()
    kept = Checkpoint(given.entries, links[-1].hash)
    report = {}
    for name, way in WAYS.items():
        places = [0, given.entries - 1, *(chance.randrange(given.entries) for _ in range(given.tries - 2))]
        report[name] = f"{found(links, kept, places, way, chance)} of {given.tries}"
    whole, seconds = check(links, kept).ok, round(time.perf_counter() - started, 1)
    print(json.dumps({"entries": given.entries, "whole": whole, "found": report, "seconds": seconds}, indent=1))  # noqa: T201


if __name__ == "__main__":
    main()
