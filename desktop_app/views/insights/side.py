"""Beside the charts of a company: which forecast and which metric is looked at, what the forecasts
are worth, the anomalies, and the tasks that would bring what is not there."""

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_app.services.insights import FEWEST_PRICES, Picture
from desktop_app.ui.controls import Label, caption
from desktop_app.ui.picker import Picker
from desktop_app.ui.tokens import Space
from desktop_app.views.insights import acts, wording
from desktop_app.views.insights.act_button import ActButtons
from desktop_app.views.insights.acts import Act
from desktop_app.views.insights.anomalies import AnomalyList
from desktop_app.views.insights.reliability import ReliabilityCard
from worker_core.storage import Basis, ForecastRecord

SIDE: Final = 316
BASES: Final[dict[Basis, str]] = {"quarter": "by quarter", "annual": "by year"}
_FIRST: Final = ("revenue_growth", "revenue", "net_margin", "operating_margin", "net_income")
"""Metrics in the order in which the first that there is of a company is shown."""


class CompanySide(QScrollArea):
    """Says which forecast and which metric was chosen; the charts draw them."""

    forecast_chosen = Signal()
    metric_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.metrics = Picker()
        self.forecasts = Picker()
        self.reliability = ReliabilityCard("Price forecast")
        self.metric_reliability = ReliabilityCard("Metric forecast")
        self.no_forecast = Label(ink="text_muted")
        self.anomalies = AnomalyList()
        self.missing = ActButtons()
        self._arrange()
        self.metrics.currentIndexChanged.connect(lambda _: self.metric_chosen.emit())
        self.forecasts.currentIndexChanged.connect(lambda _: self.forecast_chosen.emit())

    def _arrange(self) -> None:
        self.metrics.setAccessibleName("Metric")
        self.forecasts.setAccessibleName("Forecast")
        self.forecasts.setToolTip("Earlier forecasts, with what came of them")
        self.no_forecast.setWordWrap(True)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, Space.S, 0)
        column.setSpacing(Space.S)
        column.addLayout(_labelled("Forecast of", self.forecasts))
        column.addWidget(self.no_forecast)
        column.addWidget(self.reliability)
        column.addLayout(_labelled("Metric", self.metrics))
        column.addWidget(self.metric_reliability)
        column.addWidget(self.missing)
        column.addWidget(self.anomalies, 1)
        self.setAccessibleName("Reliability and anomalies")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(SIDE)
        self.setWidget(inside)

    def offer(self, picture: Picture, *, same: bool) -> None:
        """What there is of a company; of the ``same`` one what was chosen stays chosen."""
        self._offer_forecasts(picture, same=same)
        self._offer_metrics(picture, same=same)
        self.missing.offer(_missing(picture))

    def show_forecast(self, picture: Picture, forecast: ForecastRecord | None) -> None:
        """What the price's forecast is worth, or why there is none."""
        self.reliability.setVisible(forecast is not None)
        self.no_forecast.setVisible(forecast is None)
        self.no_forecast.setText(_why_no_forecast(picture))
        if forecast is not None:
            self.reliability.show_forecast(forecast)

    def show_metric_forecast(self, metric: str, forecast: ForecastRecord | None) -> None:
        self.metric_reliability.setVisible(forecast is not None)
        if forecast is not None:
            self.metric_reliability.heading.setText(f"Forecast of {wording.title(metric)}")
            self.metric_reliability.show_forecast(forecast)

    def _offer_forecasts(self, picture: Picture, *, same: bool) -> None:
        # The latest one stays the latest one.
        chosen = self.forecasts.currentData() if same and self.forecasts.currentIndex() else None
        offered = [(wording.of_forecast(record), record.id) for record in picture.forecasts]
        _fill(self.forecasts, offered, max(_place(offered, chosen), 0 if offered else -1))

    def _offer_metrics(self, picture: Picture, *, same: bool) -> None:
        chosen = self.metrics.currentData() if same else None
        offered = [
            (f"{wording.title(name)}, {words}", (basis, name))
            for basis, words in BASES.items()
            for name, series in picture.metrics.get(basis, {}).items()
            if series.known
        ]
        place = _place(offered, chosen)
        if place < 0 and offered:
            names = [name for _, (_, name) in offered]
            liked = (*(n for n in _FIRST if n in picture.metric_forecasts), *_FIRST)
            place = next((names.index(n) for n in liked if n in names), 0)
        _fill(self.metrics, offered, place)


def _place(offered: list[tuple[str, Any]], data: object) -> int:
    """Where it stands, or -1."""
    return next((row for row, (_, each) in enumerate(offered) if each == data), -1)


def _fill(picker: Picker, offered: list[tuple[str, Any]], place: int) -> None:
    """Nobody has chosen anything by it."""
    picker.blockSignals(True)
    picker.clear()
    for words, data in offered:
        picker.addItem(words, data)
    picker.setCurrentIndex(place)
    picker.blockSignals(False)


def _labelled(word: str, widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(Space.S)
    label = caption(word)
    label.setFixedWidth(72)
    row.addWidget(label)
    row.addWidget(widget, 1)
    return row


def _why_no_forecast(picture: Picture) -> str:
    count = len(picture.prices)
    if count < FEWEST_PRICES:
        return (
            f"Too little for a forecast: {count} prices are stored, and {FEWEST_PRICES} are "
            "needed. Fetch a longer history with “Update market data”."
        )
    return f"No forecast of {picture.symbol} is stored. “Forecast” makes one."


def _missing(picture: Picture) -> list[Act]:
    """What would bring something that is not there, or check what is."""
    symbol = picture.symbol
    found: list[tuple[bool, Callable[[str], Act]]] = [
        (not picture.tone_days, acts.update_tone),
        (not any(picture.metrics.values()), acts.calculate_metrics),
        (any(picture.metrics.values()) and not picture.metric_forecasts, acts.forecast_metrics),
        (any(picture.metrics.values()), acts.find_metric_anomalies),
        (bool(picture.forecasts), acts.check_forecasts),
    ]
    return [make(symbol) for wanted, make in found if wanted]
