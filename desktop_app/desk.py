"""The composition root: builds services, models and pages, and joins them. The only module that
knows everything."""

import asyncio
import logging
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.alert_watch import AlertWatch
from desktop_app.collector import MainThreadCollector
from desktop_app.figures import COUNTED_STATES, Figures
from desktop_app.finds import Finds
from desktop_app.first_run import FirstRun, Unshown
from desktop_app.introduction import Introduction
from desktop_app.milestones import Milestones
from desktop_app.monitor.history import Limits
from desktop_app.monitor.monitor import Monitor
from desktop_app.monitor.rows import Batch
from desktop_app.over_api import OverApi
from desktop_app.pages import Pages
from desktop_app.qt_models.bridge import Bridge
from desktop_app.regular_copies import RegularCopies
from desktop_app.services.alerts import Alerts
from desktop_app.services.blocking import Blocking
from desktop_app.services.cluster import Cluster
from desktop_app.services.connection import PASSWORD_NOT_KEPT, Connections
from desktop_app.services.documents import Documents
from desktop_app.services.history import TaskHistory
from desktop_app.services.insights import Insights, Known
from desktop_app.services.models import Models
from desktop_app.services.names import Names
from desktop_app.services.positions import JournalPositions
from desktop_app.services.preferences import Preferences
from desktop_app.services.presets import Presets
from desktop_app.services.queues import QueueCommands
from desktop_app.services.saved_queries import SavedQueries
from desktop_app.services.schedule import Schedule
from desktop_app.services.served_commands import CommandsInUse
from desktop_app.services.tray import Phase, TrayItem
from desktop_app.services.workers import Workers
from desktop_app.termination import Termination, supported
from desktop_app.ui import theme
from desktop_app.ui.arrangement import Arrangement
from desktop_app.ui.background import Background
from desktop_app.ui.shell import Shell
from desktop_app.update_check import ask_once_a_day
from desktop_app.window_state import WindowState
from worker_core import catalog, settings
from worker_core.storage import DocumentRecord

SETTLE_EVERY_MS = 2000
FIND_AFTER_MS = 1000
FOUND_DOCUMENTS = 500
UPDATE = "data_processing.update_market_data"

log = logging.getLogger(__name__)


class Desk(QObject):
    """One window's life: from its first paint until nothing that it started is left."""

    tray_changed = Signal(object)

    def __init__(self, shell: Shell, state: WindowState, marks: Milestones) -> None:
        super().__init__(shell)
        values = settings.current()
        self._shell, self._state, self._marks = shell, state, marks
        self._closed = asyncio.Event()
        self._background = Background(shell.messages, self)
        self._blocking = Blocking(6, "desk")
        self._connections = Connections(self._blocking)
        self._cluster = Cluster(values)
        self._documents = Documents(values, self._blocking)
        self._documents.changed = self.tray_changed.emit
        self._monitor = Monitor(
            history_tasks=values.history_tasks,
            queue_names=tuple(catalog.QUEUES),
            ask=self._connections.ask_workers,
            ask_queues=self._connections.ask_queues,
            positions=JournalPositions(values.data_dir / "journal-read.json"),
            history_dir=values.data_dir / "history" if values.history_mb else None,
            limits=Limits(values.history_days, values.history_mb),
        )
        self._bridge = Bridge(self._monitor, self)
        self._settle = QTimer(self, interval=SETTLE_EVERY_MS)
        self._found = QTimer(self, singleShot=True, interval=FIND_AFTER_MS)
        self._settling = self._watching = self._awaits_first_result = False
        self._cluster_incomplete = False
        history = TaskHistory(self._blocking, lambda: self._monitor.history, self._monitor.task)
        self._insights = Insights(self._blocking)
        self._figures = Figures(
            history, self._monitor.rows, shell.set_counter, self._background, self
        )
        alerts = Alerts(self._blocking)
        commands = CommandsInUse(self._blocking)
        self._alert_watch = AlertWatch(
            alerts,
            shell.set_counter,
            self._show_alerts,
            self._background,
            shell.messages,
            parent=self,
        )
        self._pages = Pages(
            shell,
            bridge=self._bridge,
            alerts=alerts,
            alerts_seen=self._alert_watch.changed,
            look_at_alerts=self._alert_watch.look,
            background=self._background,
            commands=commands,
            queue_commands=QueueCommands(self._blocking),
            cluster=self._cluster,
            connections=self._connections,
            documents=self._documents,
            history=history,
            insights=self._insights,
            models=Models(self._blocking),
            names=Names(self._blocking, lambda: self._over_api.on),
            preferences=Preferences(self._blocking),
            presets=Presets(values.data_dir / "presets"),
            workers=Workers(self._blocking),
            dismiss_workers=self._monitor.dismiss,
            saved=SavedQueries(values.data_dir / "searches.json"),
            schedule=Schedule(self._blocking),
            tray_changed=self.tray_changed,
        )
        self._over_api = OverApi(
            shell,
            self._monitor,
            commands,
            background=self._background,
            blocking=self._blocking,
            go=self._pages.go,
            files_chosen=self._pages.files_chosen,
            parent=self,
        )
        self._finds = Finds(self._pages.go, self._connections, self.use_connection)
        shell.providers.append(self._finds.actions)
        shell.searches.append(self._finds.search)
        self._arrangement = Arrangement(state.arrangement, self)
        self._introduction = Introduction(shell, state)
        self._first_run = FirstRun(self._cluster, self._documents, self.watch)
        self._copies = RegularCopies(values, self._background, self._blocking, shell.messages, self)
        if values.theme not in {"system", theme.current().name}:
            shell.toggle_theme()
        self._join()

    def _join(self) -> None:
        shell, pages = self._shell, self._pages
        shell.closing.connect(self._closed.set)
        shell.files_dropped.connect(self.take_in)
        shell.page_built.connect(self._arrangement.take_in)
        shell.theme_chosen.connect(self._keep_theme)
        shell.pause_toggled.connect(self._toggle_pause)
        shell.counter_chosen.connect(self._follow_counter)
        pages.files_chosen.connect(self.take_in)
        pages.try_here.connect(self.try_here)
        pages.connect_to.connect(self.connect_to)
        pages.use_connection.connect(self.use_connection)
        pages.read_only_wanted.connect(self._set_read_only)
        pages.settings_saved.connect(self._follow_settings)
        shell.strip.environment_chosen.connect(lambda: pages.go("connections"))
        self._bridge.batch.connect(self._on_batch)
        self.tray_changed.connect(self._on_tray)
        self._over_api.tray_changed.connect(self._on_tray)
        self._settle.timeout.connect(self._on_settle)
        self._found.timeout.connect(self._find_documents)

    async def live(self, files: list[Path], *, try_here: bool) -> None:
        """Stay until the window is closed, then end what was started."""
        termination = Termination(self._shell.close, self) if supported() else None
        collector = MainThreadCollector(self)
        try:
            self._begin(files, try_here=try_here)
            await self._closed.wait()
        finally:
            if termination is not None:
                termination.restore()
            await self._end()
            collector.stop()

    def _begin(self, files: list[Path], *, try_here: bool) -> None:
        self._bridge.start()
        self._settle.start()
        self._figures.start()
        self._copies.start()
        ask_once_a_day(
            settings.current().update_url,
            self._state,
            self._background,
            self._blocking,
            self._shell.messages,
        )
        if try_here:
            self.try_here(files)
        elif not self._connections.chosen and not files:
            self._pages.go("welcome")
            self._marks.reached("welcome")
        else:
            first = "overview"
            if self._connections.over_api:
                first = "tasks"
                self._over_api.prepare()
            self._pages.go(first)
            self._marks.reached(first)
            self._resume(files)

    def _resume(self, files: list[Path]) -> None:
        """What a later start does: the same broker as before, and this computer's own processes
        where they are wanted."""
        if self._connections.own and settings.current().start_local:
            self._background.run(
                self._first_run.start(Unshown()),
                "start the local cluster",
                on_success=lambda _: self._started(files),
            )
            return

        def resumed(_: None) -> None:
            self.watch()
            self.take_in(files)

        self._background.run(
            self._connections.resume(), "go on with the connection", on_success=resumed
        )

    def _started(self, files: list[Path]) -> None:
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

    def watch(self) -> None:
        """Look at the broker, or the server of the API, that is chosen now."""
        connections = self._connections
        self._show_environment()
        if connections.place is not None:
            self._watching = True
            self._alert_watch.stop()
            self._copies.stop()
            self._finds.documents = self._finds.symbols = ()
            self._over_api.follow(connections.place)
            return
        if self._over_api.on:
            self._over_api.leave()
            self._copies.start()
        self._documents.use(settings.current())
        self._monitor.start(
            connections.url, connections.key_prefix, results_url=connections.results_url
        )
        self._watching = True
        self._alert_watch.start()
        self._find_documents()
        self._find_symbols()

    def _find_documents(self) -> None:
        """Ctrl+K finds the latest of them."""
        if self._over_api.on:
            return

        def found(records: tuple[DocumentRecord, ...]) -> None:
            self._finds.documents = records

        self._background.run(
            self._documents.library(FOUND_DOCUMENTS), "list the documents", on_success=found
        )

    def _find_symbols(self) -> None:
        """Ctrl+K finds them too; without a database it does without."""
        if self._over_api.on:
            return

        def found(known: tuple[Known, ...]) -> None:
            self._finds.symbols = known

        self._background.run(
            self._insights.known(),
            "list the symbols",
            on_success=found,
            on_failure=lambda error: log.info("The symbols are not known: %s", error),
        )

    def _show_environment(self) -> None:
        connections = self._connections
        self._shell.set_environment(
            connections.environment,
            production=connections.production,
            read_only=connections.read_only,
        )

    def take_in(self, paths: Iterable[Path]) -> None:
        """Process files; where nothing runs yet, this computer's cluster is started for them."""
        files = list(paths)
        if not files:
            return
        if not (self._watching or self._over_api.on):
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

    def connect_to(self, url: str) -> None:
        """Look at another broker from now on."""
        steps = self._pages.welcome()

        def connected(lasting: bool) -> None:
            self.watch()
            self._pages.go("overview")
            if not lasting:
                self._shell.messages.warn(*PASSWORD_NOT_KEPT)

        def failed(error: Exception) -> None:
            steps.failed(getattr(error, "message", str(error)), getattr(error, "remedy", ""))

        self._background.run(
            self._connections.add(url), "connect", on_success=connected, on_failure=failed
        )

    def use_connection(self, name: str | None) -> None:
        """Look at one of the connections from now on."""

        def used(_: None) -> None:
            self._pages.connections_changed.emit()
            self._shell.messages.info(f"The window looks at {self._connections.environment} now.")
            self._resume([])

        self._background.run(self._connections.use(name), "use the connection", on_success=used)

    def _set_read_only(self, wanted: bool) -> None:
        def done(_: None) -> None:
            self._show_environment()
            self._pages.connections_changed.emit()

        self._background.run(
            self._connections.set_read_only(read_only=wanted),
            "change what is allowed",
            on_success=done,
        )

    def _on_batch(self, batch: Batch) -> None:
        self._shell.set_connection(batch.connection)
        self._figures.take(batch)
        if self._over_api.on:
            self._over_api.take(batch)
        else:
            self._documents.apply(batch.tasks)
        self._finds.take(batch)
        if any(row.name == UPDATE and row.state == "SUCCESS" for row in batch.tasks):
            self._find_symbols()

    def _on_tray(self, item: TrayItem) -> None:
        if item.settled and item.open:
            self._on_settle()
        self._complete_cluster()
        if item.phase is Phase.DONE and item.document_id is not None:
            self._marks.reached("first_result")
            self._found.start()  # many may be done at about the same time
            if self._awaits_first_result:
                self._awaits_first_result = False
                self._pages.go("documents", {"sha256": item.sha256})
                self._introduction.offer()

    def _on_settle(self) -> None:
        documents = self._over_api.documents or self._documents
        if self._settling or not documents.tray.open:
            return
        self._settling = True

        def settled() -> None:
            self._settling = False

        self._background.run(documents.settle(), "read what became of the files", on_end=settled)

    def _follow_counter(self, key: str) -> None:
        if key in {"workers", "alerts"}:
            self._pages.go(key)
        elif key in COUNTED_STATES:
            self._pages.go("tasks", {"states": COUNTED_STATES[key]})

    def _show_alerts(self, page: str = "alerts", detail: object = None) -> None:
        """Bring the window to the front, with what is told of."""
        self._shell.raise_()
        self._shell.activateWindow()
        self._pages.go(page, detail)

    def _toggle_pause(self) -> None:
        (self._bridge.resume if self._bridge.paused else self._bridge.pause)()
        self._shell.set_paused(self._bridge.paused)

    def _follow_settings(self, names: frozenset[str]) -> None:
        """What was written down on the page of the settings is in force where it can be."""
        values = settings.current()
        if "theme" in names:
            self._state.theme = values.theme
            self._shell.set_theme(values.theme)
        if names & {"environment", "read_only"}:
            self._show_environment()
            self._pages.connections_changed.emit()

    def _keep_theme(self, name: str) -> None:
        self._state.theme = "dark" if name == "dark" else "light"
        self._background.run(
            self._blocking.run(settings.save, {"theme": name}), "remember the theme"
        )

    async def _end(self) -> None:
        """Leave nothing behind: neither thread, timer nor process."""
        self._state.geometry = self._shell.saveGeometry()
        self._state.arrangement = self._arrangement.kept
        self._settle.stop()
        self._found.stop()
        self._figures.stop()
        self._copies.stop()
        self._alert_watch.stop()
        self._bridge.stop()
        self._over_api.let_go()
        await self._background.close()
        await self._blocking.run(self._monitor.stop)
        self._over_api.close()
        await self._cluster.stop_all(mine_only=True)
        self._documents.close()
        self._cluster.close()
        self._blocking.close()
        self._shell.leave()
