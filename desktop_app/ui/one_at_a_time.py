"""Commands of which one runs at a time."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages

T = TypeVar("T")

READ_ONLY = "This connection is read-only: nothing can be changed here."


class OneAtATime(QObject):
    """Gives commands in the background, so that none works on what another has changed: what is
    wanted meanwhile is let fall, and buttons follow ``busy``."""

    changed = Signal()
    """What the commands work on is another now."""
    busy_changed = Signal(bool)

    def __init__(
        self, background: Background, messages: Messages, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._messages = messages
        self.busy = False

    def run(
        self,
        command: Coroutine[Any, Any, T],
        what: str,
        tell: Callable[[T], object],
        *,
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Give a command. ``what`` it does is said where it fails and nobody takes the error."""
        if self.busy:
            command.close()
            return
        self._set_busy(True)

        def ended() -> None:
            self._set_busy(False)
            self.changed.emit()

        self._background.run(
            command, what, on_success=tell, on_failure=failed, on_end=ended, owner=self
        )

    def refused_late(self, error: Exception) -> None:
        """Say of a command what nobody shows any more."""
        remedy = str(getattr(error, "remedy", ""))
        self._messages.warn(str(getattr(error, "message", error)), remedy)

    def _set_busy(self, busy: bool) -> None:
        self.busy = busy
        self.busy_changed.emit(busy)
