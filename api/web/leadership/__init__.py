"""Pages of the head and the safeguarding lead: the report for governors, a child who arrives, the school's name."""
