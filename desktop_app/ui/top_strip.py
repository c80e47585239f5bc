"""The strip above every page: where one is, whether it is live, and six figures that lead on."""

import time
from typing import Protocol

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QSizePolicy, QWidget

from desktop_app.ui import fonts, formats, states, theme
from desktop_app.ui.controls import Label
from desktop_app.ui.pills import Pill
from desktop_app.ui.tokens import Radius, Size, Space, Tone

STALE_S = 5.0
# Title and the ink of a figure that is not zero.
COUNTERS = {
    "waiting": ("Waiting", "text"),
    "running": ("Running", "running"),
    "failed": ("Failed", "danger"),
    "retrying": ("Retrying", "warning"),
    "workers": ("Workers", "text"),
    "alerts": ("Alerts", "danger"),
}


class ConnectionLike(Protocol):
    """What the strip shows of the connection."""

    @property
    def status(self) -> str: ...
    @property
    def since(self) -> float: ...
    @property
    def last_event(self) -> float | None: ...
    @property
    def url_label(self) -> str: ...
    @property
    def message(self) -> str: ...


class Badge(QWidget):
    """The name of the environment; red where a mistake would hurt."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._tone = Tone.ACCENT
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def set_environment(self, name: str, *, production: bool) -> None:
        self._text = name
        self._tone = Tone.DANGER if production else Tone.ACCENT
        self.setAccessibleName(f"Environment {name}")
        self.updateGeometry()
        self.setVisible(bool(name))
        self.update()

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self._text)
        return QSize(width + 2 * Space.S, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.soft(self._tone))
        painter.drawRoundedRect(self.rect(), Radius.SMALL, Radius.SMALL)
        painter.setPen(t.ink(self._tone))
        painter.setFont(fonts.strong(11))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._text)


class Counter(QAbstractButton):
    """A figure and what it counts; leads to what it counts."""

    def __init__(self, title: str, ink: str) -> None:
        super().__init__()
        self._title = title
        self._ink = ink
        self._value: int | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_value(None)

    def set_value(self, value: int | None) -> None:
        if value == self._value and self.text():
            return
        self._value = value
        self.setText(formats.NOTHING if value is None else formats.compact(value))
        self.setAccessibleName(f"{self._title}: {self.text()}")
        self.setToolTip(f"{self._title}: {formats.count(value)}. Click to see them.")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        number = self.fontMetrics().horizontalAdvance(self.text())
        title = self.fontMetrics().horizontalAdvance(self._title)
        return QSize(max(number, 12) + title + 3 * Space.S, Size.CONTROL)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(t.focus if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(t.hover)
            box = self.rect().adjusted(0, 0, -1, -1)
            painter.drawRoundedRect(box, Radius.SMALL, Radius.SMALL)
        inner = self.rect().adjusted(Space.S, 0, -Space.S, 0)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(t.text_muted)
        painter.setFont(fonts.sans(12))
        painter.drawText(inner, middle, self._title)
        painter.setPen(t.ink(self._ink) if self._value else t.text_faint)
        painter.setFont(fonts.strong())
        painter.drawText(inner, middle | int(Qt.AlignmentFlag.AlignRight), self.text())


class TopStrip(QFrame):
    """What stands above every page. ``counter_chosen`` carries the key of a figure."""

    counter_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(Size.STRIP)
        self._connection: ConnectionLike | None = None
        self._paused = False
        self._badge = Badge()
        self._state = Pill("idle")
        self._age = Label("", font=fonts.sans(12), ink="text_muted")
        self.counters = {key: Counter(*looks) for key, looks in COUNTERS.items()}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, 0, Space.M, 0)
        layout.setSpacing(Space.S)
        for widget in (self._badge, self._state, self._age):
            layout.addWidget(widget)
        layout.addStretch(1)
        for key, counter in self.counters.items():
            counter.clicked.connect(lambda _=False, key=key: self.counter_chosen.emit(key))
            layout.addWidget(counter)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._refresh)

    def set_environment(self, name: str, *, production: bool) -> None:
        self._badge.set_environment(name, production=production)

    def set_connection(self, connection: ConnectionLike) -> None:
        self._connection = connection
        self._refresh()

    def set_paused(self, paused: bool) -> None:
        self._paused = paused
        self._refresh()

    def _refresh(self) -> None:
        connection = self._connection
        if connection is None:
            return
        now = time.time()
        self._state.set_state("paused" if self._paused else connection.status)
        self._state.setToolTip(connection.message or states.of(connection.status).meaning)
        if connection.status != "live":
            words = connection.message or f"for {formats.age(now - connection.since)}"
            self._age.setText(formats.shorten(words, 60) if connection.status != "idle" else "")
        elif connection.last_event is None:
            self._age.setText("no event yet")
        else:
            quiet = max(0.0, now - connection.last_event)
            fresh = quiet < STALE_S
            self._age.setText("" if fresh else f"last event {formats.age(quiet)} ago")
        self._age.setToolTip(connection.url_label)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.surface)
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), t.hairline)
