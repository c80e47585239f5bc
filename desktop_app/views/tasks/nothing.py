"""What stands in the table while it has no row: why, and the one next step."""

from collections.abc import Callable

from desktop_app.monitor.rows import Connection
from desktop_app.qt_models.task_table import TaskTableModel
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.tables import Table


class Nothing:
    """Changes the table's empty state when the reason for it changes.

    :param clear: shows all tasks
    :param go: leads to the page of an id
    """

    def __init__(
        self, table: Table, clear: Callable[[], object], go: Callable[[str], object]
    ) -> None:
        self._table = table
        self._reason = ""
        self._states: dict[str, Callable[[], EmptyState]] = {
            "searching": lambda: EmptyState("search", "Looking through older tasks…"),
            "no match": lambda: EmptyState(
                "filter",
                "No task matches",
                "Tasks that come to match appear here by themselves.",
                "Show all tasks",
                clear,
            ),
            "connecting": lambda: EmptyState(
                "link", "Connecting…", "Tasks appear here as they happen."
            ),
            "not connected": lambda: EmptyState(
                "link",
                "Not connected to a broker",
                "Start one on this computer, or connect to one that runs.",
                "Choose a broker",
                lambda: go("welcome"),
            ),
            "none": lambda: EmptyState(
                "tasks",
                "No tasks yet",
                "They appear here as they happen. Process a filing to see the first.",
                "Go to Documents",
                lambda: go("documents"),
            ),
        }

    def explain(self, model: TaskTableModel, connection: Connection, *, reading: bool) -> None:
        reason = self._why(model, connection, reading=reading)
        if reason != self._reason:
            self._reason = reason
            self._table.set_empty(self._states[reason]())

    @staticmethod
    def _why(model: TaskTableModel, connection: Connection, *, reading: bool) -> str:
        if model.total and not model.filter.everything:
            return "searching" if model.scanning or reading else "no match"
        if connection.status == "idle":
            return "not connected"
        return "none" if connection.status == "live" else "connecting"
