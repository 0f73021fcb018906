"""The shipped test helpers keep what they promise."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.consent.permission import Subject
from gatekeeper.types import Kind
from gatekeeper.vision.faces import find_faces
from tests.support.gate import (
    NOON,
    WEBSITE,
    RegisterBuilder,
    a_request,
    embedding_of,
    fake_engine,
    picture_of,
    upload_of,
)

ENGINE = fake_engine()
hues = st.floats(0, 359.9)


@given(one=hues, other=hues)
def test_similarity_of_hues(one: float, other: float) -> None:
    """Embeddings are unit vectors, equal for equal hues and unlike from 30 degrees on."""
    similarity = float(embedding_of(one) @ embedding_of(other))
    apart = min(abs(one - other), 360 - abs(one - other))
    assert np.linalg.norm(embedding_of(one)) == pytest.approx(1, abs=1e-6)
    assert similarity > 0.9 if apart < 9 else similarity < 0.93
    assert similarity < 0.22 or apart < 30


@pytest.mark.parametrize("kind", [".jpg", ".png", ".webp"])
def test_faces_survive_a_file(kind: str) -> None:
    """Every square is found at its place and keeps its hue, also after lossy compression."""
    wanted = [30.0 * step for step in range(12)]
    pixels = cv2.imdecode(np.frombuffer(upload_of(*wanted, kind=kind), np.uint8), cv2.IMREAD_COLOR_RGB)
    faces = find_faces(np.asarray(pixels, np.uint8), ENGINE)
    assert len(faces) == 12
    for face, hue in zip(faces, wanted, strict=True):
        assert face.embedding is not None
        assert float(face.embedding @ embedding_of(hue)) > 0.99
        assert face.box.width == pytest.approx(48, abs=2)


def test_an_empty_picture_has_no_faces() -> None:
    """Grey is nobody."""
    assert find_faces(picture_of(), ENGINE) == ()


def test_small_squares_are_unreadable() -> None:
    """A square below the engine's smallest face is found but not compared."""
    (face,) = find_faces(picture_of(0, side=12), ENGINE)
    assert (face.embedding, face.unreadable) == (None, "too small")


def test_the_builder_denies_by_default() -> None:
    """Somebody who was only added may not be shown, named or recognised by a template."""
    builder = RegisterBuilder()
    amira = builder.person("Amira", "Khan", also=("Amy",))
    register = builder.build()
    assert register.people[amira].names == ("Amira", "Amy")
    assert register.gallery.people == ()
    for subject in Subject:
        assert not register.permission(amira, subject, WEBSITE, NOON.date()).allowed


@pytest.mark.parametrize("kind", Kind)
def test_consent_is_given_by_whose_word_counts(kind: Kind) -> None:
    """The builder lets parents speak for pupils and adults for themselves."""
    builder = RegisterBuilder(version=7)
    person = builder.person("Jo", "Hill", kind=kind)
    builder.consent(person)
    register = builder.build()
    assert register.version == 7
    assert register.permission(person, Subject.PICTURE, WEBSITE, NOON.date()).allowed
    assert register.permission(person, Subject.NAME, WEBSITE, NOON.date()).allowed
    assert not register.permission(person, Subject.BIOMETRICS, WEBSITE, NOON.date()).allowed


def test_a_register_does_not_change_with_its_builder() -> None:
    """What was built stays as it was, and people unknown to it have no permission."""
    builder = RegisterBuilder()
    before = builder.build()
    amira = builder.person("Amira", "Khan", hue=0)
    builder.consent(amira)
    builder.listed(amira)
    assert not before.permission(amira, Subject.PICTURE, WEBSITE, NOON.date()).allowed
    assert before.listed == frozenset()
    assert builder.build().listed == {amira}


def test_a_request_is_complete_and_can_be_changed() -> None:
    """The request of the tests lacks nothing, and any part can be replaced."""
    assert a_request().channel.approved
    assert a_request(caption="Beans").caption == "Beans"
