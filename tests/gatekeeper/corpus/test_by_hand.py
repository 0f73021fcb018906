"""Captions that were written by hand, not by the corpus's generator."""

from __future__ import annotations

import pytest

from tests.gatekeeper.corpus.by_hand import captions, posts, says

KINDS = sorted({caption.kind for caption in captions()})


@pytest.mark.parametrize("kind", KINDS)
def test_no_full_name_goes_out(kind: str) -> None:
    """A caption with a full name of the school stops or is asked about, though all first names may be used."""
    assert [one.text for one in captions() if one.kind == kind and not one.reviewed().blocks] == []


def test_ordinary_posts_go_out() -> None:
    """Of sentences and posts without a pupil's name 1.5 % are flagged and 3 % stopped, at most."""
    said = [(kind, says(text)) for kind, text in posts()]
    plain = [one for kind, one in said if kind != "figure"]
    assert len(said) >= 400
    assert sum(one != "nothing" for one in plain) <= 0.015 * len(plain)
    assert sum(one == "block" for _, one in said) <= 0.03 * len(said)
