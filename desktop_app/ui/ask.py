"""A question in the page itself: what will happen, and the two ways on."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_app.ui import fonts, theme
from desktop_app.ui.controls import Label, button
from desktop_app.ui.tokens import Radius, Space, Tone

_TYPED = 180


class Ask(QWidget):
    """Hidden until it asks; Escape answers no. Where a mistake would hurt, a word must be typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._on_yes: Callable[[], object] | None = None
        self._wanted = ""
        self._sentence = Label(font=fonts.medium())
        self._detail = Label(font=fonts.sans(12), ink="text_muted")
        for label in (self._sentence, self._detail):
            label.setWordWrap(True)
        self.yes = button("Yes", self._answer_yes, kind="danger")
        self.no = button("No", self.withdraw)
        self.typed = QLineEdit()
        self.typed.setMaximumWidth(_TYPED)
        self.typed.textChanged.connect(self._compare)
        self.typed.returnPressed.connect(self.yes.click)
        answers = QHBoxLayout()
        answers.setSpacing(Space.S)
        answers.addWidget(self.typed)
        answers.addWidget(self.yes)
        answers.addWidget(self.no)
        answers.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.S, Space.L, Space.M)
        layout.setSpacing(Space.XS)
        layout.addWidget(self._sentence)
        layout.addWidget(self._detail)
        layout.addSpacing(Space.XS)
        layout.addLayout(answers)
        self.hide()

    def ask(
        self,
        sentence: str,
        detail: str,
        yes: str,
        no: str,
        on_yes: Callable[[], object],
        *,
        typed: str = "",
    ) -> None:
        """Shows the question. The harmless answer has the focus; with ``typed`` the field has it,
        and yes can be said only once that stands there."""
        self._on_yes = on_yes
        self._wanted = typed
        self._sentence.setText(sentence)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        self.setAccessibleName(sentence)
        self.setAccessibleDescription(detail)
        self.yes.setText(yes)
        self.no.setText(no)
        self.typed.clear()
        self.typed.setPlaceholderText(f"Type {typed} to go on")
        self.typed.setAccessibleName(f"Type {typed} to go on")
        self.typed.setVisible(bool(typed))
        self._compare()
        self.show()
        (self.typed if typed else self.no).setFocus()

    def withdraw(self) -> None:
        self._on_yes = None
        self.hide()

    def _compare(self) -> None:
        self.yes.setEnabled(self.typed.text().strip() == self._wanted)

    def _answer_yes(self) -> None:
        on_yes = self._on_yes
        self.withdraw()
        if on_yes is not None:
            on_yes()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.withdraw()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.soft(Tone.WARNING))
        painter.drawRoundedRect(QRectF(self.rect()), Radius.SMALL, Radius.SMALL)
