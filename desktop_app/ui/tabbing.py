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
    focused: QWidget | None = window.focusWidget()
    start = focused or window
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    at = _beside(start, forward=forward)
    while at is not None and at is not start:
        if at.window() is window and is_stop(at):
            at.setFocus(reason)
            return True
        at = _beside(at, forward=forward)
    return False


def _beside(widget: QWidget, *, forward: bool) -> QWidget | None:
    return widget.nextInFocusChain() if forward else widget.previousInFocusChain()
