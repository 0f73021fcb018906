"""A slice of the caption corpus (`tests.benchmarks.captions` is all of it): every full name, few false alarms."""

from __future__ import annotations

import pytest

from gatekeeper.caption import Rules, review_text
from gatekeeper.types import Words
from tests.benchmarks.captions import BY_CONTEXT, WAYS, corpus, recognised
from tests.benchmarks.pupils import pupils, register_of
from tests.benchmarks.school_posts import ordinary_posts

NAMES = pupils()
REGISTER = register_of(NAMES)
ABSENT = Rules(REGISTER.names, {})
PRESENT = Rules(REGISTER.names, {person.id: person.first_name for person in REGISTER.people.values()})
MOST_FALSE_ALARMS = 0.02


@pytest.mark.parametrize("rules", [ABSENT, PRESENT], ids=["absent", "present"])
def test_every_full_name_is_found(rules: Rules) -> None:
    """However a pupil's full name is written, it does not go out, whether the pupil is in the picture or not."""
    lines = [line for line in corpus(NAMES, every=11) if line.way not in BY_CONTEXT]
    assert {line.way for line in lines} >= WAYS.keys() - BY_CONTEXT
    assert [(line.way, line.text) for line in lines if not recognised(line, rules)] == []


def test_ordinary_posts_are_left_alone() -> None:
    """Few posts without a full name are stopped or changed, though pupils are called May, Rose, Mark and Hunter."""
    posts = ordinary_posts()[::3]
    alarms = [post for post in posts if review_text(post, Words.CAPTION, ABSENT).findings]
    assert len(alarms) <= MOST_FALSE_ALARMS * len(posts), alarms
