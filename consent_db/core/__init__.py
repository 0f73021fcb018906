"""Connections, migrations and what the parts of one transaction share."""
