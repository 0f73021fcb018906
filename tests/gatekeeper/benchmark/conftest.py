"""Fixtures of made-up benchmark folders."""

from tests.support.photographs import engine, folder

__all__ = ["engine", "folder"]
