"""Where the tabulator goes.

Qt takes a widget that hands its focus on for a stop of its own. A page hands on to its table: from
the rail the tabulator would jump over all that stands before the table, and it would not move at
all where the other half of a page hands on to something hidden.
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def is_stop(widget: QWidget) -> bool:
    """Whether the tabulator stops at a widget, which takes the keys itself."""
    return (
        widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
        and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    )


def step(window: QWidget, *, forward: bool) -> bool:
    """Go to the next stop of a window, or to the one before; whether there is another."""
    start = window.focusWidget() or window
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    widget = start
    while True:
        widget = widget.nextInFocusChain() if forward else widget.previousInFocusChain()
        if widget is start:
            return False
        if widget.window() is window and is_stop(widget):
            widget.setFocus(reason)
            return True
