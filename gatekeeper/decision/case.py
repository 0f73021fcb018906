"""What a screening is done for and with, and which pictures are refused whatever they show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product
from typing import Protocol

from gatekeeper.errors import PhotoRefused
from gatekeeper.media import fingerprint
from gatekeeper.media.local_features import shows_any
from gatekeeper.policy.model import Policy
from gatekeeper.register import Register
from gatekeeper.rendition import Rendition
from gatekeeper.types import (
    FindingCode,
    Photo,
    PhotoFacts,
    Pixels,
    Request,
)
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.text.reader import WordReader


class PhotoOpener(Protocol):
    """Opens uploads where they can do no harm (`media.open.Opener`)."""

    def open(self, data: bytes, rendition: Rendition) -> Photo: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What a screening is done with."""

    opener: PhotoOpener
    engine: Engine
    words: WordReader


@dataclass(frozen=True, slots=True)
class Case:
    """What a screening is done for: the wish, and the rules it is held against."""

    request: Request
    register: Register
    policy: Policy
    refused_before: tuple[int, ...] = field(default=(), repr=False)
    """Perceptual fingerprints of pictures that were deleted as compromising."""
    refused_files: frozenset[str] = field(default=frozenset(), repr=False)
    """SHA-256 of the files that were deleted as compromising."""
    refused_features: tuple[bytes, ...] = field(default=(), repr=False)
    """Local features of pictures that were deleted as compromising."""

    @property
    def rendition(self) -> Rendition:
        """How the picture is to leave: as the policy says, or smaller if that is asked for."""
        return self.policy.rendition.within(self.request.size_limit)


def was_deleted(photo: PhotoFacts | None, case: Case) -> bool:
    """Say whether an upload was deleted as compromising, after it had been examined."""
    if photo is None:
        return False
    return photo.sha256 in case.refused_files or _is_known((photo.fingerprint,), case)


def refuse_known(pictures: Iterable[int], pixels: Pixels, case: Case) -> None:
    """Refuse a picture that was deleted, as a whole or inside a screenshot, a frame or a crop."""
    if _is_known(pictures, case) or shows_any(pixels, case.refused_features):
        raise deleted_before()


def _is_known(pictures: Iterable[int], case: Case) -> bool:
    return any(fingerprint.same_picture(*pair) for pair in product(pictures, case.refused_before))


def deleted_before() -> PhotoRefused:
    """Return the refusal of a picture that was deleted as compromising."""
    message = "This picture was deleted before because it must not be shown. Use another picture."
    return PhotoRefused(FindingCode.REFUSED_BEFORE, message)
