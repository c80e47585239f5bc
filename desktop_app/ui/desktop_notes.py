"""Notifications of the desktop, where it shows such."""

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

PLACED_MS = 600
"""An icon that has just been shown has no place yet, and what it says would appear far from it."""


class DesktopNotes(QObject):
    """An icon in the tray, which is there from the first notification on."""

    clicked = Signal()
    """The notification was clicked, or the icon."""
    window_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icon: QSystemTrayIcon | None = None
        self._menu: QMenu | None = None
        self._held: list[tuple[str, str, bool]] = []
        self._placed = QTimer(self, singleShot=True, interval=PLACED_MS)
        self._placed.timeout.connect(self._tell_held)

    @staticmethod
    def available() -> bool:
        return QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()

    def tell(self, title: str, words: str, *, grave: bool) -> bool:
        """Show a notification; whether there was a way to."""
        if not self.available():
            return False
        if self._icon is None:
            self._show_icon()
            self._placed.start()
        self._held.append((title, words, grave))
        if not self._placed.isActive():
            self._tell_held()
        return True

    def hide(self) -> None:
        """Take the icon out of the tray."""
        self._placed.stop()
        self._held.clear()
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None
        if self._menu is not None:
            self._menu.deleteLater()
            self._menu = None

    def _show_icon(self) -> None:
        self._icon = icon = QSystemTrayIcon(QApplication.windowIcon(), self)
        # Not of the window: a desktop may keep the menu of a tray beyond it.
        self._menu = menu = QMenu()
        menu.addAction("Show the alerts").triggered.connect(lambda _: self.clicked.emit())
        name = QApplication.applicationDisplayName()
        menu.addAction(f"Open {name}").triggered.connect(lambda _: self.window_wanted.emit())
        menu.addAction("Hide this icon").triggered.connect(lambda _: self.hide())
        icon.setContextMenu(menu)
        icon.messageClicked.connect(self.clicked)
        icon.activated.connect(self._activated)
        icon.setToolTip(QApplication.applicationDisplayName())
        icon.show()

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        # A right click is for the menu.
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self.clicked.emit()

    def _tell_held(self) -> None:
        held, self._held = self._held, []
        kinds = QSystemTrayIcon.MessageIcon
        for title, words, grave in held:
            if self._icon is not None:
                self._icon.showMessage(title, words, kinds.Critical if grave else kinds.Warning)
