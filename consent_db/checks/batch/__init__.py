"""Pictures that were sent together, and what their files are called."""
