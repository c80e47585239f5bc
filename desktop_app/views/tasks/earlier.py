"""What earlier days knew of the system whose tasks are shown."""

import time

from PySide6.QtCore import QObject, Signal

from desktop_app.monitor.query import Vocabulary
from desktop_app.monitor.rows import Gap
from desktop_app.services.history import TaskHistory
from desktop_app.ui.background import Background


class EarlierDays(QObject):
    """Asks the history; what it answers late of another system is let fall."""

    known = Signal(object)
    """The names, queues and workers that tasks have had (a ``Vocabulary``)."""
    missed = Signal(object)
    """The spans in which events were missed (a list of ``Gap``)."""

    def __init__(
        self, history: TaskHistory, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._history = history
        self._background = background
        self._number = 0

    def ask(self) -> None:
        """Another system is followed, or the same one anew."""
        self._number += 1
        number = self._number

        def quietly(_: Exception) -> None:
            """Reading older tasks fails for the same reason, and says so."""

        def known(vocabulary: Vocabulary) -> None:
            if number == self._number:
                self.known.emit(vocabulary)

        def missed(gaps: list[Gap]) -> None:
            if number == self._number:
                self.missed.emit(gaps)

        self._background.run(
            self._history.vocabulary(),
            "read known names",
            on_success=known,
            on_failure=quietly,
            owner=self,
        )
        self._background.run(
            self._history.gaps(0.0, time.time()),
            "read what was missed",
            on_success=missed,
            on_failure=quietly,
            owner=self,
        )
