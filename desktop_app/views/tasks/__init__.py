"""Tasks: all that are held, live, and what can be done about them."""

from desktop_app.views.tasks.page import TasksPage

__all__ = ["TasksPage"]
