"""Messages as cards in the corner of the window, newest below."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.ui import fonts, icons, theme
from desktop_app.ui.controls import Label, Surface, button, icon_button
from desktop_app.ui.messages import Level, Message, Messages
from desktop_app.ui.tokens import Space

WIDTH = 380
SHOWN = 4
# Errors stay until they are dismissed.
SECONDS: dict[Level, int | None] = {"info": 6, "warn": 12, "error": None}
LOOKS: dict[Level, tuple[str, str]] = {
    "info": ("info", "accent"),
    "warn": ("warning", "warning"),
    "error": ("error", "danger"),
}


class Toast(Surface):
    """One message: what happened, what to do next, and at most one thing to do about it."""

    def __init__(self, message: Message, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "raised")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(f"{message.text} {message.what_to_do}".strip())
        self._icon, self._ink = LOOKS[message.level]
        self._picture = QLabel()
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        for text, font, ink in (
            (message.text, fonts.medium(), "text"),
            (message.what_to_do, fonts.sans(12), "text_muted"),
        ):
            if text:
                label = Label(text, font=font, ink=ink)
                label.setWordWrap(True)
                words.addWidget(label)
        action = message.action
        if action is not None:
            act = button(action.label, action.callback, kind="quiet")
            act.clicked.connect(self.dismiss)
            words.addWidget(act, alignment=Qt.AlignmentFlag.AlignLeft)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.M, Space.S, Space.M)
        layout.setSpacing(Space.M)
        layout.addWidget(self._picture, alignment=Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        close = icon_button("close", "Dismiss this message", self.dismiss)
        layout.addWidget(close, alignment=Qt.AlignmentFlag.AlignTop)
        theme.follow(self, self._redraw)
        if (seconds := SECONDS[message.level]) is not None:
            QTimer.singleShot(seconds * 1000, self, self.dismiss)

    def dismiss(self) -> None:
        self.hide()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def _redraw(self) -> None:
        self._picture.setPixmap(icons.pixmap(self._icon, theme.tokens().ink(self._ink)))


class Toasts(QWidget):
    """Shows messages over the lower right corner of ``parent`` and announces them."""

    def __init__(self, messages: Messages, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._stack = QVBoxLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.setSpacing(Space.S)
        self.hide()
        messages.posted.connect(self.post)
        parent.installEventFilter(self)

    def post(self, message: Message) -> None:
        toasts = self.toasts()
        for old in toasts[: max(0, len(toasts) - SHOWN + 1)]:
            old.dismiss()
        toast = Toast(message, self)
        toast.destroyed.connect(self._settle)
        self._stack.addWidget(toast)
        self.show()
        self._place()
        QAccessible.updateAccessibility(QAccessibleEvent(toast, QAccessible.Event.Alert))

    def toasts(self) -> list[Toast]:
        """What is shown, oldest first."""
        return [t for t in self.findChildren(Toast) if not t.isHidden()]

    def dismiss_all(self) -> bool:
        """Whether there was something to dismiss."""
        toasts = self.toasts()
        for toast in toasts:
            toast.dismiss()
        return bool(toasts)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return False

    def _settle(self) -> None:
        if self.toasts():
            self._place()
        else:
            self.hide()

    def _place(self) -> None:
        parent = self._over
        self._stack.activate()
        self.resize(WIDTH, self._stack.heightForWidth(WIDTH) or self.sizeHint().height())
        self.move(
            parent.width() - self.width() - Space.L, parent.height() - self.height() - Space.L
        )
        self.raise_()
