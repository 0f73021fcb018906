"""Enrolling: one good face a photograph, and one template a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.identity.enrolment import (
    SMALLEST,
    ReferenceRefused,
    Refusal,
    agreement,
    copies,
    looks_like,
    mistaken,
    odd_ones_out,
    read_reference,
    reference,
    template,
    turned_away,
)
from gatekeeper.identity.gallery import Gallery
from gatekeeper.types import Box, Face, PersonId, Pixels
from gatekeeper.vision.detection.image_pyramid import scaled
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.model import shipped_thresholds
from tests.support.detections import Prompter
from tests.support.faces import SAME, Sample

FRONT = [(30.0, 40.0), (70.0, 40.0), (50.0, 60.0), (35.0, 80.0), (65.0, 80.0)]


def refusal(pixels: Pixels, engine: Engine) -> ReferenceRefused:
    """Return why a photograph is refused."""
    with pytest.raises(ReferenceRefused) as caught:
        reference(pixels, engine)
    return caught.value


def face(landmarks: list[tuple[float, float]]) -> Face:
    return Face(1, Box(0, 0, 100, 100), np.array(landmarks, np.float32), 0.9)


@pytest.mark.parametrize("name", ["collins-nasa", "hopper-us-navy", "obama-portrait-2012"])
def test_a_good_portrait_makes_a_reference(name: str, sface: Engine, sample: Sample) -> None:
    """One clear face gives its unit vector."""
    vector = reference(sample(name), sface)
    assert vector.shape == (sface.embedder.dimension,)
    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-5


def test_nobody_is_refused(sface: Engine, sample: Sample) -> None:
    """A photograph without a face says so, and what to do."""
    error = refusal(sample("rocket"), sface)
    assert error.reason is Refusal.NO_FACE
    assert "Take a photograph" in str(error)


def test_two_people_are_refused(sface: Engine, sample: Sample) -> None:
    """With two faces of about one size nobody can say whose reference it is."""
    portrait = sample("curie-portrait")
    error = refusal(np.concatenate([portrait, portrait], axis=1), sface)
    assert error.reason is Refusal.SEVERAL_FACES
    assert "Crop" in str(error)


def test_a_group_is_refused(sface: Engine, sample: Sample) -> None:
    """A group photograph enrols nobody."""
    assert refusal(sample("solvay-1927-frame-b"), sface).reason is Refusal.SEVERAL_FACES


def test_somebody_far_in_the_background_is_no_trouble(sface: Engine, sample: Sample) -> None:
    """A second face of less than a third of the first one's size leaves no doubt."""
    portrait = scaled(sample("hopper-us-navy"), 2.0)
    bystander = scaled(sample("curie-portrait"), 0.7)
    portrait[: bystander.shape[0], : bystander.shape[1]] = bystander
    assert len(sface.detector.find(portrait)) > 1
    alone = reference(sample("hopper-us-navy"), sface)
    assert float(reference(portrait, sface) @ alone) > 0.9


def test_a_face_from_the_side_is_refused(sface: Engine, sample: Sample) -> None:
    """A clear face whose nose lies beyond its eyes makes no reference."""
    (found,) = sface.detector.find(sample("moseley-portrait"))
    spots = found.landmarks.copy()
    spots[2] = spots[1] + (spots[1] - spots[0]) / 4
    aside = replace(sface, detector=Prompter([replace(found, landmarks=spots)]))
    assert refusal(sample("moseley-portrait"), aside).reason is Refusal.TURNED_AWAY


def test_a_small_face_is_refused(sface: Engine, sample: Sample) -> None:
    """A face below the size for references is refused with the size that is needed."""
    error = refusal(scaled(sample("moseley-portrait"), 0.15), sface)
    assert error.reason is Refusal.TOO_SMALL
    assert f"{SMALLEST:.0f} pixels" in str(error)


@pytest.mark.parametrize(("radius", "reason"), [(5.0, Refusal.BLURRED), (14.0, Refusal.NO_FACE)])
def test_a_blurred_face_is_refused(radius: float, reason: Refusal, sface: Engine, sample: Sample) -> None:
    """A face out of focus makes no reference; far out of focus it is no clear face at all."""
    blurred = cv2.GaussianBlur(sample("collins-nasa"), (0, 0), radius)
    assert refusal(np.asarray(blurred, np.uint8), sface).reason is reason


def test_an_unreadable_face_is_refused(sface: Engine, sample: Sample) -> None:
    """A face that the engine does not compare makes no reference."""
    picky = replace(sface, thresholds=replace(sface.thresholds, smallest_face=1000.0))
    assert refusal(sample("collins-nasa"), picky).reason is Refusal.UNREADABLE


@pytest.mark.parametrize("nose", [24.0, 76.0])
def test_a_face_seen_from_the_side_is_turned_away(nose: float) -> None:
    """A nose beyond one of the eyes is a face from the side; between the eyes it is not."""
    assert turned_away(face([*FRONT[:2], (nose, 60.0), *FRONT[3:]]))
    assert not turned_away(face(FRONT))


@given(st.floats(-3.1, 3.1), st.floats(0.1, 50))
def test_a_tilted_head_is_not_turned_away(turn: float, scale: float) -> None:
    """Tilting or enlarging a frontal face does not make it a side view."""
    linear = scale * np.array([(np.cos(turn), -np.sin(turn)), (np.sin(turn), np.cos(turn))])
    assert not turned_away(face([tuple(point) for point in (np.array(FRONT) @ linear.T).tolist()]))


def test_a_template_is_the_middle_of_its_references(sface: Engine, sample: Sample) -> None:
    """Two photographs of one person make a unit template that is nearer to both than they are to each other."""
    one, other = (reference(sample(name), sface) for name in ("obama-portrait-2012", "obama-congress-2009"))
    both = template([one, other])
    assert abs(float(np.linalg.norm(both)) - 1) < 1e-5
    assert min(float(both @ one), float(both @ other)) > float(one @ other)


@given(st.permutations(range(4)))
def test_the_order_of_references_does_not_matter(order: list[int]) -> None:
    """The same references in any order make the same template."""
    vectors = list(np.eye(4, 128, dtype=np.float32))
    assert np.allclose(template([vectors[place] for place in order]), template(vectors))


def test_references_that_cancel_make_no_template() -> None:
    """Opposite vectors have no middle, and no vectors make nothing."""
    vector = np.eye(1, 128, dtype=np.float32)[0]
    with pytest.raises(ValueError, match="cancel"):
        template([vector, -vector])
    with pytest.raises(ValueError, match="at least one"):
        template([])


def test_a_photograph_of_somebody_else_is_noticed(sface: Engine, sample: Sample) -> None:
    """Among three of one person, the one of another person is named."""
    names = ("obama-portrait-2012", "hopper-us-navy", "obama-congress-2009", "obama-blue-room-2010")
    vectors = [reference(sample(name), sface) for name in names]
    assert odd_ones_out(vectors, sface.thresholds) == (1,)


def test_two_strangers_are_both_named(sface: Engine, sample: Sample) -> None:
    """Of two references that do not resemble each other nobody knows which is wrong; one alone is never odd."""
    vectors = [reference(sample(name), sface) for name in ("collins-nasa", "hopper-us-navy")]
    assert odd_ones_out(vectors, sface.thresholds) == (0, 1)
    assert odd_ones_out(vectors[:1], sface.thresholds) == ()


# --- whom a reference resembles --------------------------------------------------------


def test_a_photograph_of_somebody_enrolled_is_noticed(sface: Engine, sample: Sample) -> None:
    """A photograph that looks like another enrolled person is named as such, unless it is that person's own."""
    obama, biden = PersonId("obama"), PersonId("biden")
    known = template([reference(sample(name), sface) for name in SAME[:2]])
    gallery = Gallery("sface", (obama,), known[np.newaxis], np.array([2]))
    again, other = reference(sample(SAME[2]), sface), reference(sample("biden-blue-room-2010"), sface)
    assert looks_like(again, gallery, sface.thresholds, biden) == (obama,)
    assert looks_like(again, gallery, sface.thresholds, obama) == ()
    assert looks_like(other, gallery, sface.thresholds, biden) == ()
    assert mistaken([other, again], gallery, sface.thresholds, biden) == (1,)


def test_twins_may_both_be_enrolled() -> None:
    """A photograph that resembles the person's other ones more than anybody else is right."""
    own = [np.array(vector, np.float32) for vector in ((0.6, 0.8, 0.0), (0.6, 0.78, 0.176))]
    gallery = Gallery("sface", (PersonId("twin"),), np.array([[1.0, 0, 0]], np.float32), np.array([3]))
    thresholds = shipped_thresholds("sface")
    assert looks_like(own[0], gallery, thresholds, None) == (PersonId("twin"),)
    assert mistaken(own, gallery, thresholds, None) == ()
    assert mistaken(own[:1], gallery, thresholds, None) == (0,)


def test_agreement_is_that_of_the_odd_one() -> None:
    """The least likeness to the others counts; a single photograph agrees with itself."""
    one, other = np.array([1.0, 0.0], np.float32), np.array([0.6, 0.8], np.float32)
    assert agreement([one]) == 1
    assert agreement([one, other]) == pytest.approx(0.6)
    assert agreement([one, one, other]) == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        pytest.param(lambda pixels: pixels // 9, "dark", id="dark"),
        pytest.param(lambda pixels: 255 - (255 - pixels) // 12, "pale", id="pale"),
    ],
)
def test_bad_light_is_refused(change: Callable[[Pixels], Pixels], what: str, sface: Engine, sample: Sample) -> None:
    """A face in too little or too much light makes no reference, and the message says so."""
    with pytest.raises(ReferenceRefused, match=what) as refused:
        reference(change(sample("collins-nasa")), sface)
    assert refused.value.reason is Refusal.BADLY_EXPOSED


def test_a_good_photograph_has_a_better_quality_than_a_poor_one(sface: Engine, sample: Sample) -> None:
    """Quality falls with sharpness."""
    sharp = sample("collins-nasa")
    soft = np.asarray(cv2.GaussianBlur(sharp, (0, 0), 2.0), np.uint8)
    good, poor = (read_reference(pixels, sface).quality for pixels in (sharp, soft))
    assert 0 <= poor < good <= 1


def test_copies_of_one_photograph_count_once(sface: Engine, sample: Sample) -> None:
    """A photograph reduced, lightened, cropped or mirrored is a copy; another one of the person is not."""
    first, other = sample("obama-portrait-2012"), sample("obama-congress-2009")
    made = [
        first,
        scaled(first, 0.7),
        np.asarray(np.clip(first * 1.15 + 8.0, 0, 255), np.uint8),
        np.ascontiguousarray(first[8:, 12:-10]),
        np.ascontiguousarray(first[:, ::-1]),
        other,
    ]
    assert copies([read_reference(pixels, sface) for pixels in made]) == (1, 2, 3, 4)
