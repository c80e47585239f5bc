"""The theme in force and how it changes.

A widget that paints itself asks :func:`tokens` while it paints; Qt repaints every widget when the
palette changes. A widget that keeps something made of colours (an icon, a pen) remakes it through
:func:`follow`.
"""

from collections.abc import Callable
from typing import Literal, get_args

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStyleFactory

from desktop_app.ui import fonts, palette
from desktop_app.ui.tokens import Tokens, load

Mode = Literal["system", "light", "dark"]

_PROPERTY = "afi-theme"


class Theme(QObject):
    """Holds the tokens in force. There is one; :func:`current` returns it."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.mode: Mode = "system"
        self.tokens: Tokens = load("light")

    @property
    def name(self) -> str:
        """``light`` or ``dark``, also while the mode is ``system``."""
        return "dark" if self.tokens is load("dark") else "light"

    def apply(self, app: QApplication, mode: Mode) -> None:
        """Puts a theme in force. The first call also installs the style and the fonts.

        :raises ValueError: no such mode
        """
        if mode not in get_args(Mode):
            raise ValueError(f"no theme {mode!r}: use system, light or dark")
        self.mode = mode
        name = _system_name() if mode == "system" else mode
        in_force = app.property(_PROPERTY)
        if in_force == name:
            return
        if in_force is None:
            app.setStyle(QStyleFactory.create("Fusion"))
            fonts.install(app)
            app.styleHints().colorSchemeChanged.connect(self._system_changed)
        app.setProperty(_PROPERTY, name)
        self.tokens = load(name)
        app.setPalette(palette.palette(self.tokens))
        app.setStyleSheet(palette.stylesheet(self.tokens))
        self.changed.emit()

    def use(self, mode: Mode) -> None:
        """Puts a theme in force in the application that runs."""
        self.apply(_application(), mode)

    def toggle(self) -> None:
        """Changes between light and dark; leaves following the system."""
        self.apply(_application(), "light" if self.name == "dark" else "dark")

    def _system_changed(self) -> None:
        if self.mode == "system":
            self.apply(_application(), "system")


def _application() -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise TypeError("a theme needs a QApplication")
    return app


def _system_name() -> Literal["light", "dark"]:
    scheme = QGuiApplication.styleHints().colorScheme()
    return "dark" if scheme == Qt.ColorScheme.Dark else "light"


_theme = Theme()


def current() -> Theme:
    return _theme


def tokens() -> Tokens:
    """The colours in force. Cheap enough to be called in every paint."""
    return _theme.tokens


def apply(app: QApplication, mode: Mode) -> None:
    """Puts ``light``, ``dark`` or the system's choice in force."""
    _theme.apply(app, mode)


class _Follower(QObject):
    """Lives as long as its owner, and so does its connection."""

    def __init__(self, owner: QObject, remake: Callable[[], None]) -> None:
        super().__init__(owner)
        self._remake = remake
        _theme.changed.connect(self._changed)

    @Slot()
    def _changed(self) -> None:
        self._remake()


def follow(owner: QObject, remake: Callable[[], None]) -> None:
    """Calls ``remake`` now and after every change of theme, until ``owner`` is destroyed."""
    _Follower(owner, remake)
    remake()
