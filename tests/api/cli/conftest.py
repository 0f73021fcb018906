"""Fixtures of the command line."""

from tests.support.remembered import remembered

__all__ = ["remembered"]
