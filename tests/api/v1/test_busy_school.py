"""A real server, many askers at once, and kills: one check a key, and nothing that was said is lost."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2

from gatekeeper.consent.permission import Stance
from tests.support.busy_school import BusySchool, busy_school
from tests.support.receiver import receiving

KILLS = 3
AT_ONCE = 50


def asked_at_once(school: BusySchool, key: str) -> Counter[int]:
    """Send the same request fifty times at once; return how often each status came."""
    limits = httpx2.Limits(max_connections=AT_ONCE)
    with httpx2.Client(timeout=60, limits=limits) as http, ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: school.check(http, key), range(AT_ONCE)))
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    return Counter(answer.status_code for answer in answers)


def test_kills_lose_nothing_and_fifty_at_once_make_one_check(tmp_path: Path) -> None:
    """After kill -9 every webhook arrives, every post is in the ledger, and no key has made two checks."""
    with receiving() as receiver, busy_school(tmp_path / "data", receiver) as school:
        for number in range(KILLS):
            school.kill_at_work(number)
        with school.server():
            assert set(asked_at_once(school, "fifty")) <= {201, 409, 503}
            school.say(Stance.WITHDRAWN)
        school.deliver()
        assert list(school.faults(receiver)) == []
        assert school.heard.posts
