"""The subjects at the left, one of them chosen."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QVBoxLayout

from desktop_app.ui import fonts, theme
from desktop_app.ui.controls import Surface
from desktop_app.ui.tokens import Radius, Space, Type

_HEIGHT = 34
WIDTH = 232


class SubjectButton(QAbstractButton):
    """A subject, and at the right how many of its settings are not the defaults."""

    def __init__(self, subject: str) -> None:
        super().__init__()
        self._set = 0
        self.setText(subject)
        self.setAccessibleName(subject)
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_set(0)

    def show_set(self, count: int) -> None:
        self._set = count
        words = f"{count} of its settings are not the defaults" if count else "All are defaults"
        self.setAccessibleDescription(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH - 2 * Space.S, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(t.accent if self.hasFocus() else Qt.PenStyle.NoPen)
        if self.isChecked() or self.underMouse():
            painter.setBrush(t.selected if self.isChecked() else t.hover)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), Radius.MEDIUM, Radius.MEDIUM)
        words = QRect(Space.M, 0, self.width() - 2 * Space.M, self.height())
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(fonts.medium())
        painter.setPen(t.text)
        painter.drawText(words, middle, self.text())
        if self._set:
            painter.setFont(fonts.sans(Type.SMALL))
            painter.setPen(t.text_muted)
            painter.drawText(words, middle | int(Qt.AlignmentFlag.AlignRight), str(self._set))


class Subjects(Surface):
    """``chosen`` carries the subject."""

    chosen = Signal(str)

    def __init__(self, subjects: Iterable[str]) -> None:
        super().__init__()
        self.setAccessibleName("Subjects")
        self.setFixedWidth(WIDTH)
        self._group = QButtonGroup(self)
        self.buttons = {subject: SubjectButton(subject) for subject in subjects}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.S, Space.S, Space.S, Space.S)
        layout.setSpacing(Space.XXS)
        for one in self.buttons.values():
            self._group.addButton(one)
            layout.addWidget(one)
        layout.addStretch(1)
        self._group.buttonClicked.connect(lambda one: self.chosen.emit(one.text()))

    def choose(self, subject: str | None) -> None:
        """Mark one as chosen, without a signal; None leaves none."""
        self._group.setExclusive(False)
        for name, one in self.buttons.items():
            one.setChecked(name == subject)
        self._group.setExclusive(True)

    def show_set(self, counts: Mapping[str, int]) -> None:
        """How many settings of each subject are not the defaults."""
        for name, one in self.buttons.items():
            one.show_set(counts.get(name, 0))
