"""Uploads in, pixels through, proved-clean files out."""
