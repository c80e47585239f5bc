"""The tasks of one tree, each a way to its own details, and what is still to come."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.ui import fonts, formats, icons, states, texts, theme
from desktop_app.ui.controls import muted
from desktop_app.ui.tokens import Radius, Size, Space
from desktop_app.views.tasks.tree import Branch, branches
from desktop_app.views.tasks.wording import Relative
from worker_core.operations.canvas import Plan

SHOWN = 60

_INDENT = 16
_DEEPEST = 8


class BranchButton(QAbstractButton):
    """A line of the tree with the lines that lead to it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.branch: Branch | None = None
        self._current = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_branch(self, branch: Branch, *, current: bool) -> None:
        self.branch, self._current = branch, current
        known = branch.state is not None
        where = ", the one shown" if current else ""
        word = states.of(branch.state).word if branch.state is not None else branch.said
        self.setAccessibleName(f"{branch.label}, {word}{where}")
        self.setToolTip(texts.tip(branch.task_id or branch.said))
        self.setEnabled(known)
        self.setCursor(Qt.CursorShape.PointingHandCursor if known else Qt.CursorShape.ArrowCursor)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, Size.CONTROL)

    def paintEvent(self, _event: QPaintEvent) -> None:
        branch = self.branch
        if branch is None:
            return
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(t.focus if self.hasFocus() else Qt.PenStyle.NoPen)
        if self._current:
            painter.setBrush(t.selected)
        elif self.underMouse() and branch.state is not None:
            painter.setBrush(t.hover)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), Radius.SMALL, Radius.SMALL)
        left = Space.S + min(branch.depth, _DEEPEST) * _INDENT
        self._paint_rails(painter, branch)
        self._paint_shape(painter, branch, left)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        words = QRect(left + Size.STATE_ICON + Space.S, 0, 0, self.height())
        painter.setFont(fonts.sans(12))
        said = painter.fontMetrics().horizontalAdvance(branch.said)
        words.setRight(self.width() - said - 2 * Space.S)
        painter.setPen(t.text_muted)
        painter.drawText(
            self.rect().adjusted(0, 0, -Space.S, 0),
            middle | int(Qt.AlignmentFlag.AlignRight),
            branch.said,
        )
        painter.setPen(t.text if branch.state is not None else t.text_muted)
        painter.setFont(fonts.medium() if self._current else fonts.sans())
        name = painter.fontMetrics().elidedText(
            branch.label, Qt.TextElideMode.ElideMiddle, words.width()
        )
        painter.drawText(words, middle, name)

    def _paint_rails(self, painter: QPainter, branch: Branch) -> None:
        painter.setPen(QPen(theme.tokens().border, 1))
        middle = self.height() // 2
        for level, goes_on in enumerate(branch.rails[:_DEEPEST], 1):
            x = Space.S + (level - 1) * _INDENT + Size.STATE_ICON // 2
            own = level == branch.depth
            if own or goes_on:
                painter.drawLine(x, 0, x, self.height() if goes_on else middle)
            if own:
                painter.drawLine(x, middle, x + _INDENT - Size.STATE_ICON // 2 - 2, middle)

    def _paint_shape(self, painter: QPainter, branch: Branch, left: int) -> None:
        t = theme.tokens()
        top = (self.height() - Size.STATE_ICON) // 2
        if branch.state is not None:
            state = states.of(branch.state)
            shape = icons.pixmap(
                state.icon, t.ink(state.tone), Size.STATE_ICON, self.devicePixelRatioF()
            )
            painter.drawPixmap(left, top, shape)
            return
        painter.setPen(QPen(t.text_faint, 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(left + 2, top + 2, Size.STATE_ICON - 4, Size.STATE_ICON - 4)


class FamilyList(QWidget):
    """Keeps its buttons, so that the keyboard's place is not lost while the tree changes."""

    chosen = Signal(str)
    """The id of a relative."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: list[BranchButton] = []
        self._more = muted(wrap=True)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self._more)

    def show_family(self, family: Sequence[Relative], current: str, plan: Plan | None) -> int:
        """Show a tree with what is to come after ``current``; how many lines that makes."""
        shown, more = branches(family, current, plan, SHOWN)
        while len(self._buttons) < len(shown):
            self._add()
        for button, branch in zip(self._buttons, shown, strict=False):
            own = branch.state is not None and branch.task_id == current
            button.show_branch(branch, current=own)
        for place, button in enumerate(self._buttons):
            button.setVisible(place < len(shown))
        self._more.setVisible(more > 0)
        self._more.setText(f"and {formats.plural(more, 'more task')}")
        return len(shown)

    def _add(self) -> None:
        button = BranchButton()
        button.clicked.connect(lambda: self._clicked(button))
        self._buttons.append(button)
        self._layout.insertWidget(self._layout.count() - 1, button)

    def _clicked(self, button: BranchButton) -> None:
        if button.branch is not None and button.branch.task_id is not None:
            self.chosen.emit(button.branch.task_id)
