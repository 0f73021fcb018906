"""What identifies a person beside a name is found, in every line of the corpus; ordinary lines are left alone."""

from __future__ import annotations

import pytest

from tests.benchmarks.school_posts import ordinary_posts
from tests.gatekeeper.corpus.identifying import Line, lines, said_of

MOST_STOPPED = 0.03


@pytest.mark.parametrize("kind", sorted({line.kind for line in lines("identifying.tsv")}))
def test_every_promised_kind_is_found(kind: str) -> None:
    """Ages, classes, addresses, numbers, routines, links and what is sensitive stop the words, every one."""
    missed = [one.text for one in lines("identifying.tsv") if one.kind == kind and said_of(one)[0] != one.right]
    assert missed == []


def test_ordinary_captions_are_answered_as_they_should_be() -> None:
    """Also in other languages, with pupils who may be named, and with visitors."""
    wrong = [(one.text, said_of(one)[0]) for one in lines("ordinary.tsv") if said_of(one)[0] != one.right]
    assert wrong == []


def test_few_ordinary_posts_are_flagged() -> None:
    """Of posts that name nobody, against a school of more than 300 names from 65 cultures."""
    posts = ordinary_posts()[::4]
    said = [said_of(Line("nothing", "post", post))[0] for post in posts]
    assert said.count("block") <= MOST_STOPPED * len(posts)
