"""Checks and their releases."""
