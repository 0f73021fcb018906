"""Kill -9 a server at work, 50 at once, and the seconds of a withdrawal: `python -m tests.benchmarks.publishing`.

Prints one line of JSON for each kind of database. `faults` names every webhook, ledger row, take-down or
check that was lost or made twice, and has to be empty; so has `at once` to name one check. `seconds` are
from the moment that the withdrawal is committed, in another process, until the server refuses; the
webhook is written down in that very transaction (`told in it`).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx2

from gatekeeper.consent.permission import Stance
from tests.benchmarks.databases import databases
from tests.support.busy_school import BusySchool, asked_at_once, busy_school
from tests.support.receiver import receiving

_REFUSED = (409, 410)


def measure(folder: Path, url: str, kills: int, withdrawals: int) -> dict[str, object]:
    """Kill one server after the other and look at what they left; then withdraw while one serves."""
    with receiving() as receiver, busy_school(folder, receiver, url) as school:
        for number in range(kills):
            school.kill_at_work(number)
        with school.server():
            at_once = asked_at_once(school, "fifty")
            waits = sorted(_withdrawn(school, f"w{number}") for number in range(withdrawals))
        school.deliver()
        found = Counter(school.faults(receiver))
        heard = school.heard
        return {
            "kills": kills,
            "checks": len(school.rows("SELECT id FROM checks")),
            "posts acknowledged": len(heard.posts),
            "take-downs closed": len(heard.done),
            "webhooks arrived": len({one.headers["webhook-id"] for one in receiver.received}),
            "at once": dict(at_once),
            "faults": dict(found),
            "withdrawals": withdrawals,
            "seconds": {"median": round(statistics.median(waits), 3), "longest": round(waits[-1], 3)},
        }


def _withdrawn(school: BusySchool, key: str) -> float:
    """Withdraw what was just approved; return how long the server went on to hand it out or verify it."""
    with httpx2.Client(timeout=30) as http:
        check = school.check(http, key).json()
        picture = school.address + check["release"]["url"]
        words = {name: check[name] for name in ("receipt", "channel", "caption", "alt_text", "credit")}
        offer = words | {"sha256": hashlib.sha256(http.get(picture).content).hexdigest()}
        assert school.ask(http, "/v1/receipts/verify", **offer).status_code == 200
        before = len(school.rows("SELECT id FROM webhook_events"))
        school.say(Stance.WITHDRAWN)
        committed = time.perf_counter()
        assert len(school.rows("SELECT id FROM webhook_events")) > before, "told in it"
        for refused in _asked(school, http, picture, offer):
            if refused:
                break
        seconds = time.perf_counter() - committed
    school.say(Stance.GRANTED)
    return seconds


def _asked(school: BusySchool, http: httpx2.Client, picture: str, offer: dict[str, str]) -> Iterator[bool]:
    """Yield, again and again, whether both ways are closed."""
    while True:
        verified = school.ask(http, "/v1/receipts/verify", **offer).status_code
        yield verified in _REFUSED and http.get(picture).status_code in _REFUSED


def main() -> None:
    """Print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--withdrawals", type=int, default=20)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for kind, url in databases(Path(name)):
            if given.only in {None, kind}:
                (Path(name) / kind).mkdir(exist_ok=True)
                found = measure(Path(name) / f"{kind}-data", url, given.kills, given.withdrawals)
                print(json.dumps({"database": kind, **found}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
