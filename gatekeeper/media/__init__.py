"""Uploads in, pixels through, proved-clean files out."""

from gatekeeper.media.limits import Limits
from gatekeeper.media.open import Opener
from gatekeeper.media.release.encode import make_release, reopen_release, verify

__all__ = ["Limits", "Opener", "make_release", "reopen_release", "verify"]
