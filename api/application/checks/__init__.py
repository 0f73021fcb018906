"""Screening a photo and resolving a block."""
