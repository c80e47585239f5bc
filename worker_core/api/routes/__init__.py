"""What the API can be asked: one module a subject."""
