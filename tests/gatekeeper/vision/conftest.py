"""Fixtures of real faces."""

from tests.support.faces import dlib, found, sample, sface

__all__ = ["dlib", "found", "sample", "sface"]
