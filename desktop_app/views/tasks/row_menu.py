"""The menu of a row: its details, its id, and searches made from what it holds."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.monitor.query.unparse import term
from desktop_app.monitor.rows import TaskRow
from desktop_app.qt_models.words import clean
from desktop_app.ui import formats, icons

_LIMIT = 48


class RowMenu(QMenu):
    def __init__(
        self,
        row: TaskRow,
        open_details: Callable[[], object],
        narrow: Callable[[str], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._add("Show details", "sidebar", open_details)
        self._add("Copy id", "copy", lambda: QGuiApplication.clipboard().setText(row.uuid))
        self.addSeparator()
        for what, field, value in (
            ("name", "task", row.name),
            ("queue", "queue", row.queue),
            ("worker", "worker", row.worker),
        ):
            if value:
                shown = formats.shorten(clean(value), _LIMIT).replace("&", "&&")
                self._add(f"Only the {what} {shown}", "filter", partial(narrow, term(field, value)))

    def _add(self, text: str, icon: str, act: Callable[[], object]) -> None:
        # Without the signal's ``checked``, which a callback may not expect.
        self.addAction(icons.icon(icon), text).triggered.connect(lambda _=False: act())
