"""The tasks of one broker over weeks and restarts, in a file of SQLite.

One thread writes (``History``), any thread reads (``HistoryReader``). A file belongs to one
window at a time.
"""

from desktop_app.monitor.history.history import History
from desktop_app.monitor.history.kept import Count, Course, Page, Performance
from desktop_app.monitor.history.pages import EVERYTHING, Condition
from desktop_app.monitor.history.reader import HistoryReader
from desktop_app.monitor.history.retention import Limits
from desktop_app.monitor.history.schema import file_of

__all__ = [
    "EVERYTHING",
    "Condition",
    "Count",
    "Course",
    "History",
    "HistoryReader",
    "Limits",
    "Page",
    "Performance",
    "file_of",
]
