"""What stands in the sections of a drawer: pairs, code, and spans of time."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui import fonts, formats, theme
from desktop_app.ui.controls import Label, icon_button
from desktop_app.ui.tokens import Space, Tone


class KeyValues(QWidget):
    """Names at the left, values that can be selected and copied at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: dict[str, Label] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.M)
        self._grid.setVerticalSpacing(Space.XS)
        self._grid.setColumnMinimumWidth(0, 96)
        self._grid.setColumnStretch(1, 1)

    def set_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """Shows pairs in their order. Labels are kept where the names stay the same."""
        if [name for name, _ in rows] != list(self._values):
            self._rebuild([name for name, _ in rows])
        for name, value in rows:
            self._values[name].setText(value)

    def _rebuild(self, names: Sequence[str]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._values.clear()
        top = Qt.AlignmentFlag.AlignTop
        for row, name in enumerate(names):
            value = Label("")
            value.setWordWrap(True)
            value.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            value.setAccessibleName(name)
            self._values[name] = value
            self._grid.addWidget(Label(name, ink="text_muted"), row, 0, top)
            self._grid.addWidget(value, row, 1)


class CodeBlock(QWidget):
    """Text as a program wrote it, such as arguments or a traceback, with a button that copies."""

    def __init__(self, name: str, lines: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self._edit = QPlainTextEdit()
        self._edit.setReadOnly(True)
        self._edit.setFont(fonts.mono(12))
        self._edit.setAccessibleName(name)
        self._edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._edit.setTabChangesFocus(True)
        self._edit.document().setDocumentMargin(Space.S)
        self._copy = icon_button("copy", f"Copy: {name}", self._to_clipboard)
        self._copy.setParent(self._edit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._edit)
        self.set_text("")

    def text(self) -> str:
        return self._edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Shows a text in the height it needs, up to the number of lines of the block."""
        if text != self._edit.toPlainText():
            self._edit.setPlainText(text)
        shown = max(1, min(self._lines, text.count("\n") + 1))
        margins = 2 * Space.S + 4
        bar = self._edit.horizontalScrollBar().sizeHint().height()
        height = shown * self._edit.fontMetrics().lineSpacing() + margins + bar
        self._edit.setFixedHeight(height)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._copy.move(self.width() - self._copy.width() - Space.XS - 10, Space.XXS)

    def _to_clipboard(self) -> None:
        QGuiApplication.clipboard().setText(self.text())


@dataclass(frozen=True, slots=True)
class Segment:
    """A span of a timeline: its word, its length in seconds and its tone."""

    word: str
    seconds: float
    tone: Tone


class Timeline(QWidget):
    """Spans of time after one another, as a bar in proportion and a legend with durations."""

    _BAR = 8
    _ROW = 20

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._segments: Sequence[Segment] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_segments(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        spoken = ", ".join(f"{s.word} {formats.duration(s.seconds)}" for s in segments)
        self.setAccessibleName("Timeline")
        self.setAccessibleDescription(spoken)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self._BAR + Space.S + self._ROW * len(self._segments))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(fonts.sans())
        total = sum(segment.seconds for segment in self._segments) or 1.0
        # Every span stays visible, however short.
        room = self.width() - 3.0 * len(self._segments)
        left = 0.0
        for row, segment in enumerate(self._segments):
            wide = 3 + room * max(segment.seconds, 0) / total
            self._paint_bar(painter, QRectF(left, 0, max(wide - 1, 2), self._BAR), segment)
            self._paint_row(painter, row, segment)
            left += wide

    def _paint_bar(self, painter: QPainter, rect: QRectF, segment: Segment) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.tokens().ink(segment.tone))
        painter.drawRoundedRect(rect, 2, 2)

    def _paint_row(self, painter: QPainter, row: int, segment: Segment) -> None:
        t = theme.tokens()
        top = self._BAR + Space.S + row * self._ROW
        self._paint_bar(painter, QRectF(0, top + 6, 8, 8), segment)
        words = QRectF(16, top, self.width() - 16, self._ROW)
        painter.setPen(t.text_muted)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), segment.word)
        painter.setPen(t.text)
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(words, int(right), formats.duration(segment.seconds))
