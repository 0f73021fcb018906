"""A school's own figures, from the reference photographs that it keeps; nothing of it is kept."""
