"""Systemic risk: each measure with its place in its own history, and who adds to it."""

from functools import partial
from typing import Final

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop_app.qt_models.keyed_table import Cell
from desktop_app.qt_models.listed_table import ListedTableModel
from desktop_app.services.insights import Risk
from desktop_app.ui import fonts, formats, theme
from desktop_app.ui.cards import VerdictBanner
from desktop_app.ui.columns import Column, Kind
from desktop_app.ui.controls import Label, Surface, caption
from desktop_app.ui.export import Exporter
from desktop_app.ui.picker import Picker
from desktop_app.ui.tables import Table
from desktop_app.ui.timechart import Curve, Sessions, Span, TimeChart
from desktop_app.ui.tokens import Space, Tone
from desktop_app.views.insights import wording
from desktop_app.views.insights.drawn import days
from worker_core.storage import RiskSeries, RiskUniverse

SHOWN: Final = 504
"""Sessions that are in sight first: two years."""
MOST_NAMES: Final = 40
NAMED: Final = 3
LONGEST_STEP: Final = 31
"""Days without a value, beyond which a line is broken."""
_ORDER: Final = tuple(wording.MEASURES)


class Contributions(QWidget):
    """What each name adds, as bars, the largest first."""

    _ROW = 22

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[tuple[str, float]] = []
        self._measure = ""
        self.setAccessibleName("Contributions by name")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, rows: list[tuple[str, float]], measure: str) -> None:
        self.rows, self._measure = rows, measure
        spoken = (f"{name} {wording.risk(value, measure)}" for name, value in rows)
        self.setAccessibleDescription(", ".join(spoken))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, self._ROW * max(len(self.rows), 1))

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setFont(fonts.sans(12))
        largest = max((abs(value) for _, value in self.rows), default=0.0) or 1.0
        left, right = 84, 64
        room = max(self.width() - left - right, 1)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        for row, (name, value) in enumerate(self.rows):
            top = row * self._ROW
            painter.setPen(t.text)
            words = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, left - 8)
            painter.drawText(QRectF(0, top, left, self._ROW), middle, words)
            ink = t.series[1] if value >= 0 else t.series[4]
            wide = max(room * abs(value) / largest, 1.0)
            painter.fillRect(QRectF(left, top + 6, wide, self._ROW - 12), ink)
            painter.setPen(t.text_muted)
            place = QRectF(self.width() - right, top, right - 2, self._ROW)
            said = wording.risk(value, self._measure)
            painter.drawText(place, middle | int(Qt.AlignmentFlag.AlignRight), said)


class RiskPane(QWidget):
    """``wanted`` asks for the measures of a universe and window."""

    wanted = Signal(object)
    """A ``RiskUniverse``."""

    def __init__(self, exporter: Exporter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._risk: Risk | None = None
        self.banner = VerdictBanner()
        self.banner.set_verdict(Tone.ACCENT, "Coincident, not a forecast", wording.COINCIDENT)
        self.universes = Picker()
        self.model = ListedTableModel[RiskSeries](
            [
                Cell("Measure", lambda one: _title(one.measure), lambda one: _meaning(one.measure)),
                Cell("Value", lambda one: wording.risk(one.values[-1], one.measure)),
                Cell("Percentile", lambda one: _share(one.percentiles[-1])),
            ],
            lambda one: one.measure,
            self,
        )
        self.table = Table(
            "Measures of systemic risk",
            [
                Column(stretch=True),
                Column(Kind.NUMBER, 84),
                Column(Kind.PROGRESS, 104),
            ],
        )
        self.span = Span(self)
        self.chart = TimeChart("Measure", self.span, wording.figure)
        self.percentiles = TimeChart("Percentile", self.span, _per_cent)
        self.contributions = Contributions()
        self._who = caption("Who adds to it")
        self.notes = Label(font=fonts.sans(12), ink="text_muted")
        for chart in (self.chart, self.percentiles):
            exporter.attach(chart)
        self._arrange()
        self.universes.currentIndexChanged.connect(lambda _: self._choose_universe())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._draw())

    def _arrange(self) -> None:
        self.universes.setAccessibleName("Names and window")
        self.table.setModel(self.model)
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.notes.setWordWrap(True)
        card = Surface()
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.table)
        left = QVBoxLayout()
        left.setSpacing(Space.S)
        left.addWidget(self.universes)
        left.addWidget(card, 3)
        left.addWidget(self._who)
        scroll = QScrollArea()
        scroll.setAccessibleName("Contributions")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.contributions)
        left.addWidget(scroll, 2)
        right = QVBoxLayout()
        right.setSpacing(Space.S)
        right.addWidget(self.chart, 3)
        right.addWidget(self.percentiles, 2)
        right.addWidget(self.notes)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addLayout(left, 4)
        row.addLayout(right, 6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(self.banner)
        layout.addLayout(row, 1)
        self.setFocusProxy(self.table)

    def show_risk(self, risk: Risk) -> None:
        """The measures of one universe, the measure that was chosen still chosen."""
        chosen = self.measure
        same = self._risk is not None and self._risk.universe == risk.universe
        self._risk = risk
        self.universes.blockSignals(True)
        self.universes.clear()
        for one in risk.universes:
            self.universes.addItem(_universe(one), one)
        place = risk.universes.index(risk.universe) if risk.universe in risk.universes else -1
        self.universes.setCurrentIndex(place)
        self.universes.blockSignals(False)
        order = {name: at for at, name in enumerate(_ORDER)}
        rows = sorted(risk.measures, key=lambda one: order.get(one.measure, len(order)))
        self.model.show(rows)
        names = [one.measure for one in rows]
        if rows:
            self.table.selectRow(names.index(chosen) if chosen in names else 0)
            every = sorted({day for one in rows for day in one.dates})
            sessions = Sessions(days(every))
            if not same or len(sessions) != len(self.span.sessions):
                self.span.set_sessions(sessions, 0.0, len(sessions) - 1.0)
                self.show_last(SHOWN)
        self.notes.setText(" ".join(_notes(risk.universe)))
        self._draw()

    def show_last(self, sessions: int | None) -> None:
        """So many sessions up to the last, or all there are."""
        least, most = self.span.whole
        self.span.show(least if sessions is None else most - sessions, most)

    @property
    def measure(self) -> str | None:
        rows = self.table.selected_rows()
        return self.model.row_at(rows[0]).measure if rows else None

    def _choose_universe(self) -> None:
        if (one := self.universes.currentData()) is not None:
            self.wanted.emit(one)

    def _draw(self) -> None:
        rows = self.table.selected_rows()
        if not rows:
            return
        one = self.model.row_at(rows[0])
        when = days(one.dates)
        ink = "series:1"
        self.chart.content.format = partial(wording.risk, measure=one.measure)
        values = np.array(one.values, dtype=np.float64)
        self.chart.show_layers(
            [Curve("Value", when, values, ink, longest=LONGEST_STEP)],
            title=_title(one.measure),
            note="coincident",
        )
        shares = [np.nan if share is None else share for share in one.percentiles]
        known = np.isfinite(shares).any()
        self.percentiles.show_layers(
            [Curve("Percentile", when, np.array(shares), "series:2", longest=LONGEST_STEP)]
            if known
            else [],
            title="Percentile over its history",
            empty="There are too few values for percentiles.",
        )
        largest = sorted(one.contributions.items(), key=lambda item: -item[1])
        self._who.setText(
            f"Who adds to it, on {wording.day(one.dates[-1])}"
            if largest
            else "This measure has no parts by name."
        )
        self.contributions.show_rows(largest[:MOST_NAMES], one.measure)


def _title(measure: str) -> str:
    return wording.MEASURES.get(measure, (wording.title(measure), ""))[0]


def _meaning(measure: str) -> str | None:
    return wording.MEASURES.get(measure, ("", ""))[1] or None


def _share(percentile: float | None) -> float | None:
    return None if percentile is None else percentile / 100


def _per_cent(value: float) -> str:
    return f"{value:.0f} %"


def _universe(one: RiskUniverse) -> str:
    names = ", ".join(one.names[:NAMED])
    if len(one.names) > NAMED:
        names += f" and {len(one.names) - NAMED} more"
    sessions = formats.plural(one.window, "session")
    return f"{names} · {sessions} · to {wording.day(one.last_day)}"


def _notes(one: RiskUniverse | None) -> list[str]:
    if one is None:
        return []
    # What the banner says already.
    return [wording.as_here(note) for note in one.notes if "coincident" not in note]
