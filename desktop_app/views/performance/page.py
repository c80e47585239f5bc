"""The Performance page: rates, failures, waits and run times, by task, queue or worker."""

import time
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QTabBar, QVBoxLayout, QWidget

from desktop_app.monitor.history.figures import By
from desktop_app.monitor.query.unparse import amount
from desktop_app.monitor.rows import Batch, Status
from desktop_app.qt_models.bridge import Bridge
from desktop_app.services.history import Report, TaskHistory
from desktop_app.ui import fonts
from desktop_app.ui.background import Background
from desktop_app.ui.controls import Label, Surface
from desktop_app.ui.picker import Picker
from desktop_app.ui.tokens import Size, Space
from desktop_app.views.performance import wording
from desktop_app.views.performance.course import CoursePane
from desktop_app.views.performance.figures import KINDS, RANGES, Line, lines
from desktop_app.views.performance.nothing import explained
from desktop_app.views.performance.table import FiguresModel, FiguresTable

EVERY_MS = 5_000
"""Between two looks at the figures."""

_FIRST_RANGE = 2
_ROWS_AT_LEAST = 3
# Qt's own bound, which the bindings do not name.
QWIDGETSIZE_MAX = 2**24 - 1


class PerformancePage(QWidget):
    """A span and a kind above, then what there is to say, the table, and the course of the row
    with the cursor."""

    navigate = Signal(str, object)

    def __init__(
        self,
        bridge: Bridge,
        history: TaskHistory,
        background: Background,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._history = history
        self._background = background
        self._live = self._looking = False
        # An answer to an earlier question is not shown.
        self._number = 0
        self._lines: list[Line] = []
        self._chosen: str | None = None
        self._status: Status = "connecting"
        self._reason = ""
        self.ranges = QTabBar()
        self.kinds = Picker()
        self.verdict = Label(font=fonts.strong(15))
        self.totals = Label(font=fonts.sans(12), ink="text_muted")
        self.model = FiguresModel(self)
        self.table = FiguresTable()
        self.table.setModel(self.model)
        self._card = Surface()
        self.course = CoursePane()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._arrange()
        self._join()

    def _arrange(self) -> None:
        self.ranges.setAccessibleName("Span of time")
        self.ranges.setDrawBase(False)
        self.ranges.setExpanding(False)
        for words, _ in RANGES:
            self.ranges.addTab(words)
        self.ranges.setCurrentIndex(_FIRST_RANGE)
        self.kinds.setAccessibleName("Figures of")
        for words, by, _ in KINDS:
            self.kinds.addItem(words, by)
        for label in (self.verdict, self.totals):
            label.setWordWrap(True)
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(self.ranges)
        head.addStretch(1)
        head.addWidget(self.kinds)
        inside = QVBoxLayout(self._card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.setSpacing(Space.M)
        layout.addLayout(head)
        layout.addWidget(self.verdict)
        layout.addWidget(self.totals)
        layout.addWidget(self._card, 3)
        layout.addWidget(self.course, 2)
        self.setFocusProxy(self.table)

    def _join(self) -> None:
        self.ranges.currentChanged.connect(lambda _: self._look_anew())
        self.kinds.currentIndexChanged.connect(lambda _: self._choose_kind())
        self.table.opened.connect(lambda _: self._go_to_tasks(failed=False))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._choose_selected())
        self.table.sorted_anew.connect(self._show_rows)
        self.course.tasks_wanted.connect(lambda failed: self._go_to_tasks(failed=failed))
        self.course.all_wanted.connect(self._choose_all)
        self._timer.timeout.connect(self._look)

    @property
    def by(self) -> By:
        return KINDS[max(self.kinds.currentIndex(), 0)][1]

    @property
    def seconds(self) -> float:
        """The length of the span."""
        return RANGES[max(self.ranges.currentIndex(), 0)][1]

    # What the window calls

    def shown(self) -> None:
        """Look, and look again from now on."""
        if self._live:
            return
        self._live = True
        self._status = self._bridge.snapshot().connection.status
        self._bridge.batch.connect(self._heard)
        self._timer.start()
        self._look_anew()

    def hidden(self) -> None:
        """Nothing is asked for, and no timer runs."""
        if not self._live:
            return
        self._live = False
        self._bridge.batch.disconnect(self._heard)
        self._timer.stop()

    # The figures

    def _heard(self, batch: Batch) -> None:
        self._status = batch.connection.status
        if batch.reset:  # of another system, or the same anew
            self._chosen = None
            self._look_anew()

    def _choose_kind(self) -> None:
        self._chosen = None
        self._look_anew()

    def _look_anew(self) -> None:
        """Another question: the one before it is void."""
        self._number += 1
        self._looking = False
        if self._live:
            self._ask()

    def _look(self) -> None:
        if not self._bridge.paused and not self._looking:
            self._ask()

    def _ask(self) -> None:
        self._looking = True
        until = time.time()
        self._background.run(
            self._history.report(until - self.seconds, until, self.by, self._chosen),
            "read the figures",
            on_success=partial(self._take, self._number),
            on_failure=partial(self._explain_failure, self._number),
            owner=self,
        )

    def _take(self, number: int, report: Report) -> None:
        if number != self._number:
            return
        self._looking = False
        self._lines = lines(report)
        self.verdict.setText(wording.verdict(self._lines, self.by))
        self.verdict.setVisible(bool(self._lines))
        self.totals.set_ink("text_muted")
        self.totals.setText(
            wording.totals(report, self._lines, report.until) if self._lines else wording.ACCURACY
        )
        self._explain_emptiness()
        self._show_rows()
        # What the rows do not need is the charts'.
        rows = Size.HEADER + max(len(self._lines), _ROWS_AT_LEAST) * Size.ROW + Space.XS
        self._card.setMaximumHeight(rows if self._lines else QWIDGETSIZE_MAX)
        self.course.setVisible(bool(self._lines))
        if self._lines:
            self.course.show_report(report, self.by, self._chosen)

    def _explain_failure(self, number: int, error: Exception) -> None:
        if number != self._number:
            return
        self._looking = False
        said = getattr(error, "message", "") or str(error)
        self.totals.set_ink("warning")
        self.totals.setText(" ".join(filter(None, (said, getattr(error, "remedy", "")))))

    def _explain_emptiness(self) -> None:
        longest = self.ranges.count() - 1
        words = RANGES[self.ranges.currentIndex()][0]
        idle, kept = self._status == "idle", self._history.kept
        reason = f"{kept} {idle} {words}"
        if reason != self._reason and not self._lines:
            self._reason = reason
            self.table.set_empty(
                explained(
                    words,
                    kept=kept,
                    idle=idle,
                    longer=None
                    if self.ranges.currentIndex() == longest
                    else lambda: self.ranges.setCurrentIndex(longest),
                    go=lambda page: self.navigate.emit(page, None),
                )
            )

    # The rows

    def _show_rows(self) -> None:
        chosen = self._chosen
        self.model.show_by(self.by, self.table.in_order(self._lines, self.by))
        if chosen is not None:
            self._chosen = chosen
            keys = [line.key for line in self.model.rows]
            if chosen in keys and self.table.selected_rows() != [keys.index(chosen)]:
                self.table.selectRow(keys.index(chosen))

    def _choose_selected(self) -> None:
        rows = self.table.selected_rows()
        key = self.model.row_at(rows[0]).key if rows else None
        if key is not None and key != self._chosen:
            self._chosen = key
            self._look_anew()

    def _choose_all(self) -> None:
        self._chosen = None
        self.table.clearSelection()
        self.table.setCurrentIndex(self.model.index(-1, -1))
        self._look_anew()

    def _go_to_tasks(self, *, failed: bool) -> None:
        if self._chosen:
            detail: dict[str, object] = {
                "query": f"ended:<{amount(self.seconds)}",
                self.by: self._chosen,
            }
            if failed:
                detail["states"] = frozenset({"FAILURE"})
            self.navigate.emit("tasks", detail)
