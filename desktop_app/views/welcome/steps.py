"""What is being done, step by step, and how far it is."""

from collections.abc import Sequence
from typing import Final, Literal

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.ui import fonts, icons, theme
from desktop_app.ui.controls import Label
from desktop_app.ui.tokens import Size, Space

Progress = Literal["waiting", "running", "done", "failed"]

_SHAPES: Final[dict[Progress, tuple[str, str]]] = {
    "waiting": ("state-waiting", "text_faint"),
    "running": ("state-starting", "running"),
    "done": ("state-ok", "ok"),
    "failed": ("state-failed", "danger"),
}
_TICK_MS: Final = 1000
# A step that takes no longer is not worth a clock.
_SHOWN_AFTER_S: Final = 2


class Step(QWidget):
    """One step: its shape, its words, and a detail at the right. While it runs it says for how
    long it has."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.progress: Progress = "waiting"
        self._words = words
        self._said = ""
        self._since = QElapsedTimer()
        self._shape = QLabel()
        self._shape.setFixedWidth(Size.ICON)
        self._name = Label(words, ink="text_faint")
        self._detail = Label(
            "", font=fonts.sans(12), ink="text_muted", elide=Qt.TextElideMode.ElideRight
        )
        self._detail.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, Space.XS, 0, Space.XS)
        layout.setSpacing(Space.M)
        layout.addWidget(self._shape)
        layout.addWidget(self._name)
        layout.addWidget(self._detail, 1)
        self.setAccessibleName(words)
        theme.follow(self, self._recolour)
        self.show_progress("waiting", "")

    def show_progress(self, progress: Progress, detail: str) -> None:
        if progress == "running" and self.progress != "running":
            self._since.start()
        self.progress, self._said = progress, detail
        self._name.set_ink("text_faint" if progress == "waiting" else "text")
        self._detail.set_ink("danger" if progress == "failed" else "text_muted")
        self.setAccessibleDescription(f"{progress}. {detail}" if detail else progress)
        self._recolour()
        self.tick()

    def tick(self) -> None:
        """Brings the time that a running step has taken up to date."""
        took = ""
        if self.progress == "running" and self._since.elapsed() >= _SHOWN_AFTER_S * 1000:
            took = f"{self._since.elapsed() // 1000} s"
        self._detail.setText(" · ".join(filter(None, (self._said, took))))

    def _recolour(self) -> None:
        shape, ink = _SHAPES[self.progress]
        self._shape.setPixmap(icons.pixmap(shape, theme.tokens().ink(ink)))


class Steps(QWidget):
    """Steps under each other."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: list[Step] = []
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._each_second)
        self._list = QVBoxLayout(self)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)

    @property
    def done(self) -> bool:
        """Whether there were steps, and all are done."""
        return bool(self._steps) and all(step.progress == "done" for step in self._steps)

    def begin(self, words: Sequence[str]) -> None:
        for step in self._steps:
            self._list.removeWidget(step)
            step.deleteLater()
        self._steps = [Step(one) for one in words]
        for step in self._steps:
            self._list.addWidget(step)
        self._run_clock()

    def show_progress(self, index: int, progress: Progress, detail: str) -> None:
        """
        :raises IndexError: there is no such step
        """
        self._steps[index].show_progress(progress, detail)
        self._run_clock()

    def stop(self) -> None:
        """What ran has failed."""
        for step in self._steps:
            if step.progress == "running":
                step.show_progress("failed", "")
        self._run_clock()

    def _each_second(self) -> None:
        for step in self._steps:
            step.tick()

    def _run_clock(self) -> None:
        if self.isVisible() and any(step.progress == "running" for step in self._steps):
            self._tick.start()
        else:
            self._tick.stop()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run_clock()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()
