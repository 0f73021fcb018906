"""Rights of data subjects: access, erasure, retention, and their proofs."""
