"""What a page or a table shows while it has nothing: why, and the one next step."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_app.ui import fonts, icons, theme
from desktop_app.ui.controls import Label, button
from desktop_app.ui.tokens import Space


class EmptyState(QWidget):
    """An icon, a sentence, a hint and at most one button, in the middle of what is empty."""

    def __init__(
        self,
        icon: str,
        sentence: str,
        hint: str = "",
        action: str = "",
        on_action: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence = Label(sentence, font=fonts.medium())
        self._hint = Label(hint, font=fonts.sans(12), ink="text_muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        layout.setSpacing(Space.S)
        layout.addStretch(2)
        layout.addWidget(self._picture)
        layout.addSpacing(Space.XS)
        for label in (self._sentence, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            layout.addWidget(label)
        self._hint.setVisible(bool(hint))
        if action:
            layout.addSpacing(Space.S)
            self.button = button(action, on_action, kind="primary")
            layout.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(3)
        theme.follow(self, self._redraw)

    def set_text(self, sentence: str, hint: str = "") -> None:
        self._sentence.setText(sentence)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))

    def _redraw(self) -> None:
        self._picture.setPixmap(icons.pixmap(self._icon, theme.tokens().text_faint, 32))
