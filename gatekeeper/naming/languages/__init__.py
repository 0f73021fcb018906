"""What is particular to the names and writing of one language or script."""
