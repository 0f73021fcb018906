"""Effective permission: statements in, one answer with its reasons out."""
