"""How pictures leave under a school's own rules: format, size, frames and the size of faces."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gatekeeper.decision.case import Case, Tools
from gatekeeper.decision.fitting import fitted, release_within
from gatekeeper.decision.pipeline import rescreen, screen
from gatekeeper.errors import PhotoRefused
from gatekeeper.identity.missed_faces import Completed, complete
from gatekeeper.media.release.encode import make_release, reopen_release
from gatekeeper.policy.model import Policy
from gatekeeper.rendition import NO_LIMIT, Frames, Output, Rendition, SizeLimit
from gatekeeper.types import Box, Edit, Face, FaceStatus, FindingCode, Pixels, Release, ReleaseFacts, Screening
from gatekeeper.vision.engine import Detection
from gatekeeper.vision.faces import find_faces
from tests.support import samples
from tests.support.gate import RegisterBuilder, a_request, fake_engine, picture_of, upload_of

AMIRA_HUE, TOM_HUE = 0, 120
ENGINE = fake_engine()


def _case(**changes: Any) -> Case:
    builder = RegisterBuilder()
    builder.consent(builder.person("Amira", "Khan", hue=AMIRA_HUE))
    builder.consent(builder.person("Tom", "Jones", hue=TOM_HUE))
    return Case(a_request(), builder.build(), replace(Policy.load("secondary"), **changes))


def _release(screening: Screening) -> Release:
    assert screening.facts.decision.approved, screening.facts.decision.findings
    assert screening.release is not None
    return screening.release


@pytest.mark.parametrize("output", Output)
def test_the_policy_chooses_the_format(tools: Tools, output: Output) -> None:
    """A release, and what is made of it when a place is covered, has the policy's format."""
    case = _case(output=output)
    screening = screen(upload_of(AMIRA_HUE, TOM_HUE), case, tools)
    assert _release(screening).media_type == output.media_type
    assert screening.facts.release is not None
    assert screening.facts.release.media_type == output.media_type
    assert screening.facts.photo is not None
    assert screening.examined is not None
    box = screening.facts.faces[1].box
    again = rescreen(screening.examined.data, screening.facts.photo, case, tools, Edit(fills=(box,)))
    assert again.examined is not None
    assert again.examined.media_type == output.media_type


def test_the_policy_chooses_the_long_side(tools: Tools) -> None:
    """No release is longer than the policy says."""
    release = _release(screen(upload_of(AMIRA_HUE, TOM_HUE, side=200), _case(long_side=400), tools))
    assert max(release.width, release.height) == 400


def test_the_policy_says_what_becomes_of_frames(tools: Tools) -> None:
    """What moves is refused, or its first frame is examined and published, and no other."""
    first, second = (Image.fromarray(picture_of(hue)) for hue in (AMIRA_HUE, 240))
    moving = samples.saved(first, "WEBP", save_all=True, append_images=[second], lossless=True)
    refused = screen(moving, _case(), tools)
    assert [finding.code for finding in refused.facts.decision.findings] == [FindingCode.UNSUPPORTED_FORMAT]
    taken = screen(moving, _case(frames=Frames.FIRST), tools)
    assert np.abs(_release(taken).pixels.astype(int) - picture_of(AMIRA_HUE)).mean() < 2
    assert taken.facts.photo is not None
    assert "further_pictures" in taken.facts.photo.metadata.carriers


@pytest.mark.parametrize("output", Output)
def test_a_picture_with_a_large_face_is_reduced(tools: Tools, output: Output) -> None:
    """The release becomes so small that no face is larger than the policy says, and is examined in that size."""
    upload = upload_of(AMIRA_HUE, TOM_HUE, side=200)
    case = _case(largest_face=80, output=output)
    screening = screen(upload, case, tools)
    release = _release(screening)
    assert 60 < max(face.box.height for face in find_faces(release.pixels, ENGINE)) <= 80
    assert release.width < 1200 * 80 / 200
    assert {face.status for face in screening.facts.faces} == {FaceStatus.CONSENTED}
    assert screening.facts.photo is not None
    again = rescreen(release.data, screening.facts.photo, case, tools)
    assert _release(again).data == release.data


def test_a_picture_with_small_faces_is_left_alone(tools: Tools) -> None:
    """A limit that nobody exceeds changes nothing."""
    upload = upload_of(AMIRA_HUE, TOM_HUE)
    assert _release(screen(upload, _case(largest_face=80), tools)).data == _release(screen(upload, _case(), tools)).data


def test_a_face_that_is_lost_by_reducing_blocks(tools: Tools) -> None:
    """Who was found in the large picture and is not in the small one does not go out unnoticed."""
    pixels = picture_of(AMIRA_HUE, side=400)
    pixels[10:34, 10:34] = picture_of(TOM_HUE, side=48)[48:72, 48:72]
    screening = screen(samples.saved(Image.fromarray(pixels), "PNG"), _case(largest_face=80), tools)
    assert screening.examined is not None
    assert len(find_faces(screening.examined.pixels, ENGINE)) == 1
    assert [finding.code for finding in screening.facts.decision.findings] == [FindingCode.UNREADABLE_FACE]
    assert sorted(face.status for face in screening.facts.faces) == [FaceStatus.CONSENTED, FaceStatus.UNREADABLE]


class _Stubborn:
    """Sees a face that fills the picture, whatever its size."""

    def find(self, pixels: Pixels) -> list[Detection]:
        height, width = pixels.shape[:2]
        return [Detection(Box(0, 0, max(width, 500), height), np.zeros((5, 2), np.float32), 0.9)]


def test_a_face_that_stays_large_is_refused(tools: Tools) -> None:
    """Reducing ends after a few tries, and then nothing leaves."""

    def look(release: Release, _: tuple[Box, ...]) -> Completed:
        (found,) = _Stubborn().find(release.pixels)
        return complete([Face(1, found.box, found.landmarks, found.score)], (), (), (release.width, release.height))

    with pytest.raises(PhotoRefused, match="larger than the school's policy"):
        fitted(make_release(picture_of(AMIRA_HUE)), Rendition(largest_face=64), (), look)


def _noisy(side: int = 96) -> bytes:
    """A picture that is hard to compress, with two known faces."""
    pixels = picture_of(AMIRA_HUE, TOM_HUE, side=side).astype(np.int16)
    grain = np.random.default_rng(3).integers(-14, 15, pixels.shape)
    return samples.saved(Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8)), "PNG")


@pytest.mark.parametrize(
    ("output", "most"), [(Output.JPEG, 40_000), (Output.JPEG, 20_000), (Output.WEBP, 30_000), (Output.PNG, 65_000)]
)
def test_a_release_is_made_as_small_as_was_asked_for(tools: Tools, output: Output, most: int) -> None:
    """The file has at most so many bytes; it is the one that was examined, and whose hash the facts have."""
    case = _case(output=output)
    limited = replace(case, request=a_request(size_limit=SizeLimit(max_bytes=most)))
    before, after = (screen(_noisy(), each, tools) for each in (case, limited))
    assert len(_release(before).data) > most
    release = _release(after)
    assert len(release.data) <= most
    assert (after.examined, after.facts.release) == (
        release,
        ReleaseFacts(release.sha256, release.media_type, release.width, release.height, len(release.data)),
    )
    reopen_release(release.data)


def test_a_limit_on_pixels_counts_where_it_is_lower_than_the_policy_s(tools: Tools) -> None:
    """The shorter of the two long sides is taken."""
    upload = upload_of(AMIRA_HUE, TOM_HUE, side=200)
    for asked, longest in ((SizeLimit(max_side=600), 600), (SizeLimit(max_side=1000), 800), (NO_LIMIT, 800)):
        case = replace(_case(long_side=800), request=a_request(size_limit=asked))
        release = _release(screen(upload, case, tools))
        assert max(release.width, release.height) == longest


def test_a_face_is_not_lost_by_asking_for_a_smaller_release(tools: Tools) -> None:
    """A face that only the larger rendition shows stays on the list, and blocks."""
    pixels = picture_of(AMIRA_HUE, side=400)
    pixels[10:34, 10:34] = picture_of(TOM_HUE, side=48)[48:72, 48:72]
    upload = samples.saved(Image.fromarray(pixels), "PNG")
    case = replace(_case(), request=a_request(size_limit=SizeLimit(max_side=320)))
    screening = screen(upload, case, tools)
    assert screening.examined is not None
    assert len(find_faces(screening.examined.pixels, ENGINE)) == 1
    assert [finding.code for finding in screening.facts.decision.findings] == [FindingCode.UNREADABLE_FACE]


def test_an_edited_picture_keeps_the_limit(tools: Tools) -> None:
    """What is covered afterwards is made anew within as many bytes."""
    case = replace(_case(), request=a_request(size_limit=SizeLimit(max_bytes=25_000)))
    screening = screen(_noisy(), case, tools)
    assert screening.examined is not None
    assert screening.facts.photo is not None
    edit = Edit(fills=(screening.facts.faces[1].box,))
    again = rescreen(screening.examined.data, screening.facts.photo, case, tools, edit)
    assert again.examined is not None
    assert len(again.examined.data) <= 25_000


def test_a_limit_that_no_picture_fits_is_refused() -> None:
    """It is told rather than answered with a stamp."""
    with pytest.raises(PhotoRefused, match="Allow more bytes"):
        release_within(samples.pixels_of(samples.scene()), Rendition(max_bytes=700))
