"""The plain words of the pages."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from api.platform import labels
from api.web.checks.result.metadata_labels import found_in
from gatekeeper.media.wire import CARRIERS
from gatekeeper.types import FaceStatus, MetadataReport, Role


def test_every_status_has_words_and_only_publishable_ones_look_fine() -> None:
    """A face that may not leave never has the mood of one that may."""
    assert set(labels.STATUS) == set(FaceStatus)
    assert {status for status, (mood, _) in labels.STATUS.items() if mood == "ok"} == {
        status for status in FaceStatus if status.publishable
    }


def test_why_somebody_may_not_be_published_is_not_said() -> None:
    """Somebody on the list and somebody without consent read the same."""
    assert labels.STATUS[FaceStatus.DO_NOT_PUBLISH] == labels.STATUS[FaceStatus.NO_CONSENT]


def test_every_role_has_a_name() -> None:
    """Whoever can help is called by a word that staff use."""
    assert set(labels.ROLE) == set(Role)
    assert labels.people([Role.APPROVER, Role.SAFEGUARDING_LEAD]) == "an approver or the safeguarding lead"


def test_what_was_taken_out_is_told_in_plain_words() -> None:
    """The place comes first; an unknown kind is still told."""
    found = MetadataReport(gps=True, exif_tags=57, carriers=("exif", "thumbnail", "new_kind"))
    assert found_in(found) == (
        "The place where it was taken (GPS)",
        "A small hidden copy, which may show what was cropped away",
        "Camera details (EXIF): 57 entries",
        "New kind",
    )
    assert found_in(MetadataReport()) == ()


def test_every_word_of_a_report_can_be_explained() -> None:
    """The worker's list and the phrases are the same list, and what names people is told before what is technical."""
    lines = found_in(MetadataReport(gps=True, carriers=CARRIERS))
    assert len(set(lines)) == len(CARRIERS) + 1
    assert not any(word.replace("_", " ").capitalize() == line for word in CARRIERS for line in lines)
    assert lines.index("Names of people, tied to their faces") < lines.index("Camera details (EXIF)")


def test_times_are_the_schools_and_written_as_in_the_uk() -> None:
    """Summer time counts."""
    when = datetime(2026, 6, 1, 8, 5, tzinfo=UTC)
    assert labels.moment(when, ZoneInfo("Europe/London")) == "1 June 2026, 09:05"


@pytest.mark.parametrize(("count", "text"), [(10, "1 kB"), (412_345, "412 kB"), (3_140_000, "3.1 MB")])
def test_sizes_are_short(count: int, text: str) -> None:
    """Kilobytes below a megabyte."""
    assert labels.size(count) == text
