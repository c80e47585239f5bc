"""The history of the tables, one revision a file in ``versions``."""
