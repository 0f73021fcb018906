"""Fixtures of both kinds of database."""

from tests.support.databases import keyring, lite, postgres, postgres_template, sqlite_template, sqlite_url, store, url

__all__ = ["keyring", "lite", "postgres", "postgres_template", "sqlite_template", "sqlite_url", "store", "url"]
