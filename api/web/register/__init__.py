"""People, events, imports and data subject rights."""
