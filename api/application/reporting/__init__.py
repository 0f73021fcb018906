"""Reports for those who oversee the school: figures without names."""
