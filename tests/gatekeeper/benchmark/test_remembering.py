"""An engine that looks at each picture once."""

from __future__ import annotations

import numpy as np

from gatekeeper.benchmark.remembering import remembering
from gatekeeper.vision.faces import find_faces
from tests.support.gate import fake_engine, picture_of


def test_what_is_remembered_is_what_was_seen() -> None:
    """Faces from memory are those that the engine found, vector and all, and the memory does not grow."""
    memory: dict[str, bytes] = {}
    bare, engine, pixels = fake_engine(), remembering(fake_engine(), memory), picture_of(0, 120)
    first, again, anew = (find_faces(pixels, looker) for looker in (engine, engine, bare))
    assert len(memory) == 2
    for one, other, fresh in zip(first, again, anew, strict=True):
        assert one.box == other.box == fresh.box
        assert one.embedding is not None
        assert other.embedding is not None
        assert fresh.embedding is not None
        assert np.array_equal(one.embedding, other.embedding)
        assert np.array_equal(one.embedding, fresh.embedding)


def test_another_picture_is_another_memory() -> None:
    """One pixel makes a difference; so does another engine's way of comparing, not its detector."""
    memory: dict[str, bytes] = {}
    pixels = picture_of(0)
    find_faces(pixels, remembering(fake_engine(), memory))
    pixels[0, 0, 0] += 1
    find_faces(pixels, remembering(fake_engine(), memory))
    assert len(memory) == 4
    find_faces(pixels, remembering(fake_engine("other"), memory))
    assert len(memory) == 5


def test_nothing_found_is_remembered_too() -> None:
    """A picture without faces is not searched again."""
    memory: dict[str, bytes] = {}
    engine = remembering(fake_engine(), memory)
    assert find_faces(picture_of(), engine) == find_faces(picture_of(), engine) == ()
    assert len(memory) == 1
