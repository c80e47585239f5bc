"""What AFI Desk knows, does and stores. Headless: a window is only one of its clients."""

__version__ = "0.1.0"
