"""Performance: which tasks take the time, and which fail, over a minute to a week."""

from desktop_app.views.performance.page import PerformancePage

__all__ = ["PerformancePage"]
