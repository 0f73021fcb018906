"""A school's policy: its model, the published profiles and their words."""
