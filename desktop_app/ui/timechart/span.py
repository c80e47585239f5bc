"""What part of the axis is shown, and where the pointer is: one for all charts of a page."""

from typing import Final

import numpy as np
from PySide6.QtCore import QObject, Signal

from desktop_app.ui.timechart.sessions import DAY, Sessions

FEWEST: Final = 10.0
"""Sessions that are shown at least."""
_STEP: Final = 0.1
_ZOOM: Final = 1.25


class Span(QObject):
    """Charts that share a span move together. Places are those of ``sessions``."""

    changed = Signal()
    pointed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sessions = Sessions(np.empty(0, DAY))
        self.start, self.end = 0.0, 1.0
        self.pointer: float | None = None
        self._least, self._most = 0.0, 1.0

    def set_sessions(self, sessions: Sessions, least: float, most: float) -> None:
        """Take another axis, all of which lies between two places; the pointer is forgotten."""
        self.sessions = sessions
        self._least, self._most = least, max(most, least + FEWEST)
        self.pointer = None
        self.show(least, most)

    @property
    def whole(self) -> tuple[float, float]:
        return self._least, self._most

    def show(self, start: float, end: float) -> None:
        """Show from place to place, as near to that as there is."""
        length = min(max(end - start, FEWEST), self._most - self._least)
        start = min(max(start, self._least), self._most - length)
        wanted = (start, start + length)
        if wanted != (self.start, self.end):
            self.start, self.end = wanted
        self.changed.emit()

    def show_last(self, sessions: float) -> None:
        self.show(self._most - sessions, self._most)

    def move(self, by: float) -> None:
        """Pan by so many sessions."""
        self.show(self.start + by, self.end + by)

    def step(self, steps: int) -> None:
        """Pan by tenths of what is shown."""
        self.move(steps * _STEP * (self.end - self.start))

    def zoom(self, steps: float, around: float | None = None) -> None:
        """Show less (``steps`` above 0) or more, with a place where it is."""
        length = self.end - self.start
        middle = (self.start + self.end) / 2 if around is None else around
        wanted = min(max(length * _ZOOM**-steps, FEWEST), self._most - self._least)
        share = (middle - self.start) / length
        self.show(middle - share * wanted, middle + (1 - share) * wanted)

    def point(self, place: float | None) -> None:
        """Put the pointer on the nearest session, or nowhere."""
        if place is not None:
            place = float(round(min(max(place, self._least), self._most)))
        if place != self.pointer:
            self.pointer = place
            self.pointed.emit()

    def bring_into_sight(self, place: float) -> None:
        if not self.start <= place <= self.end:
            half = (self.end - self.start) / 2
            self.show(place - half, place + half)
