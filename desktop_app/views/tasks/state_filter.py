"""The states with their counts, which are also the filter."""

from collections.abc import Mapping

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.ui import fonts, formats, icons, states, theme
from desktop_app.ui.controls import Surface, caption
from desktop_app.ui.tokens import Radius, Size, Space

WIDTH = 188


class StateButton(QAbstractButton):
    """Shape, word and count of a state; without a state, of all tasks."""

    def __init__(self, state: states.State | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self._word = state.word if state else "All"
        self._count: int | None = None
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(state.meaning if state else "Tasks in any state")
        self.set_count(None)

    def set_count(self, count: int | None) -> None:
        """None while nobody knows."""
        self._count = count
        self.setAccessibleName(f"{self._word}, {formats.count(count)}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH - 2 * Space.S, Size.CONTROL)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(t.focus if self.hasFocus() else Qt.PenStyle.NoPen)
        ground = t.selected if self.isChecked() else t.hover if self.underMouse() else None
        painter.setBrush(ground if ground is not None else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), Radius.SMALL, Radius.SMALL)
        some = bool(self._count)
        inner = self.rect().adjusted(Space.S, 0, -Space.S, 0)
        if self.state is not None:
            ink = t.ink(self.state.tone) if some else t.text_faint
            shape = icons.pixmap(self.state.icon, ink, Size.STATE_ICON, self.devicePixelRatioF())
            painter.drawPixmap(inner.left(), (self.height() - Size.STATE_ICON) // 2, shape)
        words = QRect(inner)
        words.setLeft(inner.left() + Size.STATE_ICON + Space.S)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(fonts.medium() if self.isChecked() else fonts.sans())
        painter.setPen(t.text if some or self.isChecked() else t.text_muted)
        painter.drawText(words, middle, self._word)
        painter.setPen(t.text if some else t.text_faint)
        right = middle | int(Qt.AlignmentFlag.AlignRight)
        painter.drawText(words, right, _fitting(self._count))


def _fitting(count: int | None) -> str:
    return formats.count(count) if (count or 0) < 1_000_000 else formats.compact(count)


class StateFilter(Surface):
    """Several states may be chosen; none chosen is all of them. The arrow keys move, Space
    chooses."""

    changed = Signal(object)
    """The chosen states as a frozenset; empty for all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("States")
        self.setFixedWidth(WIDTH)
        self.all = StateButton(None)
        self.all.setChecked(True)
        self.all.clicked.connect(lambda: self._choose(frozenset()))
        self.buttons = {name: StateButton(state) for name, state in states.TASK_STATES.items()}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.S, Space.M, Space.S, Space.S)
        layout.setSpacing(Space.XXS)
        title = caption("State")
        title.setContentsMargins(Space.S, 0, 0, Space.XS)
        layout.addWidget(title)
        layout.addWidget(self.all)
        for button in self.buttons.values():
            button.clicked.connect(self._toggled)
            layout.addWidget(button)
        layout.addStretch(1)

    @property
    def chosen(self) -> frozenset[str]:
        return frozenset(name for name, button in self.buttons.items() if button.isChecked())

    def set_chosen(self, chosen: frozenset[str]) -> None:
        """Shows a choice without announcing it. States that are not in the list are left out."""
        for name, button in self.buttons.items():
            button.setChecked(name in chosen)
        self.all.setChecked(not self.chosen)

    def set_counts(self, counts: Mapping[str, int], held: int) -> None:
        self.all.set_count(held)
        for name, button in self.buttons.items():
            button.set_count(counts.get(name, 0))

    def _toggled(self) -> None:
        self._choose(self.chosen)

    def _choose(self, chosen: frozenset[str]) -> None:
        self.set_chosen(chosen)
        self.changed.emit(self.chosen)
