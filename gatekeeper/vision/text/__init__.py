"""Scene text: detection of lines, and their recognition."""
