"""The window's frame: rail, strip, the page that is shown, and what works on every page."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QStackedWidget,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui import theme
from desktop_app.ui.command_palette import Action, CommandPalette, Provider
from desktop_app.ui.drop_overlay import DropOverlay
from desktop_app.ui.keys import KeyHelp
from desktop_app.ui.messages import Messages
from desktop_app.ui.overlay import Overlay
from desktop_app.ui.rail import Rail
from desktop_app.ui.toasts import Toasts
from desktop_app.ui.top_strip import ConnectionLike, TopStrip

SMALLEST = (960, 600)
FIRST = (1280, 800)
NARROW = 1120
WRITING = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page: ``factory`` builds it when it is first shown. Without ``icon`` it is not on the
    rail."""

    id: str
    title: str
    icon: str
    factory: Callable[[], QWidget]


class Shell(QMainWindow):
    """Knows no page. A page may have ``shown()``, ``hidden()`` and ``search()``, which are called
    when it comes, goes, and when ``/`` is pressed."""

    files_dropped = Signal(list)
    closing = Signal()
    theme_chosen = Signal(str)
    pause_toggled = Signal()
    counter_chosen = Signal(str)
    page_shown = Signal(str)

    def __init__(self, geometry: QByteArray | None = None) -> None:
        super().__init__()
        self.setWindowTitle("AFI Desk")
        self.setAcceptDrops(True)
        self.setMinimumSize(*SMALLEST)
        self.messages = Messages(self)
        self.strip = TopStrip()
        self._rail = Rail()
        self._stack = QStackedWidget()
        self._specs: dict[str, PageSpec] = {}
        self._pages: dict[str, QWidget] = {}
        self._current: str | None = None
        self._leaving = False
        self.providers: list[Provider] = [self._page_actions, self._own_actions]
        self._arrange()
        self._overlay = DropOverlay(self)
        self.toasts = Toasts(self.messages, self._body)
        self._rail.chosen.connect(self.show_page)
        self.strip.counter_chosen.connect(self.counter_chosen)
        self._bind_keys()
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(*FIRST)

    def _arrange(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.strip)
        right.addWidget(self._stack, 1)
        body = self._body = QWidget()
        layout = QHBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._rail)
        layout.addLayout(right, 1)
        self.setCentralWidget(body)

    def _bind_keys(self) -> None:
        self._bind("Ctrl+K", self.open_palette)
        self._bind("Escape", self.toasts.dismiss_all)
        for key, action in {
            "/": self._search,
            "?": self._show_keys,
            "T": self.toggle_theme,
            "P": self.pause_toggled.emit,
        }.items():
            self._bind(key, self._unless_writing(action))

    def _bind(self, keys: str, action: Callable[[], object]) -> None:
        QShortcut(QKeySequence(keys), self).activated.connect(action)

    def _unless_writing(self, action: Callable[[], object]) -> Callable[[], None]:
        """A letter is a command only where it cannot be meant as text."""

        def act() -> None:
            focus = QApplication.focusWidget()
            if not isinstance(focus, WRITING):
                action()

        return act

    # Pages

    def add_page(self, spec: PageSpec) -> None:
        """Add a page; the rail's first nine have the keys Ctrl+1 to Ctrl+9."""
        self._specs[spec.id] = spec
        if not spec.icon:
            return
        number = sum(1 for other in self._specs.values() if other.icon)
        key = f"Ctrl+{number}" if number < 10 else ""
        if key:
            self._bind(key, lambda: self.show_page(spec.id))
        self._rail.add(spec.id, spec.title, spec.icon, key)

    def show_page(self, page: str) -> QWidget:
        """Bring a page to the front; it is built if this is its first time."""
        if page not in self._pages:
            widget = self._pages[page] = self._specs[page].factory()
            self._stack.addWidget(widget)
        widget = self._pages[page]
        if page != self._current:
            self._call(self._current, "hidden")
            self._current = page
            self._stack.setCurrentWidget(widget)
            self._rail.choose(page)
            self.setWindowTitle(f"{self._specs[page].title} – AFI Desk")
            self._call(page, "shown")
            self.page_shown.emit(page)
        return widget

    @property
    def current_page(self) -> str | None:
        return self._current

    def _call(self, page: str | None, hook: str) -> Any:
        method = getattr(self._pages.get(page or ""), hook, None)
        return method() if method is not None else None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self._call(self._current, "hidden" if self.isMinimized() else "shown")

    # What the strip shows

    def set_environment(self, name: str, *, production: bool) -> None:
        self.strip.set_environment(name, production=production)

    def set_connection(self, connection: ConnectionLike) -> None:
        self.strip.set_connection(connection)

    def set_counter(self, key: str, value: int | None) -> None:
        """Show a figure of the strip: waiting, running, failed, retrying, workers, alerts."""
        self.strip.counters[key].set_value(value)

    def set_paused(self, paused: bool) -> None:
        self.strip.set_paused(paused)

    # Commands that every page has

    def toggle_theme(self) -> None:
        theme.current().toggle()
        self.theme_chosen.emit(theme.current().name)

    def open_palette(self) -> None:
        CommandPalette(self.providers, self).show_over(self)

    def _search(self) -> None:
        self._call(self._current, "search")

    def _show_keys(self) -> None:
        KeysDialog(self).open()

    def _page_actions(self) -> list[Action]:
        on_rail = [spec for spec in self._specs.values() if spec.icon]
        return [
            Action(spec.title, "Go to", partial(self.show_page, spec.id), f"Ctrl+{number}")
            for number, spec in enumerate(on_rail, 1)
        ]

    def _own_actions(self) -> list[Action]:
        return [
            Action("Change between light and dark", "View", self.toggle_theme, "T"),
            Action("Pause or resume live updates", "View", self.pause_toggled.emit, "P"),
            Action("Show the keys", "Help", self._show_keys, "?"),
        ]

    # Drops

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _files(event):
            event.acceptProposedAction()
            self._overlay.cover()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._overlay.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._overlay.hide()
        if files := _files(event):
            event.acceptProposedAction()
            # The program that the files come from waits until this returns.
            QTimer.singleShot(0, self, lambda: self.files_dropped.emit(files))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._overlay.isHidden():
            self._overlay.cover()

    # The end

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window stays, without taking commands, until what it started has ended."""
        if self._leaving:
            self._call(self._current, "hidden")
            event.accept()
            return
        event.ignore()
        self._body.setEnabled(False)
        self.closing.emit()

    def leave(self) -> None:
        """Close for good."""
        self._leaving = True
        self.close()


def _files(event: QDropEvent) -> list[Path]:
    """Local files among what is held; links and text are left alone."""
    urls = event.mimeData().urls() if event.mimeData().hasUrls() else []
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
