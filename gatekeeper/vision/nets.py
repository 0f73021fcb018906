"""What is common to nets, whatever runs them."""

from __future__ import annotations

from typing import Final

ABREAST: Final = 2
"""Nets of a kind that run at the same time, on one core each: a second one uses a second core, and more would
only take memory."""
