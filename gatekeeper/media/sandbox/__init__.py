"""The airlock: uploads are decoded in a process that can do nothing else."""
