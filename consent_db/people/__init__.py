"""Sealed profiles of people, their history and groups."""
