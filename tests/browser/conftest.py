"""Fixtures of a real browser."""

from tests.support.browser import address, chromium, new_page, opened, quick_page, small_school

__all__ = ["address", "chromium", "new_page", "opened", "quick_page", "small_school"]
