"""Classes and events, their members, and the class list."""
