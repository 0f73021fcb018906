"""Whatever goes wrong is a block: openers, detectors, embedders, rules and releases that fail."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gatekeeper.decision import rules
from gatekeeper.decision.case import Tools
from gatekeeper.decision.pipeline import refuse, rescreen, screen
from gatekeeper.decision.rules import Evidence
from gatekeeper.errors import PhotoRefused
from gatekeeper.rendition import Rendition
from gatekeeper.types import (
    Box,
    FindingCode,
    Photo,
    Pixels,
    Remedy,
    Said,
    Screening,
    Vector,
)
from gatekeeper.vision.engine import Detection
from tests.support.gate import (
    FakeDetector,
    FakeEmbedder,
    FakeWords,
    embedding_of,
    fake_engine,
    upload_of,
)
from tests.support.screenings import (
    AMIRA,
    AMIRA_HUE,
    STRANGER,
    ZOE,
    Gate,
    box_of,
    found,
)


class BrokenOpener:
    """Fails as it is told."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def open(self, data: bytes, rendition: Rendition) -> Photo:  # noqa: ARG002 - the protocol's
        raise self._error


class BrokenEmbedder(FakeEmbedder):
    """Fails instead of embedding, or gives what it is told."""

    def __init__(self, vectors: Vector | None = None) -> None:
        self._vectors = vectors

    def embed(self, pixels: Pixels, detections: Sequence[Detection]) -> Vector:  # noqa: ARG002 - the protocol's
        if self._vectors is None:
            message = "Amira Khan in a stack trace"
            raise RuntimeError(message)
        return self._vectors


class BrokenDetector(FakeDetector):
    """Reports one face as it is told."""

    def __init__(self, box: Box, score: float = 0.9) -> None:
        self._box, self._score = box, score

    def find(self, pixels: Pixels) -> list[Detection]:
        face = super().find(pixels)[0]
        return [replace(face, box=self._box, score=self._score)]


def with_engine(tools: Tools, **parts: Any) -> Tools:
    return replace(tools, engine=replace(tools.engine, **parts))


def not_examined(screening: Screening) -> bool:
    assert screening.examined is None
    assert screening.facts.photo is None
    return found(screening) == [(FindingCode.NOT_EXAMINED, None)]


@pytest.mark.parametrize("error", [RuntimeError(), MemoryError(), RecursionError(), OSError(), KeyError("Amira")])
def test_an_opener_that_fails(gate: Gate, error: Exception) -> None:
    """Whatever the airlock raises, the answer is a block."""
    assert not_examined(screen(b"", gate.case(), Tools(BrokenOpener(error), gate.tools.engine, FakeWords())))


def test_an_upload_that_is_refused(gate: Gate) -> None:
    """A refusal keeps its code and its sentence."""
    error = PhotoRefused(FindingCode.TOO_LARGE, "Too large. Make it smaller.")
    screening = screen(b"", gate.case(), Tools(BrokenOpener(error), gate.tools.engine, FakeWords()))
    assert found(screening) == [(FindingCode.TOO_LARGE, None)]
    assert screening.facts.decision.findings[0].message == "Too large. Make it smaller."


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", FindingCode.DAMAGED_FILE),
        (b"%PDF-1.7", FindingCode.UNSUPPORTED_FORMAT),
        (upload_of(0)[:200], FindingCode.DAMAGED_FILE),
    ],
)
def test_files_that_cannot_be_opened(gate: Gate, data: bytes, code: FindingCode) -> None:
    """The real airlock's refusals come out as blocks with their codes."""
    assert found(screen(data, gate.case(), gate.tools)) == [(code, None)]


def test_an_embedder_that_fails_says_nothing(gate: Gate, caplog: pytest.LogCaptureFixture) -> None:
    """A failing engine blocks, and the log has the kind of error but not its words."""
    with caplog.at_level(logging.DEBUG):
        assert not_examined(screen(upload_of(0), gate.case(), with_engine(gate.tools, embedder=BrokenEmbedder())))
    assert "RuntimeError" in caplog.text
    assert "Amira" not in caplog.text


@pytest.mark.parametrize(
    "vectors",
    [
        pytest.param(np.full((1, 8), np.nan, np.float32), id="nan"),
        pytest.param(np.zeros((1, 8), np.float32), id="zeros"),
        pytest.param(3 * embedding_of(0)[np.newaxis], id="not-a-unit-vector"),
        pytest.param(np.ones((1, 5), np.float32) / math.sqrt(5), id="another-dimension"),
        pytest.param(np.empty((0, 8), np.float32), id="too-few"),
    ],
)
def test_broken_embeddings_block(gate: Gate, vectors: Vector) -> None:
    """Embeddings that are no unit vectors block, also when a hand has named the face."""
    broken = with_engine(gate.tools, embedder=BrokenEmbedder(vectors))
    said = (Said(box_of(gate.ask(STRANGER), 1), AMIRA),)
    assert not_examined(screen(upload_of(STRANGER), gate.case(said=said), broken))
    assert not_examined(screen(upload_of(STRANGER), gate.case(), broken))


@pytest.mark.parametrize(
    "detector",
    [
        BrokenDetector(Box(math.nan, 10, 50, 50)),
        BrokenDetector(Box(10, 10, math.inf, 50)),
        BrokenDetector(Box(-100, 10, 50, 50)),
        BrokenDetector(Box(5000, 10, 50, 50)),
        BrokenDetector(Box(10, 10, 50, -50)),
        BrokenDetector(Box(48, 48, 48, 48), score=math.nan),
    ],
)
def test_broken_detections_block(gate: Gate, detector: FakeDetector) -> None:
    """A face that is nowhere in the picture, or of no score, is not reasoned about."""
    screening = screen(upload_of(AMIRA_HUE), gate.case(), with_engine(gate.tools, detector=detector))
    assert not screening.facts.decision.approved


def test_a_face_on_the_edge(gate: Gate) -> None:
    """A face that is cut by the picture's edge is shown as far as the picture goes."""
    box = Box(-20, 100, 80, 80)
    tools = with_engine(gate.tools, detector=BrokenDetector(box), embedder=BrokenEmbedder(embedding_of(60)[np.newaxis]))
    before = screen(upload_of(AMIRA_HUE), gate.case(), tools)
    assert box_of(before, 1).overlap(Box(0, 100 / 144, 60 / 288, 44 / 144)) == pytest.approx(1)
    said = (Said(box_of(before, 1), ZOE),)
    assert screen(upload_of(AMIRA_HUE), gate.case(said=said), tools).facts.decision.approved


def test_another_engines_templates(gate: Gate) -> None:
    """Templates of another engine are never compared with, not even with none of them."""
    other = replace(gate.tools, engine=fake_engine("other"))
    assert not_examined(screen(upload_of(AMIRA_HUE), gate.case(), other))
    assert screen(upload_of(AMIRA_HUE), gate.case(), other).facts.engine == "other"


def test_a_rule_that_fails(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that cannot finish blocks the picture, however good the picture is."""

    def broken(evidence: Evidence) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr("gatekeeper.decision.judgement.RULES", (*rules.RULES, broken))
    assert not_examined(gate.ask(AMIRA_HUE))


def test_no_rules_at_all(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without rules nothing is approved."""
    for name in ("RULES", "WRITING_RULES"):
        monkeypatch.setattr(f"gatekeeper.decision.judgement.{name}", ())
    assert not gate.ask(AMIRA_HUE).facts.decision.approved


def test_an_interruption_is_not_swallowed(gate: Gate) -> None:
    """Somebody who stops the program stops it."""

    class Interrupted:
        def open(self, data: bytes, rendition: Rendition) -> Photo:  # noqa: ARG002 - the protocol's
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        screen(b"", gate.case(), Tools(Interrupted(), gate.tools.engine, FakeWords()))


def test_a_release_that_was_changed_is_not_screened_again(gate: Gate) -> None:
    """Bytes that are not a clean release any more are blocked."""
    before = gate.ask(AMIRA_HUE)
    assert before.examined is not None
    assert before.facts.photo is not None
    for data in (before.examined.data + b"Amira", before.examined.data[:-40], b""):
        assert not_examined(rescreen(data, before.facts.photo, gate.case(), gate.tools))


def test_a_picture_that_is_gone(gate: Gate) -> None:
    """What a crash left without its picture is blocked, and says what to do."""
    screening = refuse(gate.case(), gate.tools)
    assert not_examined(screening)
    assert screening.facts.decision.findings[0].remedies == (Remedy.TRY_AGAIN,)
