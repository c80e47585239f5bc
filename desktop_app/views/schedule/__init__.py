"""The page of the schedule: what is started by itself, when, and what became of it."""

from desktop_app.views.schedule.page import SchedulePage

__all__ = ["SchedulePage"]
