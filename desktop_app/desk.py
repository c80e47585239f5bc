"""The composition root: builds services, models and pages, and joins them. The only module that
knows everything."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.alert_watch import AlertWatch
from desktop_app.collector import MainThreadCollector
from desktop_app.connection_in_use import ConnectionInUse
from desktop_app.figures import COUNTED_STATES, Figures
from desktop_app.finds import Finds
from desktop_app.first_run import FirstRun
from desktop_app.guide import Guide
from desktop_app.intake import Intake
from desktop_app.introduction import Introduction
from desktop_app.milestones import Milestones
from desktop_app.monitor.rows import Batch
from desktop_app.over_api import OverApi
from desktop_app.page_parts import PageParts
from desktop_app.pages import Pages
from desktop_app.qt_models.bridge import Bridge
from desktop_app.regular_copies import RegularCopies
from desktop_app.service_set import ServiceSet
from desktop_app.termination import Termination, supported
from desktop_app.ui import theme
from desktop_app.ui.arrangement import Arrangement
from desktop_app.ui.background import Background
from desktop_app.ui.shell import Shell
from desktop_app.update_check import ask_once_a_day
from desktop_app.window_state import WindowState
from worker_core import settings


class Desk(QObject):
    """One window's life: from its first paint until nothing that it started is left."""

    tray_changed = Signal(object)

    def __init__(self, shell: Shell, state: WindowState, marks: Milestones) -> None:
        super().__init__(shell)
        values = settings.current()
        self._shell, self._state, self._marks = shell, state, marks
        self._closed = asyncio.Event()
        self._watching = False
        self._background = Background(shell.messages, self)
        self._services = services = ServiceSet(values, lambda: self._over_api.on)
        services.documents.changed = self.tray_changed.emit
        self._bridge = Bridge(services.monitor, self)
        self._figures = Figures(
            services.history, services.monitor.rows, shell.set_counter, self._background, self
        )
        self._alert_watch = AlertWatch(
            services.alerts,
            shell.set_counter,
            self._show_alerts,
            self._background,
            shell.messages,
            parent=self,
        )
        self._alert_watch.window_wanted.connect(shell.come_forward)
        parts = PageParts.of(
            services, self._bridge, self._background, self._alert_watch, self.tray_changed
        )
        self._pages = Pages(shell, parts)
        self._over_api = OverApi(
            shell,
            services.monitor,
            services.commands,
            connections=services.connections,
            background=self._background,
            blocking=services.blocking,
            go=self._pages.go,
            files_chosen=self._pages.files_chosen,
            parent=self,
        )
        self._connection = ConnectionInUse(
            shell,
            services.connections,
            self._pages,
            self._background,
            watch=self.watch,
            resume=self._resume,
        )
        self._finds = Finds(
            self._pages.go,
            self._connection.use,
            connections=services.connections,
            documents=services.documents,
            insights=services.insights,
            background=self._background,
        )
        self._intake = Intake(
            services.documents,
            FirstRun(services.cluster, services.documents, self.watch),
            self._over_api,
            self._pages,
            self._background,
            watching=lambda: self._watching,
            parent=self,
        )
        self._arrangement = Arrangement(state.arrangement, self)
        self._introduction = Introduction(shell, state)
        self._copies = RegularCopies(
            values, self._background, services.blocking, shell.messages, self
        )
        if values.theme not in {"system", theme.current().name}:
            shell.toggle_theme()
        self._join()

    def _join(self) -> None:
        shell, pages, intake = self._shell, self._pages, self._intake
        shell.closing.connect(self._closed.set)
        shell.files_dropped.connect(self.take_in)
        shell.page_built.connect(self._arrangement.take_in)
        shell.theme_chosen.connect(self._keep_theme)
        shell.pause_toggled.connect(self._toggle_pause)
        shell.counter_chosen.connect(self._follow_counter)
        shell.strip.environment_chosen.connect(lambda: pages.go("connections"))
        shell.providers += [self._finds.actions, Guide(shell.messages).actions]
        shell.searches.append(self._finds.search)
        pages.settings_saved.connect(self._follow_settings)
        self._bridge.batch.connect(self._on_batch)
        self.tray_changed.connect(intake.tray_changed)
        intake.result.connect(lambda: self._marks.reached("first_result"))
        intake.first_result.connect(self._show_first_result)
        intake.results.connect(self._finds.look_for_documents)

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
        self._intake.start()
        self._figures.start()
        self._copies.start()
        ask_once_a_day(
            settings.current().update_url,
            self._state,
            self._background,
            self._services.blocking,
            self._shell.messages,
        )
        connections = self._services.connections
        if try_here:
            self._intake.try_here(files)
        elif not connections.chosen and not files:
            self._pages.go("welcome")
            self._marks.reached("welcome")
        else:
            first = "overview"
            if connections.over_api:
                first = "tasks"
                self._over_api.prepare()
            self._pages.go(first)
            self._marks.reached(first)
            self._resume(files)

    def _resume(self, files: Iterable[Path] = ()) -> None:
        """What a later start does: the same broker as before, and this computer's own processes
        where they are wanted."""
        connections = self._services.connections
        if connections.own and settings.current().start_local:
            self._intake.start_here(files)
            return

        def resumed(_: None) -> None:
            self.watch()
            self.take_in(files)

        self._background.run(connections.resume(), "go on with the connection", on_success=resumed)

    def watch(self) -> None:
        """Look at the broker, or the server of the API, that is chosen now."""
        services, connections = self._services, self._services.connections
        self._connection.show()
        self._watching = True
        if connections.place is not None:
            self._alert_watch.stop()
            self._copies.stop()
            self._finds.end()
            self._over_api.follow(connections.place, connections.who)
            return
        if self._over_api.on:
            self._over_api.leave()
            self._copies.start()
        services.documents.use(settings.current())
        services.monitor.start(
            connections.url, connections.key_prefix, results_url=connections.results_url
        )
        self._alert_watch.start()
        self._finds.begin()

    def take_in(self, files: Iterable[Path]) -> None:
        """Process files, on this computer where nothing else is looked at."""
        self._intake.take_in(files)

    def _show_first_result(self, sha256: str) -> None:
        self._pages.go("documents", {"sha256": sha256})
        self._introduction.offer()

    def _on_batch(self, batch: Batch) -> None:
        self._shell.set_connection(batch.connection)
        self._figures.take(batch)
        if self._over_api.on:
            self._over_api.take(batch)
        else:
            self._services.documents.apply(batch.tasks)
        self._finds.take(batch)

    def _follow_counter(self, key: str) -> None:
        if key in {"workers", "alerts"}:
            self._pages.go(key)
        elif key in COUNTED_STATES:
            self._pages.go("tasks", {"states": COUNTED_STATES[key]})

    def _show_alerts(self, page: str = "alerts", detail: object = None) -> None:
        """Bring the window to the front, with what is told of."""
        self._shell.come_forward()
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
            self._connection.changed()

    def _keep_theme(self, name: str) -> None:
        self._state.theme = "dark" if name == "dark" else "light"
        self._background.run(
            self._services.blocking.run(settings.save, {"theme": name}), "remember the theme"
        )

    async def _end(self) -> None:
        """Leave nothing behind: neither thread, timer nor process."""
        self._state.geometry = self._shell.saveGeometry()
        self._state.arrangement = self._arrangement.kept
        self._intake.stop()
        self._figures.stop()
        self._copies.stop()
        self._alert_watch.stop()
        self._bridge.stop()
        self._over_api.let_go()
        await self._background.close()
        await self._services.stop()
        self._over_api.close()
        await self._services.close()
        self._shell.leave()
