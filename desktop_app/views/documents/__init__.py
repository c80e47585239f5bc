"""Documents: what was dropped, what became of it, and what it says."""

from desktop_app.views.documents.page import DocumentsPage

__all__ = ["DocumentsPage"]
