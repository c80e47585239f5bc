"""The page that puts a task of the catalog on its queue."""

from desktop_app.views.enqueue.page import EnqueuePage

__all__ = ["EnqueuePage"]
