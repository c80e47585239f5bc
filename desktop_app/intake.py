"""From files that the window is given to what was found in them."""

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.first_run import FirstRun, Unshown
from desktop_app.over_api import OverApi
from desktop_app.pages import Pages
from desktop_app.services.documents import Documents
from desktop_app.services.tray import Phase, TrayItem
from desktop_app.ui.background import Background

SETTLE_EVERY_MS = 2000
FOUND_AFTER_MS = 1000


class Intake(QObject):
    """Takes files in over the broker or over the API, and asks what became of each until it has
    ended.

    :param watching: whether anything is looked at that could process them
    """

    result = Signal()
    """A file has one."""
    first_result = Signal(str)
    """By ``sha256``: that of the file for which this computer's cluster was started."""
    results = Signal()
    """One or more files have had one since the last time."""

    def __init__(
        self,
        documents: Documents,
        first_run: FirstRun,
        over_api: OverApi,
        pages: Pages,
        background: Background,
        *,
        watching: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._documents, self._first_run, self._over_api = documents, first_run, over_api
        self._pages, self._background, self._watching = pages, background, watching
        self._settling = self._awaits_first_result = self._cluster_incomplete = False
        self._settle = QTimer(self, interval=SETTLE_EVERY_MS)
        self._settle.timeout.connect(self._ask)
        self._soon = QTimer(self, singleShot=True, interval=FOUND_AFTER_MS)
        self._soon.timeout.connect(self.results)
        over_api.tray_changed.connect(self.tray_changed)
        pages.files_chosen.connect(self.take_in)
        pages.try_here.connect(self.try_here)

    def start(self) -> None:
        self._settle.start()

    def stop(self) -> None:
        self._settle.stop()
        self._soon.stop()

    def take_in(self, paths: Iterable[Path]) -> None:
        """Process files; where nothing runs yet, this computer's cluster is started for them."""
        files = list(paths)
        if not files:
            return
        if not (self._watching() or self._over_api.on):
            self.try_here(files)
            return
        self._pages.go("documents")
        if not self._over_api.on:
            self._background.run(self._documents.add(files), "take in the files")
        elif (served := self._over_api.documents) is not None:
            self._background.run(served.add(files), "hand in the files")

    def try_here(self, files: Iterable[Path] = ()) -> None:
        """From nothing to a first result on this computer."""
        steps = self._pages.welcome()

        def failed(error: Exception) -> None:
            steps.failed(str(error), getattr(error, "remedy", ""))

        self._background.run(
            self._first_run.try_here(files, steps),
            "start on this computer",
            on_success=lambda _: self._started([]),
            on_failure=failed,
        )
        self._awaits_first_result = True

    def start_here(self, files: Iterable[Path]) -> None:
        """Start this computer's cluster as a later start of the window does, for these files."""
        self._background.run(
            self._first_run.start(Unshown()),
            "start the local cluster",
            on_success=lambda _: self._started(files),
        )

    def _started(self, files: Iterable[Path]) -> None:
        self.take_in(files)
        self._cluster_incomplete = True
        self._complete_cluster()

    def _complete_cluster(self) -> None:
        """Start the rest of the local processes once no file waits for its result."""
        if self._cluster_incomplete and not self._documents.tray.open:
            self._cluster_incomplete = False
            self._background.run(
                self._first_run.complete(), "start the forecasting and training workers"
            )

    def tray_changed(self, item: TrayItem) -> None:
        if item.settled and item.open:
            self._ask()
        self._complete_cluster()
        if item.phase is Phase.DONE and item.document_id is not None:
            self.result.emit()
            self._soon.start()  # many may be done at about the same time
            if self._awaits_first_result:
                self._awaits_first_result = False
                self.first_result.emit(item.sha256)

    def _ask(self) -> None:
        documents = self._over_api.documents or self._documents
        if self._settling or not documents.tray.open:
            return
        self._settling = True

        def settled() -> None:
            self._settling = False

        self._background.run(documents.settle(), "read what became of the files", on_end=settled)
