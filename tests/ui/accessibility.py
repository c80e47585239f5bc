"""What a screen reader is told."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)

OPERATED = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
)
# They are parts of what stands around them and are told with it.
PARTS = (QHeaderView, QScrollBar)
QTS_OWN = {"QTableCornerButton"}
WHOLES = (QAbstractSpinBox, QComboBox, QLineEdit, QTabBar)


def name(widget: QWidget) -> str:
    """What a screen reader calls a widget."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def interactive(root: QWidget) -> list[QWidget]:
    """Everything in a widget, hidden parts included, that a mouse or the keyboard operates."""
    return [widget for widget in (root, *root.findChildren(QWidget)) if _is_operated(widget)]


def nameless(root: QWidget) -> list[str]:
    """Where the interactive widgets stand that have no name."""
    return [_path(widget, root) for widget in interactive(root) if not name(widget).strip()]


def _is_operated(widget: QWidget) -> bool:
    if isinstance(widget, PARTS) or widget.metaObject().className() in QTS_OWN or _is_part(widget):
        return False
    return isinstance(widget, OPERATED) or bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def _is_part(widget: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, WHOLES):
            return True
        above = above.parentWidget()
    return False


def _path(widget: QWidget, root: QWidget) -> str:
    names = [type(widget).__name__]
    while widget is not root and (above := widget.parentWidget()) is not None:
        widget = above
        names.append(type(widget).__name__)
    return " in ".join(names)
