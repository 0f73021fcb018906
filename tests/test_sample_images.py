"""The sample pictures, the real gate, and what was written down beforehand."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from gatekeeper.consent.permission import Party, Stance, Standing, Statement, Subject, permission
from gatekeeper.decision.authority import Circumstance, Exemption
from gatekeeper.decision.case import Case, Tools
from gatekeeper.decision.pipeline import screen
from gatekeeper.identity.enrolment import reference, template
from gatekeeper.media.open import Opener
from gatekeeper.media.release.encode import verify
from gatekeeper.policy.model import Policy
from gatekeeper.register import Gallery, Register
from gatekeeper.types import (
    AcceptedChange,
    Approval,
    Channel,
    Kind,
    Outcome,
    Person,
    PersonId,
    Pixels,
    Request,
    Role,
    Screening,
)
from gatekeeper.vision import load
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.text.reader import PPOCR
from scripts.compose_samples import SAMPLES, compose
from tests.support.remembered import remembered

__all__ = ["remembered"]

EXPECTED: Final[dict[str, Any]] = tomllib.loads((SAMPLES / "expected.toml").read_text("utf-8"))
PICTURES: Final[list[dict[str, Any]]] = EXPECTED["picture"]
WEBSITE: Final = Channel("website", frozenset(), approved=True)
MOMENT: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GIVEN: Final = datetime(2019, 9, 2, 9, 0, tzinfo=UTC)
LARGEST: Final = 300_000
PIXEL_NOISE: Final = 2.0
"""Mean difference of brightness levels that another version of an encoder may make."""


def roster() -> list[dict[str, str]]:
    with (SAMPLES / "roster.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pixels_of(source: Path | bytes) -> Pixels:
    with Image.open(BytesIO(source) if isinstance(source, bytes) else source) as picture:
        return np.ascontiguousarray(picture.convert("RGB"))


def statements(row: Mapping[str, str]) -> tuple[Statement, ...]:
    """Return what a row of the roster says; a blank cell says nothing."""
    until = date.fromisoformat(row["consent_expires"]) if row["consent_expires"] else None
    subjects = {
        (Subject.PICTURE, "website"): row["consent_website"],
        (Subject.NAME, "*"): row["name_consent"],
        (Subject.BIOMETRICS, "*"): row["biometric_consent"],
    }
    return tuple(
        Statement(Party.SELF, subject, scope, Stance.GRANTED, GIVEN, GIVEN.date(), until)
        for (subject, scope), cell in subjects.items()
        if cell == "yes"
    )


def person(row: Mapping[str, str]) -> Person:
    first = row["known_as"] or row["first_name"]
    names = tuple(dict.fromkeys((first, row["first_name"])))
    return Person(PersonId(row["external_id"]), Kind(row["kind"]), first, names, (row["last_name"],))


def standing(row: Mapping[str, str]) -> Standing:
    return Standing(statements(row), listed=row["do_not_publish"] == "yes", speaks_for_self=True)


def gallery(standings: Mapping[PersonId, Standing], engine: Engine) -> Gallery:
    """Enrol everybody who agrees to it on that day, from the reference photographs."""
    references = {
        who: [reference(pixels_of(path), engine) for path in sorted((SAMPLES / "people" / who).glob("*.jpg"))]
        for who, said in standings.items()
        if permission(said, Subject.BIOMETRICS, (), MOMENT.date()).allowed
    }
    counts = np.array([len(vectors) for vectors in references.values()], np.int64)
    templates = np.stack([template(vectors) for vectors in references.values()])
    return Gallery(engine.name, tuple(references), templates, counts)


@pytest.fixture(scope="module")
def tools() -> Iterator[Tools]:
    with Opener() as opener:
        yield Tools(opener, load(), PPOCR())


@pytest.fixture(scope="module")
def register(tools: Tools) -> Register:
    rows = roster()
    people = {PersonId(row["external_id"]): person(row) for row in rows}
    standings = {PersonId(row["external_id"]): standing(row) for row in rows}
    return Register(1, people, standings, gallery(standings, tools.engine))


def request_for(row: Mapping[str, Any]) -> Request:
    members: dict[str, set[PersonId]] = defaultdict(set)
    for entry in roster():
        members[entry["group"]].add(PersonId(entry["external_id"]))
    group = row.get("event")
    return Request(
        channel=replace(WEBSITE, name=row["channel"]),
        moment=MOMENT,
        publish_at=row.get("publish_at"),
        caption=row.get("caption"),
        accepted_changes=frozenset(map(AcceptedChange, row.get("accept_changes", ()))),
        scope=frozenset(members[group]) if group else None,
        attestations=frozenset(row["attestations"]),
        nobody_else=row.get("looked", False),
        approvals=(AGREED,) if row.get("looked", False) else (),
    )


AGREED = Approval(Role.STAFF, by_uploader=False, about=frozenset({Exemption(Circumstance.NOBODY_ELSE).name}))
"""A second person has looked at a picture in which nobody was found."""


@pytest.fixture(scope="module")
def screenings(tools: Tools, register: Register) -> list[Screening]:
    policy = Policy.load(EXPECTED["policy"])
    return [
        screen((SAMPLES / row["file"]).read_bytes(), Case(request_for(row), register, policy), tools)
        for row in PICTURES
    ]


def name_of(position: int) -> str:
    return f"{position + 1}: {PICTURES[position]['file']}"


each_row = pytest.mark.parametrize("position", range(len(PICTURES)), ids=name_of)


@each_row
def test_the_gate_says_of_each_picture_what_was_written_down(screenings: list[Screening], position: int) -> None:
    """Decision, codes and the number of faces of each status are exactly as expected."""
    row, decision = PICTURES[position], screenings[position].facts.decision
    statuses = Counter(status.value for status in decision.statuses.values())
    assert (decision.outcome.value, {f.code.value for f in decision.findings}, dict(statuses)) == (
        row["decision"],
        set(row["findings"]),
        row["faces"],
    )


@each_row
def test_only_an_approved_picture_leaves_and_with_the_expected_caption(
    screenings: list[Screening], position: int
) -> None:
    """A blocked picture has no release; an approved one has the caption that was written down."""
    row, screening = PICTURES[position], screenings[position]
    approved = row["decision"] == Outcome.APPROVE
    assert (screening.release is not None) is approved
    if approved:
        assert (screening.facts.caption or "") == row["released_caption"]


@each_row
def test_what_the_upload_hides_is_really_there_and_not_in_the_release(
    screenings: list[Screening], position: int
) -> None:
    """Every planted text is in the uploaded bytes, and no release holds any of them or anything but pixels."""
    row, screening = PICTURES[position], screenings[position]
    upload = (SAMPLES / row["file"]).read_bytes()
    assert [text for text in row.get("hidden", []) if text.encode() not in upload] == []
    assert screening.facts.photo is not None
    assert screening.facts.photo.metadata.gps is row.get("gps", False)
    if screening.release is not None:
        verify(screening.release.data)
        assert [text for text in row.get("hidden", []) if text.encode() in screening.release.data] == []
        with Image.open(BytesIO(screening.release.data)) as released:
            assert (dict(released.getexif()), released.info.get("xmp")) == ({}, None)


def test_the_hidden_thumbnail_shows_another_person_and_is_reported(screenings: list[Screening]) -> None:
    """The first picture's thumbnail is a JPEG of its own inside the upload, and the release holds only one JPEG."""
    upload, release = (SAMPLES / "01-approved.jpg").read_bytes(), screenings[0].release
    assert release is not None
    assert (upload.count(b"\xff\xd8\xff"), release.data.count(b"\xff\xd8\xff")) == (2, 1)
    assert screenings[0].facts.photo is not None
    assert {"exif", "thumbnail", "xmp"} <= set(screenings[0].facts.photo.metadata.carriers)


def test_the_picture_on_its_side_is_released_upright(screenings: list[Screening]) -> None:
    """The file is taller than wide, its tag says that it is not, and the release is wider than tall."""
    position = next(at for at, row in enumerate(PICTURES) if row["file"] == "07-turned.jpg")
    stored, release = pixels_of(SAMPLES / "07-turned.jpg"), screenings[position].release
    photo = screenings[position].facts.photo
    assert release is not None
    assert photo is not None
    assert stored.shape[0] > stored.shape[1]
    assert release.height < release.width
    assert photo.metadata.turned


def test_every_kind_of_permission_is_in_the_roster() -> None:
    """The sample register holds somebody for each thing that a school must keep apart."""
    rows = roster()
    assert {row["kind"] for row in rows} == {"staff", "visitor", "volunteer", "governor"}
    assert {(row["biometric_consent"], row["do_not_publish"]) for row in rows} >= {("yes", "yes"), ("no", "yes")}
    assert any(row["consent_website"] == "yes" and row["name_consent"] == "no" for row in rows)
    assert any(row["consent_expires"] for row in rows)


def test_nobody_has_reference_photographs_without_having_agreed() -> None:
    """There is a folder of photographs for exactly those with biometric consent."""
    agreed = {row["external_id"] for row in roster() if row["biometric_consent"] == "yes"}
    assert {folder.name for folder in (SAMPLES / "people").iterdir()} == agreed


def test_every_picture_is_small_and_has_its_source() -> None:
    """No picture is 300 kB or larger, and each is named in SOURCES.md."""
    sources = (SAMPLES / "SOURCES.md").read_text("utf-8")
    files = [path for path in SAMPLES.rglob("*") if path.suffix in {".jpg", ".png", ".heic"}]
    names = {path.relative_to(SAMPLES).as_posix() for path in files}
    assert [path.name for path in files if path.stat().st_size >= LARGEST] == []
    assert [name for name in sorted(names) if f"`{name}`" not in sources] == []
    assert {row["file"] for row in PICTURES} == {name for name in names if "/" not in name}


def test_the_script_makes_the_committed_pictures(tmp_path: Path) -> None:
    """Composing again gives the committed pixels, and no file more or less."""
    pillow_heif.register_heif_opener()
    compose(SAMPLES / "originals", tmp_path)
    made = {path.relative_to(tmp_path): path for path in tmp_path.rglob("*.*")}
    for name, path in made.items():
        ours, again = pixels_of(SAMPLES / name), pixels_of(path)
        assert ours.shape == again.shape, name
        assert np.abs(ours.astype(int) - again).mean() < PIXEL_NOISE, name
    kept = {path.relative_to(SAMPLES) for path in SAMPLES.rglob("*.*") if path.suffix in {".jpg", ".png", ".heic"}}
    assert {name for name in kept if name.parts[0] != "originals"} == set(made)
