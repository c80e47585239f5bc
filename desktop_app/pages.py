"""The pages: each is built at its first show and handed what it uses."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from desktop_app.qt_models.bridge import Bridge
from desktop_app.services.alerts import Alerts
from desktop_app.services.cluster import Cluster
from desktop_app.services.commands import Commands
from desktop_app.services.connection import Connections
from desktop_app.services.documents import Documents
from desktop_app.services.history import TaskHistory
from desktop_app.services.insights import Insights
from desktop_app.services.models import Models
from desktop_app.services.names import Names
from desktop_app.services.preferences import Preferences
from desktop_app.services.presets import Presets
from desktop_app.services.queues import QueueCommands
from desktop_app.services.saved_queries import SavedQueries
from desktop_app.services.schedule import Schedule
from desktop_app.services.workers import Workers
from desktop_app.ui.background import Background
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

    def __init__(
        self,
        shell: Shell,
        *,
        bridge: Bridge,
        alerts: Alerts,
        alerts_seen: SignalInstance,
        look_at_alerts: Callable[[], object],
        background: Background,
        commands: Commands,
        queue_commands: QueueCommands,
        cluster: Cluster,
        connections: Connections,
        documents: Documents,
        history: TaskHistory,
        insights: Insights,
        models: Models,
        names: Names,
        preferences: Preferences,
        presets: Presets,
        workers: Workers,
        dismiss_workers: Callable[[Iterable[str]], object],
        saved: SavedQueries,
        schedule: Schedule,
        tray_changed: SignalInstance,
    ) -> None:
        super().__init__(shell)
        self._shell = shell
        self._bridge = bridge
        self._alerts = alerts
        self._alerts_seen, self._look_at_alerts = alerts_seen, look_at_alerts
        self._background = background
        self._commands = commands
        self._queue_commands = queue_commands
        self._cluster = cluster
        self._connections = connections
        self._documents = documents
        self._history = history
        self._insights = insights
        self._exporter = Exporter(background, shell.messages, self)
        self._models = models
        self._names = names
        self._preferences = preferences
        self._presets = presets
        self._workers = workers
        self._dismiss_workers = dismiss_workers
        self._saved = saved
        self._schedule = schedule
        self._tray_changed = tray_changed
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

        page = OverviewPage(self._bridge, alerts=self._alerts)
        for chart in page.charts:
            self._exporter.attach(chart)
        page.navigate.connect(self.go)
        return page

    def _tasks(self) -> QWidget:
        from desktop_app.views.tasks import TasksPage

        page = TasksPage(
            self._bridge,
            self._commands,
            self._background,
            self._shell.messages,
            self._saved,
            self._history,
        )
        page.navigate.connect(self.go)
        return page

    def _queues_page(self) -> QWidget:
        from desktop_app.views.queues import QueuesPage

        page = QueuesPage(
            self._bridge,
            self._queue_commands,
            self._background,
            self._shell.messages,
            self._history.held,
        )
        page.navigate.connect(self.go)
        return page

    def _workers_page(self) -> QWidget:
        from desktop_app.views.workers import WorkersPage

        page = WorkersPage(
            self._bridge,
            self._workers,
            self._dismiss_workers,
            self._background,
            self._shell.messages,
        )
        page.navigate.connect(self.go)
        return page

    def _alerts_page(self) -> QWidget:
        from desktop_app.views.alerts import AlertsPage

        page = AlertsPage(self._alerts, self._alerts_seen, self._background, self._shell.messages)
        page.navigate.connect(self.go)
        page.look_wanted.connect(self._look_at_alerts)
        return page

    def _schedule_page(self) -> QWidget:
        from desktop_app.views.schedule import SchedulePage

        page = SchedulePage(self._schedule, self._background, self._shell.messages)
        page.navigate.connect(self.go)
        return page

    def _performance(self) -> QWidget:
        from desktop_app.views.performance import PerformancePage

        page = PerformancePage(self._bridge, self._history, self._background)
        for chart in (page.course.rate, page.course.share):
            self._exporter.attach(chart)
        page.navigate.connect(self.go)
        return page

    def _documents_page(self) -> QWidget:
        from desktop_app.services.kept import Kept
        from desktop_app.views.documents import DocumentsPage
        from worker_core import settings

        kept = Kept(settings.current().data_dir / "documents-page.json")
        page = DocumentsPage(self._documents, self._background, self._shell.messages, kept)
        self._tray_changed.connect(page.tray_changed)
        page.files_chosen.connect(self.files_chosen)
        page.navigate.connect(self.go)
        return page

    def _insights_page(self) -> QWidget:
        from desktop_app.views.insights import InsightsPage

        page = InsightsPage(
            self._bridge,
            self._insights,
            self._commands,
            self._background,
            self._shell.messages,
            self._exporter,
        )
        page.navigate.connect(self.go)
        return page

    def _models_page(self) -> QWidget:
        from desktop_app.views.models import ModelsPage

        page = ModelsPage(self._models, self._background, self._shell.messages)
        page.navigate.connect(self.go)
        return page

    def _enqueue(self) -> QWidget:
        from desktop_app.views.enqueue import EnqueuePage

        page = EnqueuePage(
            self._commands,
            self._background,
            self._shell.messages,
            self._names,
            self._presets,
            self._bridge,
        )
        page.navigate.connect(self.go)
        return page

    def _cluster_page(self) -> QWidget:
        from desktop_app.views.cluster import ClusterPage

        return ClusterPage(self._cluster, self._background, self._shell.messages)

    def _connections_page(self) -> QWidget:
        from desktop_app.views.connections import ConnectionsPage

        page = ConnectionsPage(self._connections, self._background, self._shell.messages)
        page.use.connect(self.use_connection)
        page.read_only_wanted.connect(self.read_only_wanted)
        self.connections_changed.connect(page.refresh)
        return page

    def _settings(self) -> QWidget:
        from desktop_app.views.settings import SettingsPage
        from worker_core.settings.declared import subjects

        page = SettingsPage(self._preferences, subjects(), self._background, self._shell.messages)
        page.saved.connect(self.settings_saved)
        return page

    def _welcome(self) -> QWidget:
        from desktop_app.views.welcome import WelcomePage

        page = WelcomePage()
        page.try_here.connect(self.try_here)
        page.connect_to.connect(self.connect_to)
        return page
