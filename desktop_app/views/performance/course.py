"""The course of what is chosen, and the way to its tasks."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.monitor.history.figures import By
from desktop_app.services.history import Report
from desktop_app.ui import fonts, formats
from desktop_app.ui.bands import bands
from desktop_app.ui.charts import Line, LineChart
from desktop_app.ui.controls import Label, button
from desktop_app.ui.tokens import Space
from desktop_app.views.performance import wording
from desktop_app.views.performance.figures import curves

HEIGHT = 250
"""Of both charts with what is above them, at least."""

_BANDS = 500
"""Gaps that lie closer together than the span by so many are one band."""
_ALL = {"name": "All tasks", "queue": "All queues", "worker": "All workers"}


def _unit(highest: float) -> tuple[str, int]:
    """In which a rate, given in events a second, reads well, with its seconds."""
    for unit, seconds in (("second", 1), ("minute", 60)):
        if highest * seconds >= 10:
            return unit, seconds
    return "hour", 3600


class CoursePane(QWidget):
    """Two charts over the span: what ended, and the share of it that failed."""

    tasks_wanted = Signal(bool)
    """Those of what is chosen; with True only the failed ones."""
    all_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(HEIGHT)
        self._what = Label(font=fonts.strong(13), elide=Qt.TextElideMode.ElideMiddle)
        self.all = button("All together", self.all_wanted.emit, kind="quiet")
        self.failures = button("Its failures", lambda: self.tasks_wanted.emit(True))
        self.tasks = button("Its tasks", lambda: self.tasks_wanted.emit(False))
        self.rate = LineChart(
            "Tasks that ended",
            [Line("ended", "Ended", "series:0"), Line("failed", "Failed", "danger")],
            format=formats.compact,
        )
        self.share = LineChart(
            "Share that failed",
            [Line("share", "Failed", "danger")],
            format=formats.percent,
            least_top=0.02,
            most_top=1.0,
        )
        self._what.setMinimumHeight(self.tasks.sizeHint().height())
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self._what, 1)
        for made in (self.all, self.failures, self.tasks):
            head.addWidget(made)
        charts = QHBoxLayout()
        charts.setSpacing(Space.M)
        charts.addWidget(self.rate)
        charts.addWidget(self.share)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addLayout(head)
        layout.addLayout(charts, 1)

    def show_report(self, report: Report, by: By, key: str | None) -> None:
        """The course of ``key``, or of all together."""
        self._what.setText(_ALL[by] if key is None else wording.label(key, by))
        for made in (self.all, self.failures, self.tasks):
            made.setVisible(key is not None)
        # What was not told cannot be searched for.
        self.failures.setEnabled(bool(key))
        self.tasks.setEnabled(bool(key))
        until = report.until
        for chart in (self.rate, self.share):
            chart.set_window(until - report.course_since)
        near = (until - report.course_since) / _BANDS
        gaps = bands(((gap.start, gap.end) for gap in report.gaps), near)
        lines = curves(report.course, report.course_since, until)
        # One unit for the axis and the figures beside it.
        unit, seconds = _unit(float(lines.ended.max(initial=0.0)))
        self.rate.set_title(f"Tasks that ended per {unit}")
        ended, failed = lines.ended * seconds, lines.failed * seconds
        drawn = {"ended": (lines.times, ended), "failed": (lines.times, failed)}
        self.rate.set_data(drawn, until, gaps)
        self.share.set_data({"share": (lines.share_times, lines.share)}, until, gaps)
