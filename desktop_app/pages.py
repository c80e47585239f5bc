"""The pages: each is built at its first show and handed what it uses."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.page_parts import PageParts
from desktop_app.ui.export import Exporter
from desktop_app.ui.shell import PageSpec, Shell

if TYPE_CHECKING:
    from desktop_app.views.welcome import WelcomePage


class Pages(QObject):
    """Adds the pages to the shell and leads from one to another."""

    files_chosen = Signal(list)
    try_here = Signal()
    connect_to = Signal(str)
    use_connection = Signal(object)
    read_only_wanted = Signal(bool)
    settings_saved = Signal(object)
    """The names of the settings that were written down."""
    connections_changed = Signal()
    """To be emitted when another connection is in use, or allows other things."""

    def __init__(self, shell: Shell, parts: PageParts) -> None:
        super().__init__(shell)
        self._shell = shell
        self._parts = parts
        self._exporter = Exporter(parts.background, shell.messages, self)
        for spec in (
            PageSpec("overview", "Overview", "overview", self._overview),
            PageSpec("tasks", "Tasks", "tasks", self._tasks),
            PageSpec("queues", "Queues", "queues", self._queues_page),
            PageSpec("workers", "Workers", "workers", self._workers_page),
            PageSpec("performance", "Performance", "insights", self._performance),
            PageSpec("alerts", "Alerts", "alerts", self._alerts_page),
            PageSpec("schedule", "Schedule", "schedule", self._schedule_page),
            PageSpec("documents", "Documents", "documents", self._documents_page),
            PageSpec("insights", "Insights", "candles", self._insights_page),
            PageSpec("models", "Models", "models", self._models_page),
            PageSpec("enqueue", "Enqueue", "send", self._enqueue),
            PageSpec("cluster", "Local cluster", "cluster", self._cluster_page),
            PageSpec("connections", "Connections", "link", self._connections_page),
            PageSpec("settings", "Settings", "settings", self._settings, "Ctrl+,"),
            PageSpec("welcome", "Welcome", "", self._welcome),
        ):
            shell.add_page(spec)

    def go(self, page: str, detail: Any = None) -> QWidget:
        """Show a page; ``detail`` tells it where to look."""
        widget = self._shell.show_page(page)
        if detail and hasattr(widget, "open"):
            widget.open(detail)
        return widget

    def welcome(self) -> "WelcomePage":
        """Show the page of the first run, where its steps are seen."""
        from desktop_app.views.welcome import WelcomePage

        page = self.go("welcome")
        if not isinstance(page, WelcomePage):
            raise TypeError("the welcome page is another")
        return page

    # Imports stand in the factories: a page that is not opened is not loaded.

    def _overview(self) -> QWidget:
        from desktop_app.views.overview import OverviewPage

        parts = self._parts
        page = OverviewPage(parts.bridge, alerts=parts.alerts)
        for chart in page.charts:
            self._exporter.attach(chart)
        page.navigate.connect(self.go)
        return page

    def _tasks(self) -> QWidget:
        from desktop_app.views.tasks import TasksPage

        parts = self._parts
        page = TasksPage(
            parts.bridge,
            parts.commands,
            parts.background,
            self._shell.messages,
            parts.saved,
            parts.history,
        )
        page.navigate.connect(self.go)
        return page

    def _queues_page(self) -> QWidget:
        from desktop_app.views.queues import QueuesPage

        parts = self._parts
        page = QueuesPage(
            parts.bridge,
            parts.queue_commands,
            parts.background,
            self._shell.messages,
            parts.history.held,
        )
        page.navigate.connect(self.go)
        return page

    def _workers_page(self) -> QWidget:
        from desktop_app.views.workers import WorkersPage

        parts = self._parts
        page = WorkersPage(
            parts.bridge,
            parts.workers,
            parts.dismiss_workers,
            parts.background,
            self._shell.messages,
        )
        page.navigate.connect(self.go)
        return page

    def _alerts_page(self) -> QWidget:
        from desktop_app.views.alerts import AlertsPage

        parts = self._parts
        page = AlertsPage(parts.alerts, parts.alerts_seen, parts.background, self._shell.messages)
        page.navigate.connect(self.go)
        page.look_wanted.connect(parts.look_at_alerts)
        return page

    def _schedule_page(self) -> QWidget:
        from desktop_app.views.schedule import SchedulePage

        parts = self._parts
        page = SchedulePage(parts.schedule, parts.background, self._shell.messages)
        page.navigate.connect(self.go)
        return page

    def _performance(self) -> QWidget:
        from desktop_app.views.performance import PerformancePage

        parts = self._parts
        page = PerformancePage(parts.bridge, parts.history, parts.background)
        for chart in (page.course.rate, page.course.share):
            self._exporter.attach(chart)
        page.navigate.connect(self.go)
        return page

    def _documents_page(self) -> QWidget:
        from desktop_app.services.kept import Kept
        from desktop_app.views.documents import DocumentsPage
        from worker_core import settings

        parts = self._parts
        kept = Kept(settings.current().data_dir / "documents-page.json")
        page = DocumentsPage(parts.documents, parts.background, self._shell.messages, kept)
        parts.tray_changed.connect(page.tray_changed)
        page.files_chosen.connect(self.files_chosen)
        page.navigate.connect(self.go)
        return page

    def _insights_page(self) -> QWidget:
        from desktop_app.views.insights import InsightsPage

        parts = self._parts
        page = InsightsPage(
            parts.bridge,
            parts.insights,
            parts.commands,
            parts.background,
            self._shell.messages,
            self._exporter,
        )
        page.navigate.connect(self.go)
        return page

    def _models_page(self) -> QWidget:
        from desktop_app.views.models import ModelsPage

        parts = self._parts
        page = ModelsPage(parts.models, parts.background, self._shell.messages)
        page.navigate.connect(self.go)
        return page

    def _enqueue(self) -> QWidget:
        from desktop_app.views.enqueue import EnqueuePage

        parts = self._parts
        page = EnqueuePage(
            parts.commands,
            parts.background,
            self._shell.messages,
            parts.names,
            parts.presets,
            parts.bridge,
        )
        page.navigate.connect(self.go)
        return page

    def _cluster_page(self) -> QWidget:
        from desktop_app.views.cluster import ClusterPage

        parts = self._parts
        return ClusterPage(parts.cluster, parts.background, self._shell.messages)

    def _connections_page(self) -> QWidget:
        from desktop_app.views.connections import ConnectionsPage

        parts = self._parts
        page = ConnectionsPage(parts.connections, parts.background, self._shell.messages)
        page.use.connect(self.use_connection)
        page.read_only_wanted.connect(self.read_only_wanted)
        self.connections_changed.connect(page.refresh)
        return page

    def _settings(self) -> QWidget:
        from desktop_app.views.settings import SettingsPage
        from worker_core.settings.declared import subjects

        parts = self._parts
        page = SettingsPage(parts.preferences, subjects(), parts.background, self._shell.messages)
        page.saved.connect(self.settings_saved)
        return page

    def _welcome(self) -> QWidget:
        from desktop_app.views.welcome import WelcomePage

        page = WelcomePage()
        page.try_here.connect(self.try_here)
        page.connect_to.connect(self.connect_to)
        return page
