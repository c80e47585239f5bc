"""Log text on the screen: followed at its end, held when scrolled up."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QKeyEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextDocument,
)
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop_app.ui import fonts, formats, theme
from desktop_app.ui.controls import button
from desktop_app.ui.tokens import Space
from desktop_app.views.cluster import lines

_INKS = {"error": "danger", "warning": "warning"}


class _Levels(QSyntaxHighlighter):
    """Colours the lines that report errors and warnings."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}
        theme.follow(self, self._recolour)

    def _recolour(self) -> None:
        for name, ink in _INKS.items():
            kept = self._formats.setdefault(name, QTextCharFormat())
            kept.setForeground(theme.tokens().ink(ink))
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        found = lines.level(text)
        if found is not None:
            self.setFormat(0, len(text), self._formats[found])


class LogView(QPlainTextEdit):
    """Text that follows its end. Scrolled up it does not move at all: what arrives is kept back
    until the end is reached again."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._held: list[str] = []
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName(name)
        self.setFont(fonts.mono(12))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setMaximumBlockCount(lines.KEPT)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.document().setDocumentMargin(Space.S)
        self.setCornerWidget(QWidget())
        self._levels = _Levels(self.document())
        self._to_end = button("", self.follow, icon="arrow-down")
        self._to_end.setParent(self.viewport())
        self._to_end.hide()
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    @property
    def following(self) -> bool:
        bar = self.verticalScrollBar()
        return not self._held and bar.value() >= bar.maximum()

    def add(self, fresh: Sequence[str]) -> None:
        """Adds lines at the end, all at once."""
        if not fresh:
            return
        if self.following:
            self._append(fresh)
            return
        self._held.extend(fresh)
        # What would scroll out again unseen need not be kept.
        del self._held[: -lines.KEPT]
        self._to_end.setText(formats.plural(len(self._held), "new line"))
        self._to_end.adjustSize()
        self._to_end.show()
        self._place_button()

    def replace(self, text: Sequence[str]) -> None:
        """Shows other lines, from their end."""
        self._release()
        self.setPlainText("\n".join(text))
        self._scroll_to_end()

    def follow(self) -> None:
        """Goes to the end and stays there."""
        held = self._release()
        if held:
            self._append(held)
        self._scroll_to_end()

    def _release(self) -> list[str]:
        held, self._held = self._held, []
        self._to_end.hide()
        return held

    def _append(self, fresh: Sequence[str]) -> None:
        self.appendPlainText("\n".join(fresh))
        self._scroll_to_end()

    def _scroll_to_end(self) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _scrolled(self, value: int) -> None:
        if self._held and value >= self.verticalScrollBar().maximum():
            self.follow()

    def _place_button(self) -> None:
        view = self.viewport()
        left = (view.width() - self._to_end.width()) // 2
        self._to_end.move(left, view.height() - self._to_end.height() - Space.S)

    def resizeEvent(self, event: QResizeEvent) -> None:
        follows = self.following
        super().resizeEvent(event)
        self._place_button()
        if follows:
            self._scroll_to_end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_End:
            self.follow()
        else:
            super().keyPressEvent(event)
