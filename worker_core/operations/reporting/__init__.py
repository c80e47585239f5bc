"""Finding what reports are made of."""
