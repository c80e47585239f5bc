"""The strip above every page: where one is, whether it is live, and six figures that lead on."""

import time
from typing import Protocol

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QSizePolicy, QWidget

from desktop_app.ui import caps, fonts, formats, icons, states, texts, theme
from desktop_app.ui.controls import Label
from desktop_app.ui.counters import COUNTERS, Counter
from desktop_app.ui.pills import HEIGHT, Pill
from desktop_app.ui.tokens import Radius, Size, Space, Type

STALE_S = 5.0
NAME_LIMIT = 24
LEAVING = "Ending what this window started …"


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


class Badge(QAbstractButton):
    """The name of the environment; red where a mistake would hurt. Leads to the connections."""

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self._production = False
        self.setAccessibleName("Environment")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def set_environment(self, name: str, *, production: bool, read_only: bool = False) -> None:
        mark = " · read-only" if read_only else ""
        self._name = formats.shorten(name, NAME_LIMIT) + mark
        self._production = production
        kind = "Production environment" if production else "Environment"
        self.setAccessibleName(f"{kind} {name}{mark}")
        self.setToolTip(texts.tip(f"{kind}: {name}{mark}. Choose another connection."))
        self.updateGeometry()
        self.setVisible(bool(name))
        self.update()

    def sizeHint(self) -> QSize:
        words = QFontMetrics(fonts.strong(Type.CAPTION)).horizontalAdvance(self._name)
        return QSize(words + 2 * Space.S, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.danger if self._production else t.accent_soft)
        painter.drawRoundedRect(self.rect(), Radius.SMALL, Radius.SMALL)
        painter.setPen(t.on_solid if self._production else t.accent)
        painter.setFont(fonts.strong(Type.CAPTION))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._name)
        if self.hasFocus():
            painter.setPen(t.text)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            box = self.rect().adjusted(0, 0, -1, -1)
            painter.drawRoundedRect(box, Radius.SMALL, Radius.SMALL)


class FindButton(QAbstractButton):
    """Looks like a field and opens the command palette; an icon where there is little room."""

    _WIDE = 200

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Find a page or an action")
        self.setToolTip("Find a page or an action (Ctrl+K)")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(self._WIDE, Size.CONTROL)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_compact(self, compact: bool) -> None:
        self.setFixedWidth(Size.CONTROL if compact else self._WIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(t.accent if self.hasFocus() else t.hairline)
        painter.setBrush(t.hover if self.underMouse() else t.canvas)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), Radius.SMALL, Radius.SMALL)
        size = Size.STATE_ICON
        edge = (self.height() - size) // 2
        lens = icons.pixmap("search", t.text_muted, size, self.devicePixelRatioF())
        painter.drawPixmap(edge, edge, lens)
        if self.width() < self._WIDE:
            return
        painter.setPen(t.text_faint)
        painter.setFont(fonts.sans(Type.SMALL))
        words = self.rect().adjusted(edge + size + Space.S, 0, 0, 0)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), "Find …")
        caps.paint(painter, self.rect().adjusted(0, 0, -Space.XS, 0), "Ctrl+K")


class TopStrip(QFrame):
    """What stands above every page. ``counter_chosen`` carries the key of a figure."""

    counter_chosen = Signal(str)
    find_wanted = Signal()
    environment_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(Size.STRIP)
        self._connection: ConnectionLike | None = None
        self._paused = self._leaving = False
        self._shown_state = "idle"
        self._badge = Badge()
        self._badge.clicked.connect(self.environment_chosen)
        self._state = Pill(self._shown_state)
        self._age = Label(
            font=fonts.sans(Type.SMALL), ink="text_muted", elide=Qt.TextElideMode.ElideRight
        )
        self.finder = FindButton()
        self.finder.clicked.connect(self.find_wanted)
        self.counters = {key: Counter(*looks) for key, looks in COUNTERS.items()}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, 0, Space.S, 1)
        layout.setSpacing(Space.S)
        layout.addWidget(self._badge)
        layout.addWidget(self._state)
        layout.addWidget(self._age, 1)
        layout.addWidget(self.finder)
        self.figures = QWidget()
        figures = QHBoxLayout(self.figures)
        figures.setContentsMargins(0, 0, 0, 0)
        figures.setSpacing(0)
        layout.addWidget(self.figures)
        for key, counter in self.counters.items():
            counter.clicked.connect(lambda _=False, key=key: self.counter_chosen.emit(key))
            figures.addWidget(counter)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._refresh)

    def set_environment(self, name: str, *, production: bool, read_only: bool = False) -> None:
        self._badge.set_environment(name, production=production, read_only=read_only)

    def set_connection(self, connection: ConnectionLike) -> None:
        self._connection = connection
        self._refresh()

    def set_paused(self, paused: bool) -> None:
        self._paused = paused
        self._refresh()

    def set_leaving(self) -> None:
        """From now on the strip says that the window is about to close."""
        self._leaving = True
        self._refresh()

    def set_compact(self, compact: bool) -> None:
        self.finder.set_compact(compact)

    @property
    def state(self) -> str:
        """The name of the state that is shown."""
        return self._shown_state

    @property
    def detail(self) -> str:
        """The words beside the state."""
        return self._age.text()

    def _refresh(self) -> None:
        if self._leaving:
            self._say("stopping", LEAVING, LEAVING)
            return
        connection = self._connection
        if connection is None:
            return
        state = "paused" if self._paused else connection.status
        meaning = connection.message or states.of(state).meaning
        about = "\n".join(filter(None, (connection.url_label, meaning)))
        self._say(state, _detail(connection, time.time()), about)

    def _say(self, state: str, detail: str, about: str) -> None:
        """Batches come ten times a second; what has not changed is not laid out again."""
        if state != self._shown_state:
            self._shown_state = state
            self._state.set_state(state)
        if detail != self._age.text():
            self._age.setText(detail)
        for widget in (self._state, self._age):
            widget.setToolTip(texts.tip(about).replace("\n", "<br>"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.surface)
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), t.hairline)


def _detail(connection: ConnectionLike, now: float) -> str:
    if connection.status == "idle":
        return ""
    if connection.status != "live":
        return connection.message or f"for {formats.age(now - connection.since)}"
    if connection.message:
        return connection.message
    if connection.last_event is None:
        return "no event yet"
    quiet = max(0.0, now - connection.last_event)
    return f"last event {formats.age(quiet)} ago" if quiet >= STALE_S else ""
