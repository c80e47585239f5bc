"""How far a command to many things is, and a way to stop it."""

from typing import Protocol

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from desktop_app.ui import formats
from desktop_app.ui.controls import Label, button
from desktop_app.ui.tokens import Space

LOOK_MS = 200
"""What is over sooner is not shown at all."""
_SHARES = 1000


class Course(Protocol):
    """What another thread counts; ``total`` is 0 until it is known."""

    done: int
    total: int

    def stop(self) -> None: ...
    def is_stopped(self) -> bool: ...


class CourseRow(QWidget):
    """Hidden but while something takes long. It looks at the course; nobody has to tell it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what = ""
        self._course: Course | None = None
        self._said = Label()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.stop = button("Stop", self._stop)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.XS, Space.S, Space.XS)
        layout.setSpacing(Space.M)
        layout.addWidget(self._said)
        layout.addWidget(self.bar, 1)
        layout.addWidget(self.stop)
        self.hide()
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._show_progress)

    def follow(self, what: str, course: Course, stopped: str) -> None:
        """Show this from now on: ``Purging from billing``. ``stopped`` says what a stop would mean;
        where it is empty there is none."""
        self._what, self._course = what, course
        self.stop.setVisible(bool(stopped))
        self.stop.setEnabled(True)
        self.stop.setToolTip(stopped)
        self._look.start()

    def end(self) -> None:
        self._course = None
        self._look.stop()
        self.hide()

    def _show_progress(self) -> None:
        course = self._course
        if course is None or not course.total:
            return
        count = f"{formats.count(course.done)} of {formats.count(course.total)}"
        stopping = ", stopping…" if course.is_stopped() else ""
        self._said.setText(f"{self._what}: {count}{stopping}")
        self.bar.setRange(0, _SHARES)
        self.bar.setValue(course.done * _SHARES // course.total)
        self.show()

    def _stop(self) -> None:
        if self._course is not None:
            self._course.stop()
            self.stop.setEnabled(False)
            self._show_progress()
