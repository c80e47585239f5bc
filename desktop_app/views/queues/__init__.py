"""The page of queues: what waits in each, and what can be done about it."""

from desktop_app.views.queues.page import QueuesPage

__all__ = ["QueuesPage"]
