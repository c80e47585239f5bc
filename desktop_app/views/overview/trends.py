"""The two charts of the overview, and how far back they reach."""

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.ui import formats
from desktop_app.ui.charts import Line, LineChart
from desktop_app.ui.controls import button, heading
from desktop_app.ui.tokens import Space
from desktop_app.views.overview.picture import Picture

_WINDOWS = {300: "5 min", 900: "15 min", 3600: "1 h"}
_MEAN_OVER = {300: 10, 900: 30, 3600: 60}
"""Seconds that each point is the mean of: rare tasks make a line, not needles."""


class Trends(QWidget):
    """Throughput and backlog over the last minutes."""

    def __init__(self) -> None:
        super().__init__()
        self._window = 300
        self._picture: Picture | None = None
        self._ended = LineChart(
            "Ended/min",
            [Line("succeeded", "Succeeded", "ok"), Line("failed", "Failed", "danger")],
            format=formats.compact,
            least_top=10.0,
        )
        self._depth = LineChart(
            "Waiting in all queues",
            [Line("depth", "Tasks", "series:1")],
            format=formats.compact,
            least_top=10.0,
        )
        self.charts = (self._ended, self._depth)
        charts = QHBoxLayout()
        charts.setSpacing(Space.M)
        for chart in self.charts:
            # Of one width, whatever their legends need.
            chart.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
            charts.addWidget(chart, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addLayout(self._head())
        layout.addLayout(charts, 1)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(Space.XS)
        head.addWidget(heading("Trends"))
        head.addStretch(1)
        self._choice = QButtonGroup(self)
        for seconds, words in _WINDOWS.items():
            choice = button(words)
            choice.setCheckable(True)
            choice.setChecked(seconds == self._window)
            choice.setAccessibleName(f"Charts over the last {words}")
            self._choice.addButton(choice, seconds)
            head.addWidget(choice)
        self._choice.idToggled.connect(self._window_chosen)
        return head

    def _window_chosen(self, seconds: int, chosen: bool) -> None:
        if not chosen:
            return
        self._window = seconds
        for chart in self.charts:
            chart.set_window(seconds)
        if self._picture is not None:
            self.refresh(self._picture)

    def refresh(self, picture: Picture) -> None:
        """Draws the series of the picture; call it when there is a new one."""
        self._picture = picture
        series = picture.series
        if series is None or not len(series.times):
            return
        from desktop_app.views.overview import figures

        over = _MEAN_OVER[self._window]
        now = float(series.times[-1]) + 1
        gaps = figures.unheard(series, picture.gaps)
        rates = {
            "succeeded": figures.per_minute(series.succeeded, over),
            "failed": figures.per_minute(series.failed, over),
        }
        data = {name: figures.line(series.times, rate) for name, rate in rates.items()}
        self._ended.set_data(data, now, gaps)
        self._depth.set_data({"depth": figures.line(series.times, series.depth)}, now, gaps)
