"""The line under the strip that says that one is signed out, and lets one sign in again."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_app.ui import fonts
from desktop_app.ui.controls import Label, Surface, button
from desktop_app.ui.tokens import Space

_TOKEN_WIDTH = 260


class SignInBar(Surface):
    """Stands over every page and takes none away. What is typed leaves the field with `clear`
    alone, so that a mistake can be corrected."""

    wanted = Signal(str)
    """To sign in with this token."""
    elsewhere = Signal()
    """To choose another connection."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Signed out")
        self.words = Label(font=fonts.medium())
        self.hint = Label(ink="text_muted")
        for label in (self.words, self.hint):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.token = QLineEdit()
        self.token.setAccessibleName("Token to sign in with")
        self.token.setPlaceholderText("afi_…")
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.token.setFixedWidth(_TOKEN_WIDTH)
        self.sign_in = button("Sign in", self._want, kind="primary")
        self.other = button("Connections", self.elsewhere.emit, kind="quiet")
        self.token.textChanged.connect(self._typed)
        self.token.returnPressed.connect(self._want)
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addWidget(self.words)
        said.addWidget(self.hint)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        row.setSpacing(Space.S)
        row.addLayout(said, 1)
        row.addWidget(self.token)
        row.addWidget(self.sign_in)
        row.addWidget(self.other)
        self._busy = False
        self.hide()

    def say(self, words: str, hint: str, *, ink: str = "text_muted") -> None:
        """Come into sight with what happened and what to do."""
        self.words.setText(words)
        self.hint.setText(hint)
        self.hint.set_ink(ink)
        self._typed()
        self.show()

    def clear(self) -> None:
        """Out of sight, and what was typed is forgotten."""
        self.token.clear()
        self.hide()

    def set_busy(self, busy: bool) -> None:
        """While the server is asked, it is not asked again."""
        self._busy = busy
        self._typed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Return in the field is the field's; the page below must not act on it as well.
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()
        else:
            super().keyPressEvent(event)

    def _typed(self) -> None:
        self.sign_in.setEnabled(bool(self.token.text().strip()) and not self._busy)

    def _want(self) -> None:
        if self.sign_in.isEnabled():
            self.wanted.emit(self.token.text().strip())
