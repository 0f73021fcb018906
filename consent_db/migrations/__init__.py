"""The history of the tables, run by `migrate`."""
