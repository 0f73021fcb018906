"""A compromising picture is gone at once, and does not come back."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageOps

from api.application.checks.release.releasing import NoSuchRelease, ReleaseWithdrawn
from api.application.checks.resolve.resolution import Action, Resolution, ResolutionRefused
from api.application.checks.submission import NoSuchCheck, build_draft
from api.application.evaluation.samples import folder
from consent_db.approvals.records import CheckRecord, CheckState
from gatekeeper.types import Box, FindingCode, Role
from tests.support.gate import upload_of
from tests.support.school import AMIRA_HUE, ATTESTED, OFFICE, STRANGER_HUE, TOM_HUE, School

SUBMISSION = build_draft("website", caption="Amira on the climbing frame", attestations=ATTESTED)


def check(school: School, upload: bytes) -> CheckRecord:
    return school.screener.check(upload, SUBMISSION, OFFICE)


def codes(record: CheckRecord) -> list[FindingCode]:
    assert record.facts is not None
    return [finding.code for finding in record.facts.decision.findings]


def _saved(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def test_everything_of_it_is_gone_at_once(school: School) -> None:
    """The stored pictures of the whole chain are deleted, and its release is withdrawn."""
    old = check(school, upload_of(AMIRA_HUE, STRANGER_HUE))
    new = school.screener.resolve(old.id, Resolution(Action.COVER), OFFICE, Role.STAFF)
    token = school.screener.releases.token(new) or ""
    deleted = school.screener.delete_at_once(old.id, OFFICE)
    assert deleted.checks == tuple(sorted((old.id, new.id)))
    assert school.screener.pictures.all_keys() == set()
    with pytest.raises(ReleaseWithdrawn):
        school.screener.releases.open(token)
    with pytest.raises(NoSuchCheck):
        school.screener.releases.examined(new.id)
    with pytest.raises(ResolutionRefused):
        school.screener.resolve(new.id, Resolution(Action.APPROVE), "user:head", Role.APPROVER)
    assert school.screener.run(new.id).state is CheckState.REVOKED


def test_it_is_refused_however_it_comes_back(school: School) -> None:
    """The file itself, saved again, smaller, as another format, turned, mirrored; other pictures are not."""
    upload = (folder() / "01-approved.jpg").read_bytes()
    school.screener.delete_at_once(check(school, upload).id, OFFICE)
    image = Image.open(io.BytesIO(upload)).convert("RGB")
    turned = image.transpose(Image.Transpose.ROTATE_90)
    mirrored = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    smaller = image.resize((image.width // 2, image.height // 2))
    copies = [upload, _saved(image, quality=60), _saved(smaller, "PNG"), _saved(turned), _saved(mirrored, "WEBP")]
    width, height = image.size
    cropped = image.crop((width // 12, height // 20, width - width // 20, height - height // 12))
    screenshot = Image.new("RGB", (1080, 2000), (18, 18, 18))
    screenshot.paste(image.resize((1080, round(1080 * height / width))), (0, 500))
    copies += [_saved(cropped), _saved(ImageOps.expand(image, width // 10, "white")), _saved(screenshot, quality=80)]
    for copy in copies:
        assert codes(check(school, copy)) == [FindingCode.REFUSED_BEFORE]
    assert FindingCode.REFUSED_BEFORE not in codes(check(school, upload_of(AMIRA_HUE, TOM_HUE, STRANGER_HUE)))


def test_a_part_of_it_that_had_been_released_is_refused_too(school: School) -> None:
    """What was made of the picture before, and perhaps saved by somebody, is known as well."""
    old = check(school, upload_of(AMIRA_HUE, STRANGER_HUE))
    new = school.screener.resolve(old.id, Resolution(Action.CROP, box=Box(0, 0, 0.5, 1)), OFFICE, Role.STAFF)
    part = school.screener.releases.open(school.screener.releases.token(new) or "").data
    school.screener.delete_at_once(new.id, OFFICE)
    assert codes(check(school, part)) == [FindingCode.REFUSED_BEFORE]
    assert codes(check(school, _saved(Image.open(io.BytesIO(part)), quality=50))) == [FindingCode.REFUSED_BEFORE]


def test_a_picture_that_waits_for_its_turn_can_be_deleted(school: School) -> None:
    """It is never screened, its upload is gone, and it is known again although nobody looked at it."""
    upload = upload_of(AMIRA_HUE)
    check_id = school.screener.submit(upload, SUBMISSION, OFFICE)
    school.screener.delete_at_once(check_id, OFFICE)
    assert school.screener.run(check_id).facts is None
    assert school.screener.pictures.all_keys() == set()
    assert codes(check(school, _saved(Image.open(io.BytesIO(upload)), "PNG"))) == [FindingCode.REFUSED_BEFORE]


def test_what_cannot_be_opened_is_known_by_its_bytes(school: School) -> None:
    """A damaged file is refused unopened when it comes again."""
    check_id = school.screener.submit(b"no picture at all", SUBMISSION, OFFICE)
    school.screener.delete_at_once(check_id, OFFICE)
    assert codes(check(school, b"no picture at all")) == [FindingCode.REFUSED_BEFORE]


def test_an_approved_copy_is_not_handed_out_any_more(school: School) -> None:
    """The same picture, approved as another file, is withdrawn at the moment of publishing."""
    upload = upload_of(AMIRA_HUE)
    copy = check(school, _saved(Image.open(io.BytesIO(upload)), quality=70))
    assert copy.approved
    token = school.screener.releases.token(copy) or ""
    assert school.screener.releases.open(token).data
    school.screener.delete_at_once(check(school, upload).id, OFFICE)
    with pytest.raises(ReleaseWithdrawn):
        school.screener.releases.open(token)
    with pytest.raises(NoSuchRelease):
        school.screener.releases.open("no token")


def test_a_damaged_store_does_not_keep_a_picture_from_being_deleted(school: School) -> None:
    """A stored file that is gone or was changed is no reason to keep the others."""
    old = check(school, upload_of(AMIRA_HUE, STRANGER_HUE))
    new = school.screener.resolve(old.id, Resolution(Action.COVER), OFFICE, Role.STAFF)
    pictures = school.screener.pictures
    pictures.delete(old.examined_key or "")
    folder = school.services.settings.data / "pictures"
    (folder / (new.examined_key or "")).write_bytes(b"changed")
    school.screener.delete_at_once(new.id, OFFICE)
    assert pictures.all_keys() == set()


def test_a_check_that_is_not_there(school: School) -> None:
    """Nothing is deleted for an id that nobody has."""
    with pytest.raises(NoSuchCheck):
        school.screener.delete_at_once("chk_nothing", OFFICE)
