"""The window's frame: rail, strip, the page that is shown, and what works on every page."""

from collections.abc import Callable, Mapping
from functools import partial

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
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui import theme
from desktop_app.ui.command_palette import Action, CommandPalette, Provider, Search
from desktop_app.ui.drop_overlay import DropOverlay
from desktop_app.ui.keys import KeyHelp
from desktop_app.ui.messages import Messages
from desktop_app.ui.overlay import Overlay
from desktop_app.ui.page_stack import PageSpec, PageStack
from desktop_app.ui.rail import Rail
from desktop_app.ui.tabbing import step
from desktop_app.ui.toasts import Toasts
from desktop_app.ui.top_strip import ConnectionLike, TopStrip

__all__ = ["PageSpec", "Shell"]

SMALLEST = (960, 600)
FIRST = (1280, 800)
NARROW = 1120
WRITING = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)


class Shell(QMainWindow):
    """Knows no page. A page may have ``shown()``, ``hidden()`` and ``search()``, which are called
    when it comes into sight, when it leaves it, and when ``/`` is pressed; and
    ``set_read_only(bool)`` and ``set_production(bool)``, which tell it what is allowed."""

    files_dropped = Signal(list)
    closing = Signal()
    theme_chosen = Signal(str)
    pause_toggled = Signal()
    counter_chosen = Signal(str)
    page_shown = Signal(str)
    page_built = Signal(str, QWidget)

    def __init__(self, geometry: QByteArray | None = None, version: str = "") -> None:
        super().__init__()
        self.setWindowTitle("AFI Desk")
        self.setAcceptDrops(True)
        self.setMinimumSize(*SMALLEST)
        self.messages = Messages(self)
        self._rail = Rail(version)
        self.strip = TopStrip()
        self._stack = PageStack()
        self._stack.built.connect(self.page_built)
        self._leaving = False
        self.providers: list[Provider] = [self._page_actions, self._own_actions]
        self.searches: list[Search] = []
        self._arrange()
        self._drops = DropOverlay(self)
        self.toasts = Toasts(self.messages, self._body)
        self._rail.chosen.connect(self.show_page)
        self.strip.counter_chosen.connect(self.counter_chosen)
        self.strip.find_wanted.connect(self.open_palette)
        self._drops.dropped.connect(self.files_dropped)
        self._bind_keys()
        # Else the first button would look as if it had been chosen.
        self.setFocus()
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(*FIRST)

    def _arrange(self) -> None:
        right = self._column = QVBoxLayout()
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

    # Keys

    def _bind_keys(self) -> None:
        self._bind("Ctrl+K", self.open_palette)
        for key, action in {
            "/": self._stack.search,
            "?": self._show_keys,
            "T": self.toggle_theme,
            "P": self.pause_toggled.emit,
        }.items():
            self._bind(key, self._unless_writing(action))

    def _bind(self, keys: str, action: Callable[[], object]) -> None:
        def act() -> None:
            if not self._is_covered():
                action()

        QShortcut(QKeySequence(keys), self).activated.connect(act)

    def _is_covered(self) -> bool:
        """Whether something lies over the window that has the keyboard."""
        only_own = Qt.FindChildOption.FindDirectChildrenOnly
        overlays = self.findChildren(Overlay, options=only_own)
        return any(not overlay.isHidden() for overlay in overlays)

    @staticmethod
    def _unless_writing(action: Callable[[], object]) -> Callable[[], None]:
        """A letter is a command only where it cannot be meant as text."""

        def act() -> None:
            focus = QApplication.focusWidget()
            if not isinstance(focus, WRITING) or focus.isReadOnly():
                action()

        return act

    def focusNextPrevChild(self, forward: bool) -> bool:
        return step(self, forward=forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape comes here only when nothing on the page had a use for it."""
        if event.key() == Qt.Key.Key_Escape:
            self.toasts.dismiss_all()
        else:
            super().keyPressEvent(event)

    # Pages

    def come_forward(self) -> None:
        """Be seen, also where the window was minimised or lies behind others."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def add_page(self, spec: PageSpec) -> None:
        """Add a page; the rail's first ten have the keys Ctrl+1 to Ctrl+9 and Ctrl+0."""
        self._stack.add(spec)
        if not spec.icon:
            return
        key = spec.key or _key(len(self._stack.on_rail))
        if key:
            self._bind(key, lambda: self.show_page(spec.id))
        self._rail.add(spec.id, spec.title, spec.icon, key)

    def show_page(self, page: str) -> QWidget:
        """Bring a page to the front; it is built if this is its first time."""
        try:
            widget = self._stack.page(page)
        finally:
            # A click has marked it already, also where it then cannot be built.
            self._rail.choose(self._stack.current)
        if page != self._stack.current:
            self._rail.choose(page)
            self.setWindowTitle(f"{self._stack.title(page)} – AFI Desk")
            self._stack.bring(page, in_sight=not self.isMinimized())
            focus = QApplication.focusWidget()
            if focus is None or not self._rail.isAncestorOf(focus):
                self._stack.take_focus()
            self.page_shown.emit(page)
        return widget

    def add_bar(self, bar: QWidget) -> None:
        """Put something between the strip and the pages, whichever of them is shown."""
        self._column.insertWidget(1, bar)

    def stand_in(self, instead: Mapping[str, Callable[[], QWidget]]) -> None:
        """Show what these build in place of the pages of their ids, until others are named."""
        self._stack.stand_in(instead)

    def rail_button(self, page: str) -> QWidget:
        """Where the rail leads to that page.

        :raises KeyError: it does not
        """
        return self._rail.button(page)

    @property
    def current_page(self) -> str | None:
        return self._stack.current

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self._stack.set_in_sight(not self.isMinimized())

    # What the strip shows

    def set_environment(self, name: str, *, production: bool, read_only: bool = False) -> None:
        """Say what is looked at; the pages are told what is allowed there."""
        self.strip.set_environment(name, production=production, read_only=read_only)
        self._stack.set_conduct(production=production, read_only=read_only)

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

    @staticmethod
    def set_theme(mode: theme.Mode) -> None:
        """Put a theme in force that is remembered elsewhere."""
        theme.current().use(mode)

    def open_palette(self) -> None:
        CommandPalette(self.providers, self, self.searches).open()

    def _show_keys(self) -> None:
        KeyHelp(self).open()

    def _page_actions(self) -> list[Action]:
        return [
            Action(spec.title, "Go to", partial(self.show_page, spec.id), spec.key or _key(number))
            for number, spec in enumerate(self._stack.on_rail, 1)
        ]

    def _own_actions(self) -> list[Action]:
        return [
            Action("Change between light and dark", "View", self.toggle_theme, "T"),
            Action("Pause or resume live updates", "View", self.pause_toggled.emit, "P"),
            Action("Show the keys", "Help", self._show_keys, "?"),
        ]

    # Drops

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._drops.dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drops.dragMoveEvent(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drops.dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._drops.dropEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.windowHandle().installEventFilter(self._drops)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        self._rail.set_compact(narrow)
        self.strip.set_compact(narrow)
        self._drops.fit()

    # The end

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window stays, without taking commands, until what it started has ended."""
        if self._leaving:
            self._stack.set_in_sight(False)
            event.accept()
            return
        event.ignore()
        self.strip.set_leaving()
        self.setEnabled(False)
        self.closing.emit()

    def leave(self) -> None:
        """Close for good."""
        self._leaving = True
        self.close()


def _key(number: int) -> str:
    """The key of the page at that place of the rail, from 1; there are ten."""
    return f"Ctrl+{number % 10}" if number <= 10 else ""
