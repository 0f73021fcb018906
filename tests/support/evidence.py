"""Evidence for the rules, put together without a picture."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gatekeeper.decision.case import Case, Tools
from gatekeeper.decision.gathering import gather
from gatekeeper.decision.rules import Evidence
from gatekeeper.identity.annotations import place
from gatekeeper.policy.model import Policy
from gatekeeper.rendition import Rendition
from gatekeeper.types import (
    Box,
    FindingCode,
    PersonId,
    Photo,
    Said,
)
from gatekeeper.vision.faces import find_faces
from gatekeeper.vision.text.reader import Writing
from tests.support.gate import FakeWords, RegisterBuilder, a_request, fake_engine, picture_of


class NothingToOpen:
    """The rules see pixels; no file is opened for them."""

    def open(self, data: bytes, rendition: Rendition) -> Photo:
        raise NotImplementedError


ENGINE = fake_engine()
TOOLS = Tools(NothingToOpen(), ENGINE, FakeWords())
POLICY = Policy.load("secondary")
NOWHERE = Box(0.001, 0.001, 0.01, 0.01)


def evidence_of(
    builder: RegisterBuilder,
    *hues: float,
    policy: Policy = POLICY,
    said: dict[int, PersonId | None] | None = None,
    **wish: Any,
) -> Evidence:
    """What the rules see of a picture of these hues; `said` is by face number."""
    pixels = picture_of(*hues)
    height, width = pixels.shape[:2]
    found = find_faces(pixels, ENGINE)
    by_number = {face.number: face.box.scaled(1 / width, 1 / height) for face in found}
    statements = [Said(by_number.get(number, NOWHERE), person) for number, person in (said or {}).items()]
    case = Case(a_request(said=tuple(statements), **wish), builder.build(), policy)
    return replace(
        gather(found, place(statements, found, (width, height)), case, TOOLS, (width, height)), writing=Writing()
    )


SECOND = FindingCode.NEEDS_SECOND_PERSON
