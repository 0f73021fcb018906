"""Every name of the corpus is found, however it is written: the kinds that are promised, without exception."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from gatekeeper.caption.names import MentionKind, find_mentions
from gatekeeper.caption.text.words import clean
from tests.gatekeeper.corpus.generate import KINDS
from tests.gatekeeper.corpus.school import FOLDER, index, school

FILES = [FOLDER / f"{kind}.tsv" for kind in (*KINDS, "written")]
IDS = {member.full_name: person for person, member in school().items()}


def _missed(path: Path) -> list[str]:
    """Return the lines in which a name is not found as what it is."""
    missed = []
    for line in path.read_text("utf-8").splitlines():
        expected, name, caption = line.split("\t")
        text = clean(caption)
        found = {(mention.kind, person) for mention in find_mentions(text, index()) for person in mention.people}
        if (MentionKind(expected), IDS[name]) not in found:
            missed.append(line)
    return missed


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_name_is_found(path: Path) -> None:
    """A full name, surname or first name is found in each line, and is the person's whose it is."""
    assert _missed(path) == []


def test_the_corpus_is_large_and_quick() -> None:
    """At least 2,000 lines, and a long caption is read in a fraction of a second."""
    assert sum(len(path.read_text("utf-8").splitlines()) for path in FILES) >= 2_000
    caption = clean("Well done to everyone who came to the summer fair with cakes and games. " * 7)
    find_mentions(caption, index())
    start = time.process_time()
    find_mentions(caption, index())
    assert time.process_time() - start < 0.25
