"""Encoding what may leave."""
