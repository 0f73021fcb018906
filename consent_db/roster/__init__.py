"""Roster import: rows, plan, identity, impact, undo."""
