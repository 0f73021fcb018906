"""Uploads in, pixels through, proved-clean files out."""

from gatekeeper.media.encode import make_release, reopen_release, verify
from gatekeeper.media.limits import Limits
from gatekeeper.media.open import Opener

__all__ = ["Limits", "Opener", "make_release", "reopen_release", "verify"]
