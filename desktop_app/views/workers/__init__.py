"""The Workers page."""

from desktop_app.views.workers.page import WorkersPage

__all__ = ["WorkersPage"]
