"""The brokers that the window can look at."""

from desktop_app.views.connections.page import ConnectionsPage

__all__ = ["ConnectionsPage"]
