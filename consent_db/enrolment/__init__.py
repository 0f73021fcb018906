"""Templates and reference photographs at rest."""
