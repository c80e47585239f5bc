"""When the workers are asked: never twice at a time, never while nobody looks."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.services.workers import Workers
from desktop_app.ui.background import Background

SURVEY_MS = 2000
DETAILS_MS = 10_000

_SETTLED_MS = 120
# What is found once is looked for again before it is called out.
_SOON_MS = 500


class Asker(QObject):
    """Looks at all workers and at one in full, between :meth:`start` and :meth:`stop`. ``chosen``
    tells whom details are wanted of, or ""; while ``paused`` says so nothing is asked by itself,
    and unless it is ``possible`` nothing at all."""

    seen = Signal(object)
    """Glances by the name of the worker."""
    not_seen = Signal(object)
    """The error that kept from it."""
    told = Signal(object)
    """Details of one worker."""
    not_told = Signal(object)

    def __init__(
        self,
        workers: Workers,
        background: Background,
        chosen: Callable[[], str],
        paused: Callable[[], bool],
        possible: Callable[[], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._workers, self._background = workers, background
        self._chosen, self._possible = chosen, possible
        self._live = self._surveying = self._asking = False
        self._often = self._timer(SURVEY_MS, lambda: None if paused() else self.survey())
        self._seldom = self._timer(DETAILS_MS, lambda: None if paused() else self.details())
        self._settled = self._timer(_SETTLED_MS, self.details, once=True)
        self._soon = self._timer(_SOON_MS, self.survey, once=True)

    def _timer(self, interval: int, act: Callable[[], None], *, once: bool = False) -> QTimer:
        timer = QTimer(self, interval=interval, singleShot=once)
        timer.timeout.connect(act)
        return timer

    def start(self) -> None:
        self._live = True
        self._often.start()
        self._seldom.start()
        self._settled.start()
        # The first look is taken from the loop, which may not run yet.
        QTimer.singleShot(0, self, self.survey)

    def stop(self) -> None:
        self._live = False
        for timer in (self._often, self._seldom, self._settled, self._soon):
            timer.stop()

    def soon(self) -> None:
        """Look at all of them again before long."""
        if self._live:
            self._soon.start()

    def details_soon(self) -> None:
        """Ask in full whoever is chosen when the choice has settled."""
        if self._live:
            self._settled.start()

    def look_again(self) -> None:
        """Something was changed."""
        if self._live:
            self.survey()
            self._settled.start()

    def survey(self) -> None:
        if self._surveying or not self._possible():
            return
        self._surveying = True
        self._background.run(
            self._workers.survey(),
            "ask the workers",
            on_success=self.seen.emit,
            on_failure=self.not_seen.emit,
            on_end=self._surveyed,
            owner=self,
        )

    def _surveyed(self) -> None:
        self._surveying = False

    def details(self) -> None:
        node = self._chosen()
        if not node or self._asking:
            return
        self._asking = True

        def over() -> None:
            self._asking = False
            if self._chosen() != node:
                self.details_soon()

        self._background.run(
            self._workers.details(node),
            "ask the worker",
            on_success=self.told.emit,
            on_failure=self.not_told.emit,
            on_end=over,
            owner=self,
        )
