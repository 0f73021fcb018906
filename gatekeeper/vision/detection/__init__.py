"""Face and person detection: nets, image pyramid, score fusion, non-maximum suppression."""
