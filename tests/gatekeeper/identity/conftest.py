"""Fixtures of real faces."""

from tests.support.faces import dlib, found, sample, sface
from tests.support.remembered import remembered

__all__ = ["dlib", "found", "remembered", "sample", "sface"]
