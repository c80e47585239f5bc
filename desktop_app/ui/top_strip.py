"""What is true on every page: which environment, whether it is heard, and six counters."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from desktop_app.ui import fonts, formats, icons, keys, states, theme
from desktop_app.ui.controls import Hairline, icon_button
from desktop_app.ui.tokens import Radius, Size, Space, Tone

STALE_AFTER = 5.0


@dataclass(frozen=True, slots=True)
class Counter:
    """A number that leads to what it counts. ``ink`` colours it while it is not zero."""

    key: str
    word: str
    icon: str
    ink: str
    tip: str


def _of_state(key: str, word: str, state: str, tip: str) -> Counter:
    shown = states.of(state)
    return Counter(key, word, shown.icon, shown.tone, tip)


COUNTERS = (
    _of_state("waiting", "waiting", "PENDING", "Tasks in queues that no worker took yet"),
    _of_state("running", "running", "STARTED", "Tasks that workers are at"),
    _of_state("failed", "failed", "FAILURE", "Tasks that ended with an error"),
    _of_state("retrying", "retrying", "RETRY", "Tasks that failed and will be tried again"),
    Counter("workers", "workers", "workers", "text", "Workers that answer"),
    Counter("alerts", "alerts", "alerts", Tone.DANGER, "Alerts that nobody has closed"),
)


class Environment(QWidget):
    """The name of what this window shows. Production is red, so that no one takes it for less."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._name = ""
        self._production = False
        self.set_name("LOCAL")

    def set_name(self, name: str, *, production: bool = False) -> None:
        self._name = formats.shorten(name, 24)
        self._production = production
        kind = "production environment" if production else "environment"
        self.setAccessibleName(f"{name}, {kind}")
        self.setToolTip(f"{name}: {kind}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(fonts.strong(11)).horizontalAdvance(self._name) + 16, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.danger if self._production else t.accent_soft)
        painter.drawRoundedRect(self.rect(), Radius.SMALL, Radius.SMALL)
        painter.setFont(fonts.strong(11))
        painter.setPen(t.on_solid if self._production else t.accent)
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._name)


class ConnectionState(QWidget):
    """The shape and word of the connection, and how old the last event is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._state = states.of("idle")
        self._age = ""
        self._stale = False

    def set_state(self, status: str, last_event_age: float | None, label: str) -> None:
        self._state = states.of(status)
        self._stale = last_event_age is not None and last_event_age > STALE_AFTER
        self._age = "" if last_event_age is None else formats.age(last_event_age)
        heard = f"last event {self._age} ago" if self._age not in {"", "now"} else ""
        self.setAccessibleName(" ".join(filter(None, (self._state.word, label, heard))))
        self.setToolTip("\n".join(filter(None, (label, self._state.meaning, heard))))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        word = QFontMetrics(fonts.medium(12)).horizontalAdvance(self._state.word)
        # Room for the longest age, so that its change moves nothing.
        age = QFontMetrics(fonts.sans(12)).horizontalAdvance("59 min") if self._age else 0
        return QSize(Size.STATE_ICON + 6 + word + 6 + age, Size.CONTROL)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        ink = t.ink(self._state.tone)
        size = Size.STATE_ICON
        picture = icons.pixmap(self._state.icon, ink, size, self.devicePixelRatioF())
        painter.drawPixmap(0, (self.height() - size) // 2, picture)
        rect = self.rect().adjusted(size + 6, 0, 0, 0)
        painter.setFont(fonts.medium(12))
        painter.setPen(ink)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(rect, middle, self._state.word)
        rect.setLeft(rect.left() + painter.fontMetrics().horizontalAdvance(self._state.word) + 6)
        painter.setFont(fonts.sans(12))
        painter.setPen(t.warning if self._stale else t.text_muted)
        painter.drawText(rect, middle, self._age)


class CounterLink(QAbstractButton):
    """One counter; a click leads to what it counts."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self._counter = counter
        self._number: int | None = None
        self.worded = True
        self.setToolTip(counter.tip)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_number(None)

    def set_number(self, number: int | None) -> None:
        before = formats.compact(self._number)
        self._number = number
        self.setAccessibleName(f"{formats.count(number)} {self._counter.word}")
        if len(formats.compact(number)) != len(before):
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        number = QFontMetrics(fonts.strong()).horizontalAdvance(formats.compact(self._number))
        words = QFontMetrics(fonts.sans(12)).horizontalAdvance(self._counter.word) + 4
        wide = Space.S * 2 + Size.STATE_ICON + 5 + number + (words if self.worded else 0)
        return QSize(wide, Size.CONTROL)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(t.focus if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(t.hover if self.underMouse() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), Radius.SMALL, Radius.SMALL)
        ink = t.ink(self._counter.ink) if self._number else t.text_muted
        size = Size.STATE_ICON
        picture = icons.pixmap(self._counter.icon, ink, size, self.devicePixelRatioF())
        painter.drawPixmap(Space.S, (self.height() - size) // 2, picture)
        text = formats.compact(self._number)
        painter.setFont(fonts.strong())
        painter.setPen(ink)
        baseline = (self.height() + painter.fontMetrics().capHeight()) // 2
        left = Space.S + size + 5
        painter.drawText(left, baseline, text)
        left += painter.fontMetrics().horizontalAdvance(text) + 4
        if self.worded:
            painter.setFont(fonts.sans(12))
            painter.setPen(t.text_muted)
            painter.drawText(left, baseline, self._counter.word)


class SearchButton(QAbstractButton):
    """Looks like a field and opens the command palette."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Search and commands")
        self.setToolTip("Search and commands (Ctrl+K)")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        return QSize(220, Size.CONTROL)

    def minimumSizeHint(self) -> QSize:
        return QSize(Size.CONTROL, Size.CONTROL)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(t.focus if self.hasFocus() else t.hairline)
        painter.setBrush(t.hover if self.underMouse() else t.canvas)
        box = self.rect().adjusted(0, 0, -1, -1)
        painter.drawRoundedRect(box, Radius.SMALL, Radius.SMALL)
        picture = icons.pixmap("search", t.text_muted, Size.ICON, self.devicePixelRatioF())
        painter.drawPixmap(6, (self.height() - Size.ICON) // 2, picture)
        if self.width() < 130:
            return
        inner = QRect(box).adjusted(28, 0, -5, 0)
        painter.setFont(fonts.sans(12))
        painter.setPen(t.text_muted)
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter), "Search")
        keys.paint_caps(painter, inner, "Ctrl+K")


class TopStrip(QWidget):
    """The strip above every page."""

    counter_chosen = Signal(str)
    search_requested = Signal()
    theme_requested = Signal()
    pause_requested = Signal()
    keys_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(Size.STRIP)
        self.environment = Environment()
        self.connection = ConnectionState()
        self._counters = {counter.key: CounterLink(counter) for counter in COUNTERS}
        self._search = SearchButton()
        self._search.clicked.connect(self.search_requested)
        self._pause = icon_button("pause", "Pause live updates (P)", self.pause_requested.emit)
        self._pause.setCheckable(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, 0, Space.M, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(self.environment)
        layout.addWidget(self.connection)
        layout.addWidget(self._divider())
        self._links = QHBoxLayout()
        self._links.setSpacing(0)
        for key, link in self._counters.items():
            link.clicked.connect(lambda _checked=False, key=key: self.counter_chosen.emit(key))
            self._links.addWidget(link)
        layout.addLayout(self._links)
        layout.addStretch(1)
        layout.addWidget(self._search)
        right = QHBoxLayout()
        right.setSpacing(Space.XXS)
        right.addWidget(self._pause)
        right.addWidget(
            icon_button("sun", "Change between light and dark (T)", self.theme_requested.emit)
        )
        right.addWidget(icon_button("keyboard", "Show the keys (?)", self.keys_requested.emit))
        layout.addLayout(right)

    @staticmethod
    def _divider() -> Hairline:
        line = Hairline(Qt.Orientation.Vertical)
        line.setFixedHeight(Space.L)
        return line

    def set_environment(self, name: str, *, production: bool = False) -> None:
        self.environment.set_name(name, production=production)
        self._fit()

    def set_connection(self, status: str, last_event_age: float | None, label: str = "") -> None:
        """``status`` is a name from the table of conditions; ages are seconds."""
        self.connection.set_state(status, last_event_age, label)

    def set_counters(self, numbers: Mapping[str, int | None]) -> None:
        """Numbers by the key of their counter; one that is not named keeps its value."""
        for key, number in numbers.items():
            self._counters[key].set_number(number)
        self._fit()

    def set_paused(self, paused: bool) -> None:
        self._pause.setChecked(paused)
        name = "Go on with live updates (P)" if paused else "Pause live updates (P)"
        self._pause.setToolTip(name)
        self._pause.setAccessibleName(name)
        icons.bind(self._pause, "play" if paused else "pause")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Words stand beside the numbers as long as there is room for them."""
        others = self.environment.sizeHint().width() + self.connection.sizeHint().width()
        room = self.width() - others - 2 * Space.L - 5 * Space.M - 3 * Size.CONTROL - Size.CONTROL
        links = list(self._counters.values())
        for link in links:
            link.worded = True
        worded = sum(link.sizeHint().width() for link in links) <= room
        for link in links:
            link.worded = worded
            link.updateGeometry()
            link.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.surface)
        painter.fillRect(0, self.height() - 1, self.width(), 1, t.hairline)
