"""How the user arranged the parts of a page, from one start of the window to the next."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QByteArray, QObject
from PySide6.QtWidgets import QSplitter, QWidget

from desktop_app.ui.panes import Panes
from desktop_app.ui.tables import Table

Kept = Mapping[str, object]


class Arrangement(QObject):
    """Where borders between parts and the edges of columns were left.

    A page is taken in when it was built. A border is known by its page, its number there and how
    many parts it belongs to, so that what was kept by another version does no harm.
    """

    def __init__(self, kept: Kept, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kept: dict[str, Any] = dict(kept)
        """Base 64 of what Qt says of a splitter, and of a table the widths by their titles."""

    def take_in(self, page: str, widget: QWidget) -> None:
        """Arrange a page as it was left, and follow what is changed by hand."""
        own = [widget] if isinstance(widget, QSplitter) else []
        for number, splitter in enumerate([*own, *widget.findChildren(QSplitter)]):
            key = f"{page}/border {number} of {splitter.count()}"
            self._restore(splitter, self.kept.get(key))
            splitter.splitterMoved.connect(self._keeping(key, partial(_state, splitter)))
        for table in widget.findChildren(Table):
            key = f"{page}/table {table.accessibleName()}"
            widths = self.kept.get(key)
            if isinstance(widths, dict):
                table.restore_widths({k: v for k, v in widths.items() if isinstance(v, int)})
            table.widths_changed.connect(partial(self._keep, key))

    def _restore(self, splitter: QSplitter, state: object) -> None:
        if not isinstance(state, str):
            return
        # Qt keeps what is ours to say as well.
        handle, collapsible = splitter.handleWidth(), splitter.childrenCollapsible()
        direction = splitter.orientation()
        if not splitter.restoreState(_bytes(state)):
            return
        splitter.setHandleWidth(handle)
        splitter.setChildrenCollapsible(collapsible)
        splitter.setOrientation(direction)
        if isinstance(splitter, Panes):
            splitter.leave_to_user()

    def _keeping(self, key: str, value: Callable[[], object]) -> Callable[..., None]:
        return lambda *_: self._keep(key, value())

    def _keep(self, key: str, value: object) -> None:
        self.kept[key] = value


def _state(splitter: QSplitter) -> str:
    return splitter.saveState().toBase64().toStdString()


def _bytes(state: str) -> QByteArray:
    return QByteArray.fromBase64(QByteArray(state.encode()))
