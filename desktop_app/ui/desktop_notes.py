"""Notifications of the desktop, where it shows such."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon


class DesktopNotes(QObject):
    """An icon in the tray, which is there from the first notification on."""

    clicked = Signal()
    """The notification was clicked, or the icon."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icon: QSystemTrayIcon | None = None

    @staticmethod
    def available() -> bool:
        return QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()

    def tell(self, title: str, words: str, *, grave: bool) -> bool:
        """Show a notification; whether there was a way to."""
        if not self.available():
            return False
        if self._icon is None:
            self._icon = QSystemTrayIcon(QApplication.windowIcon(), self)
            self._icon.messageClicked.connect(self.clicked)
            self._icon.activated.connect(lambda _reason: self.clicked.emit())
            self._icon.setToolTip(QApplication.applicationDisplayName())
            self._icon.show()
        kinds = QSystemTrayIcon.MessageIcon
        self._icon.showMessage(title, words, kinds.Critical if grave else kinds.Warning)
        return True

    def hide(self) -> None:
        """Take the icon out of the tray."""
        if self._icon is not None:
            self._icon.hide()
            self._icon = None
