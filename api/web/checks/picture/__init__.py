"""A picture's places, its close-ups, and who may be in it."""
