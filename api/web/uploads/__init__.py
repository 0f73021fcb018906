"""Uploading pictures and following a batch."""
