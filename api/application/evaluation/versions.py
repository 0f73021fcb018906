"""The libraries whose version decides about safety, and the oldest that may be used."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import PIL
import pillow_heif
from PIL import features


@dataclass(frozen=True, slots=True)
class Library:
    """One library as it is installed here."""

    name: str
    version: str
    floor: str | None

    @property
    def enough(self) -> bool:
        """Whether it is at least as new as it has to be."""
        return self.floor is None or _numbers(self.version) >= _numbers(self.floor)

    @property
    def verdict(self) -> str:
        """In words, for `doctor`."""
        if self.floor is None:
            return "any"
        return f">= {self.floor}" if self.enough else f">= {self.floor}: UPGRADE"


def library_versions() -> tuple[Library, ...]:
    """Return them all. The floors close flaws that lie on our path (`docs/security.md`)."""
    heif = pillow_heif.libheif_info()
    return (
        Library("Pillow", PIL.__version__, "12.3"),  # CVE-2026-59199, CVE-2026-59205
        Library("libheif", str(heif["libheif"]), "1.23.3"),  # GHSA-x8r2-mggj-j6wr
        Library("libwebp", features.version_module("webp") or "?", "1.3.2"),  # CVE-2023-4863
        Library("libjpeg-turbo", features.version_feature("libjpeg_turbo") or "?", None),
        Library("OpenCV", cv2.__version__, "4.11"),  # the first that runs the int8 model files
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
