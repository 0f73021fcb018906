"""Tables of letters and names (tab-separated, one entry a line), and what is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import islice, product
from math import prod


@cache
def table(name: str) -> Mapping[str, tuple[str, ...]]:
    """Return a table of this folder: each entry with its spellings, the most usual first; `-` is none at all."""
    lines = files(__name__).joinpath(f"{name}.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {entry: tuple(way.replace("-", "") for way in ways.split()) for entry, ways in rows}


def combinations(pieces: Sequence[Sequence[str]], most: int) -> frozenset[str]:
    """Return the words that can be put together of pieces, each in one of its ways; at most `most`.

    If there are more, only so many ways of each piece are taken as fit, the most usual ones.
    """
    width = max(map(len, pieces), default=1)
    while width > 1 and prod(len(piece[:width]) for piece in pieces) > most:
        width -= 1
    ways = product(*(piece[:width] for piece in pieces))
    return frozenset("".join(way) for way in islice(ways, most))
