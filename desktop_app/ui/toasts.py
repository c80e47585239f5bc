"""Messages as cards in the corner of the window, newest below."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QFont, QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.ui import fonts, formats, icons, texts, theme
from desktop_app.ui.controls import Label, Surface, button, icon_button
from desktop_app.ui.messages import Level, Message, Messages
from desktop_app.ui.tokens import Size, Space, Tone

WIDTH = 380
SHOWN = 4
LIMIT = 280
# Errors stay until they are dismissed.
SECONDS: dict[Level, int | None] = {"info": 6, "warn": 12, "error": None}
LOOKS: dict[Level, tuple[str, Tone]] = {
    "info": ("info", Tone.ACCENT),
    "warn": ("warning", Tone.WARNING),
    "error": ("error", Tone.DANGER),
}
# The first line and the picture stand in the middle of the button that dismisses.
_TO_BUTTON = (Size.CONTROL - Size.ICON) // 2
_GRAVITY: dict[Level, int] = {"info": 0, "warn": 1, "error": 2}


class Toast(Surface):
    """One message: what happened, what to do next, and at most one thing to do about it."""

    dismissed = Signal(object)

    def __init__(self, message: Message, parent: QWidget) -> None:
        super().__init__(parent)
        self.message = message
        self._times = 1
        self.setProperty("role", "raised")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(f"{message.text} {message.what_to_do}".strip())
        self._picture = QLabel()
        self._picture.setContentsMargins(0, _TO_BUTTON, 0, 0)
        self._text = _words(message.text, fonts.medium(), "text")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.S, Space.S, Space.M)
        layout.setSpacing(Space.M)
        top = Qt.AlignmentFlag.AlignTop
        layout.addWidget(self._picture, alignment=top)
        layout.addLayout(self._column(), 1)
        close = icon_button("close", "Dismiss this message", self.dismiss)
        layout.addWidget(close, alignment=top)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._expire)
        theme.follow(self, self._redraw)
        self._start()

    def _column(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(0, _TO_BUTTON, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self._text)
        if self.message.what_to_do:
            remedy = _words(self.message.what_to_do, fonts.sans(12), "text_muted")
            column.addWidget(remedy)
        if self.message.action is not None:
            column.addSpacing(Space.XS)
            act = button(self.message.action.label, self._act)
            column.addWidget(act, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        return column

    def repeat(self) -> None:
        """The same was said again: it is counted, and stays as long as a new one."""
        self._times += 1
        self._text.setText(f"{_shown(self.message.text)} (×{self._times})")
        self._start()

    def dismiss(self) -> None:
        self._timer.stop()
        self.dismissed.emit(self)

    def _start(self) -> None:
        if (seconds := SECONDS[self.message.level]) is not None:
            self._timer.start(seconds * 1000)

    def _expire(self) -> None:
        """What is being read or used does not leave."""
        focus = QApplication.focusWidget()
        if self.underMouse() or (focus is not None and self.isAncestorOf(focus)):
            self._start()
        else:
            self.dismiss()

    def _act(self) -> None:
        action = self.message.action
        if action is not None and not self.isHidden():
            self.dismiss()
            action.callback()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def _redraw(self) -> None:
        icon, tone = LOOKS[self.message.level]
        self._picture.setPixmap(icons.pixmap(icon, theme.tokens().ink(tone)))


class Toasts(QObject):
    """Shows messages over the lower right corner of ``over`` and announces them."""

    def __init__(self, messages: Messages, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._toasts: list[Toast] = []
        messages.posted.connect(self.post)
        over.installEventFilter(self)

    def post(self, message: Message) -> None:
        for toast in self._toasts:
            if _says_the_same(toast.message, message):
                toast.repeat()
                self._place()
                return
        toast = Toast(message, self._over)
        toast.dismissed.connect(self._remove)
        self._toasts.append(toast)
        toast.show()
        self._make_room(toast)
        self._place()
        QAccessible.updateAccessibility(QAccessibleEvent(toast, QAccessible.Event.Alert))

    def toasts(self) -> list[Toast]:
        """What is shown, oldest first."""
        return list(self._toasts)

    def dismiss_all(self) -> bool:
        """Whether there was something to dismiss."""
        shown = self.toasts()
        for toast in shown:
            toast.dismiss()
        return bool(shown)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _make_room(self, newest: Toast) -> None:
        """What is least grave, and of that the oldest, goes first."""
        room = self._over.height() - Size.STRIP - 2 * Space.L
        while len(self._toasts) > SHOWN or self._height() > room:
            others = [toast for toast in self._toasts if toast is not newest]
            if not others:
                return
            self._remove(min(others, key=lambda toast: _GRAVITY[toast.message.level]))

    def _height(self) -> int:
        return sum(_height(toast) + Space.S for toast in self._toasts) - Space.S

    def _remove(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._place()

    def _place(self) -> None:
        bottom = self._over.height() - Space.L
        for toast in reversed(self._toasts):
            toast.resize(WIDTH, _height(toast))
            bottom -= toast.height()
            toast.move(self._over.width() - WIDTH - Space.L, bottom)
            toast.raise_()
            bottom -= Space.S


def _height(toast: Toast) -> int:
    return toast.heightForWidth(WIDTH)


def _says_the_same(one: Message, other: Message) -> bool:
    """What offers to do something is not the same: it may be meant for something else."""
    if one.action is not None or other.action is not None:
        return False
    return (one.level, one.text, one.what_to_do) == (other.level, other.text, other.what_to_do)


def _shown(text: str) -> str:
    return texts.breakable(formats.shorten(text, LIMIT))


def _words(text: str, font: QFont, ink: str) -> Label:
    label = Label(_shown(text), font=font, ink=ink)
    label.setWordWrap(True)
    if len(text) > LIMIT:
        label.setToolTip(texts.tip(text))
    return label
