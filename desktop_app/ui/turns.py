"""Drawing by turns: what many charts have to draw at once is spread over the turns of the event
loop, so that a click never waits for all of them."""

import time
from collections.abc import Callable
from typing import ClassVar, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

SPACING_S: Final = 0.008
"""Between two drawings. Longer than Qt waits until it paints what was drawn (5 ms on X11), so that
no two of them are painted together; eight charts take 64 of the 100 ms between two batches."""


class Turn:
    """The turns of one widget, which are handed out to all widgets of the window's thread.

    :param draw: called at once while no other widget has drawn just now, else when the turn comes;
        never after the widget is gone
    """

    _free_at: ClassVar[float] = 0.0

    def __init__(self, widget: QWidget, draw: Callable[[], None]) -> None:
        self._draw = draw
        self._timer = QTimer(widget, singleShot=True)
        self._timer.timeout.connect(draw)

    def ask(self) -> None:
        """Who asks again while waiting keeps the place, and is drawn once, as it is then."""
        if self._timer.isActive():
            return
        now = time.monotonic()
        wait = max(Turn._free_at - now, 0.0)
        Turn._free_at = now + wait + SPACING_S
        if wait:
            self._timer.start(int(wait * 1000) + 1)
        else:
            self._draw()
