"""What the pages are handed, each of them no more than it uses."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

from PySide6.QtCore import SignalInstance

from desktop_app.alert_watch import AlertWatch
from desktop_app.qt_models.bridge import Bridge
from desktop_app.service_set import ServiceSet
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


@dataclass(frozen=True, kw_only=True)
class PageParts:
    """All of it, for who builds the pages (docs/decisions/0001)."""

    bridge: Bridge
    background: Background
    alerts: Alerts
    alerts_seen: SignalInstance
    look_at_alerts: Callable[[], object]
    commands: Commands
    queue_commands: QueueCommands
    cluster: Cluster
    connections: Connections
    documents: Documents
    tray_changed: SignalInstance
    history: TaskHistory
    insights: Insights
    models: Models
    names: Names
    preferences: Preferences
    presets: Presets
    workers: Workers
    dismiss_workers: Callable[[Iterable[str]], object]
    saved: SavedQueries
    schedule: Schedule

    @classmethod
    def of(
        cls,
        services: ServiceSet,
        bridge: Bridge,
        background: Background,
        alert_watch: AlertWatch,
        tray_changed: SignalInstance,
    ) -> Self:
        """Those of a window's services."""
        return cls(
            bridge=bridge,
            background=background,
            alerts=services.alerts,
            alerts_seen=alert_watch.changed,
            look_at_alerts=alert_watch.look,
            commands=services.commands,
            queue_commands=services.queue_commands,
            cluster=services.cluster,
            connections=services.connections,
            documents=services.documents,
            tray_changed=tray_changed,
            history=services.history,
            insights=services.insights,
            models=services.models,
            names=services.names,
            preferences=services.preferences,
            presets=services.presets,
            workers=services.workers,
            dismiss_workers=services.monitor.dismiss,
            saved=services.saved,
            schedule=services.schedule,
        )
