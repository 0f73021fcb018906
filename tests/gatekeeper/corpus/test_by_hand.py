"""Captions that were written by hand, not by the corpus's generator."""

from __future__ import annotations

import pytest

from tests.gatekeeper.corpus.by_hand import captions

KINDS = sorted({caption.kind for caption in captions()})


@pytest.mark.parametrize("kind", KINDS)
def test_no_full_name_goes_out(kind: str) -> None:
    """A caption with a full name of the school stops or is asked about, though all first names may be used."""
    assert [one.text for one in captions() if one.kind == kind and not one.reviewed().blocks] == []
