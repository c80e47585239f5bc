"""What the window knows and can do, built once from its settings. No Qt."""

from collections.abc import Callable

from desktop_app.monitor.history import Limits
from desktop_app.monitor.monitor import Monitor
from desktop_app.services.alerts import Alerts
from desktop_app.services.blocking import Blocking
from desktop_app.services.cluster import Cluster
from desktop_app.services.connection import Connections
from desktop_app.services.documents import Documents
from desktop_app.services.history import TaskHistory
from desktop_app.services.insights import Insights
from desktop_app.services.models import Models
from desktop_app.services.names import Names
from desktop_app.services.positions import JournalPositions
from desktop_app.services.preferences import Preferences
from desktop_app.services.presets import Presets
from desktop_app.services.queues import QueueCommands
from desktop_app.services.saved_queries import SavedQueries
from desktop_app.services.schedule import Schedule
from desktop_app.services.served_commands import CommandsInUse
from desktop_app.services.workers import Workers
from worker_core import catalog
from worker_core.settings import Settings

THREADS = 6


class ServiceSet:
    """Each service once, over one pool of threads. End it with ``stop``, then ``close``.

    :param over_api: whether everything goes through a server of the API
    """

    def __init__(self, values: Settings, over_api: Callable[[], bool]) -> None:
        blocking = Blocking(THREADS, "desk")
        self.blocking = blocking
        self.connections = Connections(blocking)
        self.cluster = Cluster(values)
        self.documents = Documents(values, blocking)
        self.monitor = Monitor(
            history_tasks=values.history_tasks,
            queue_names=tuple(catalog.QUEUES),
            ask=self.connections.ask_workers,
            ask_queues=self.connections.ask_queues,
            positions=JournalPositions(values.data_dir / "journal-read.json"),
            history_dir=values.data_dir / "history" if values.history_mb else None,
            limits=Limits(values.history_days, values.history_mb),
        )
        self.history = TaskHistory(blocking, lambda: self.monitor.history, self.monitor.task)
        self.alerts = Alerts(blocking)
        self.commands = CommandsInUse(blocking)
        self.queue_commands = QueueCommands(blocking)
        self.insights = Insights(blocking)
        self.models = Models(blocking)
        self.names = Names(blocking, over_api)
        self.preferences = Preferences(blocking)
        self.presets = Presets(values.data_dir / "presets")
        self.workers = Workers(blocking)
        self.saved = SavedQueries(values.data_dir / "searches.json")
        self.schedule = Schedule(blocking)

    async def stop(self) -> None:
        """Listen no more."""
        await self.blocking.run(self.monitor.stop)

    async def close(self) -> None:
        """End the processes that this window started, and the threads."""
        await self.cluster.stop_all(mine_only=True)
        self.documents.close()
        self.cluster.close()
        self.blocking.close()
