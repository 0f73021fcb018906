"""Subject access, erasure, backup and housekeeping."""
