"""The overview as a page."""

import time
from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.monitor.rows import Batch
from desktop_app.qt_models.bridge import Bridge
from desktop_app.qt_models.words import clean
from desktop_app.services.alerts import Alerts
from desktop_app.ui.cards import VerdictBanner
from desktop_app.ui.charts import LineChart
from desktop_app.ui.controls import button
from desktop_app.ui.tokens import Space, Tone
from desktop_app.views.overview.alarms import alarms
from desktop_app.views.overview.attention import Attention
from desktop_app.views.overview.concern import Remedy
from desktop_app.views.overview.concerns import concerns, worst_first
from desktop_app.views.overview.picture import Picture
from desktop_app.views.overview.queues import Queues
from desktop_app.views.overview.stats import Stats
from desktop_app.views.overview.trends import Trends
from desktop_app.views.overview.verdict import Verdict, verdict
from desktop_app.views.overview.workers import Workers

_TICK_MS = 1000
# Batches come ten times a second; words that change faster than this cannot be read.
_SOON_MS = 200


class OverviewPage(QWidget):
    """Verdict, numbers, trends, concerns, queues and workers.

    Does nothing until :meth:`shown` and nothing after :meth:`hidden`.
    """

    navigate = Signal(str, object)
    """A page id and what to show there."""

    def __init__(
        self, bridge: Bridge, parent: QWidget | None = None, *, alerts: Alerts | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._alerts = alerts
        self._picture = Picture()
        self._following = False
        self._remedy: Remedy | None = None
        self._banner = VerdictBanner()
        self._step = button("", self._take_step, kind="primary")
        self._stats = Stats()
        self._trends = Trends()
        self._attention = Attention()
        self._queues = Queues()
        self._workers = Workers()
        self._attention.chosen.connect(self._apply_remedy)
        self._queues.chosen.connect(lambda name: self.navigate.emit("tasks", {"queue": name}))
        self._workers.chosen.connect(lambda name: self.navigate.emit("tasks", {"worker": name}))
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._each_second)
        self._soon = QTimer(self, interval=_SOON_MS, singleShot=True)
        self._soon.timeout.connect(self._refresh)
        self._lay_out()

    @property
    def charts(self) -> Sequence[LineChart]:
        return self._trends.charts

    def _lay_out(self) -> None:
        banner = self._banner.layout()
        if banner is not None:
            banner.addWidget(self._step)
        courses = _side_by_side((self._trends, 16), (self._queues, 5))
        lists = _side_by_side((self._attention, 1), (self._workers, 1))
        content = QWidget()
        rows = QVBoxLayout(content)
        rows.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        rows.setSpacing(Space.M)
        rows.addWidget(self._banner)
        rows.addWidget(self._stats)
        rows.addLayout(courses, 5)
        rows.addLayout(lists, 4)
        scroll = QScrollArea()
        scroll.setAccessibleName("Overview")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(content)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(scroll)

    def shown(self) -> None:
        """Catches up with what happened while hidden, then follows."""
        if self._following:
            return
        self._following = True
        self._stats.forget()
        self._absorb(self._bridge.snapshot())
        self._bridge.batch.connect(self._batch)
        self._tick.start()
        self._each_second()

    def hidden(self) -> None:
        if not self._following:
            return
        self._following = False
        self._bridge.batch.disconnect(self._batch)
        self._tick.stop()
        self._soon.stop()

    def _batch(self, batch: Batch) -> None:
        self._absorb(batch)
        if not self._soon.isActive():
            self._soon.start()

    def _absorb(self, batch: Batch) -> None:
        self._picture.absorb(batch)
        self._workers.apply(batch)
        if batch.series is not None:
            self._trends.refresh(self._picture)

    def _each_second(self) -> None:
        self._stats.refresh(self._picture, time.time())
        self._refresh()
        self._workers.refresh_ages()

    def _refresh(self) -> None:
        now = time.time()
        status = self._picture.connection.status
        stale = status != "live"
        found = concerns(self._picture, now)
        if self._alerts is not None:
            found = worst_first([*found, *alarms(self._alerts.book, now)])
        self._show_verdict(verdict(self._picture, found))
        self._attention.show_concerns(found, known=status in {"live", "lost"})
        self._queues.show_queues(self._picture.queues, stale=stale)
        self._workers.set_stale(stale)

    def _show_verdict(self, result: Verdict) -> None:
        tone = Tone(result.severity)
        self._banner.set_verdict(tone, clean(result.sentence), clean(result.detail))
        self._remedy = result.remedy
        self._step.setVisible(result.remedy is not None)
        if result.remedy is not None:
            self._step.setText(result.remedy.label)

    def _take_step(self) -> None:
        if self._remedy is not None:
            self._apply_remedy(self._remedy)

    def _apply_remedy(self, remedy: Remedy) -> None:
        self.navigate.emit(remedy.page, remedy.detail)


def _side_by_side(*parts: tuple[QWidget, int]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(Space.M)
    for part, share in parts:
        # Its share alone decides, so that nothing moves sideways when a text grows.
        part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(part, share)
    return row
