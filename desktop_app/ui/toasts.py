"""Messages at the lower right of the window, newest at the bottom."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QEnterEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.ui import fonts, icons, theme
from desktop_app.ui.controls import Label, button, icon_button
from desktop_app.ui.messages import Level, Message, Messages
from desktop_app.ui.tokens import Space, Tone

WIDTH = 380
SHOWN = 4

# How long one stays, in milliseconds. An error stays until it has been read.
_STAYS: dict[Level, int | None] = {"info": 5_000, "warn": 10_000, "error": None}
_LOOKS: dict[Level, tuple[str, Tone]] = {
    "info": ("info", Tone.ACCENT),
    "warn": ("state-silent", Tone.WARNING),
    "error": ("state-failed", Tone.DANGER),
}


class Toast(QFrame):
    """One message. It waits while the pointer is over it or the focus is in it."""

    dismissed = Signal(object)

    def __init__(self, message: Message, parent: QWidget) -> None:
        super().__init__(parent)
        self.message = message
        self._times = 1
        self.setProperty("role", "raised")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(message.text)
        self.setAccessibleDescription(message.what_to_do)
        self._picture = QLabel()
        self._picture.setFixedSize(18, 20)
        self._text = Label(message.text, font=fonts.medium())
        self._text.setWordWrap(True)
        self._arrange()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        theme.follow(self, self._recolour)
        self._start()

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(Space.XXS)
        words.addWidget(self._text)
        if self.message.what_to_do:
            remedy = Label(self.message.what_to_do, font=fonts.sans(12), ink="text_muted")
            remedy.setWordWrap(True)
            words.addWidget(remedy)
        if self.message.action is not None:
            words.addSpacing(Space.XS)
            act = button(self.message.action.label, self._act)
            words.addWidget(act, alignment=Qt.AlignmentFlag.AlignLeft)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.M, Space.XS, Space.M)
        layout.setSpacing(Space.S)
        top = Qt.AlignmentFlag.AlignTop
        layout.addWidget(self._picture, alignment=top)
        layout.addLayout(words, 1)
        layout.addWidget(icon_button("close", "Dismiss this message", self.dismiss), alignment=top)

    def _recolour(self) -> None:
        icon, tone = _LOOKS[self.message.level]
        self._picture.setPixmap(icons.pixmap(icon, theme.tokens().ink(tone), 16))

    def _start(self) -> None:
        stays = _STAYS[self.message.level]
        if stays is not None:
            self._timer.start(stays)

    def repeat(self) -> None:
        """The same was said again: it counts, and stays from the beginning."""
        self._times += 1
        self._text.setText(f"{self.message.text} (×{self._times})")  # noqa: RUF001  a multiplication sign
        self._start()

    def dismiss(self) -> None:
        self._timer.stop()
        self.dismissed.emit(self)

    def _act(self) -> None:
        action = self.message.action
        self.dismiss()
        if action is not None:
            action.callback()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)


class Toasts(QObject):
    """Shows what the channel of messages says, over the window that is given."""

    def __init__(self, window: QWidget, messages: Messages) -> None:
        super().__init__(window)
        self._window = window
        self._shown: list[Toast] = []
        messages.posted.connect(self.show_message)
        window.installEventFilter(self)

    @property
    def shown(self) -> list[Toast]:
        """What is on screen, oldest first."""
        return list(self._shown)

    def show_message(self, message: Message) -> None:
        for toast in self._shown:
            if (toast.message.level, toast.message.text) == (message.level, message.text):
                toast.repeat()
                self._place()
                return
        toast = Toast(message, self._window)
        toast.dismissed.connect(self._remove)
        self._shown.append(toast)
        while len(self._shown) > SHOWN:
            # What leaves by itself goes first; errors only among themselves.
            passing = [each for each in self._shown if each.message.level != "error"]
            self._remove((passing or self._shown)[0])
        if toast in self._shown:
            toast.show()
            QAccessible.updateAccessibility(QAccessibleEvent(toast, QAccessible.Event.Alert))
        self._place()

    def dismiss_newest(self) -> bool:
        """Takes the newest message away; False when there is none."""
        if not self._shown:
            return False
        self._shown[-1].dismiss()
        return True

    def _remove(self, toast: Toast) -> None:
        if toast in self._shown:
            self._shown.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._place()

    def _place(self) -> None:
        bottom = self._window.height() - Space.L
        for toast in reversed(self._shown):
            height = max(toast.heightForWidth(WIDTH), toast.sizeHint().height())
            toast.resize(WIDTH, height)
            bottom -= height
            toast.move(self._window.width() - WIDTH - Space.L, bottom)
            toast.raise_()
            bottom -= Space.S

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._shown:
            self._place()
        return super().eventFilter(watched, event)
