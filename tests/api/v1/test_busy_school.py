"""A real server, many askers at once, and kills: one check a key, and nothing that was said is lost."""

from __future__ import annotations

from pathlib import Path

from gatekeeper.consent.permission import Stance
from tests.support.busy_school import asked_at_once, busy_school
from tests.support.receiver import receiving

KILLS = 3


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
