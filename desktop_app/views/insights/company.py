"""One symbol in all panels: prices with what is forecast, sentiment, metrics, anomalies, and
beside them what the forecasts are worth."""

from collections.abc import Hashable
from datetime import date
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.services.insights import Picture
from desktop_app.ui import formats
from desktop_app.ui.drawer import WithDrawer
from desktop_app.ui.export import Exporter
from desktop_app.ui.panes import Panes
from desktop_app.ui.timechart import Span, TimeChart
from desktop_app.ui.tokens import Space
from desktop_app.views.insights import wording
from desktop_app.views.insights.anomalies import AnomalyDrawer
from desktop_app.views.insights.drawn import axis, key_of, metric_layers, price_layers, tone_layers
from desktop_app.views.insights.side import BASES, CompanySide
from worker_core.storage import AnomalyRecord, ForecastRecord

YEAR: Final = 252
PERIODS: Final = (("3M", 63), ("6M", 126), ("1Y", YEAR), ("2Y", 2 * YEAR), ("5Y", 5 * YEAR))


class CompanyPane(QWidget):
    """Charts over one axis at the left, at the right reliability and anomalies, or the anomaly
    that was opened."""

    act_wanted = Signal(object)
    task_wanted = Signal(str)

    def __init__(self, exporter: Exporter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: Picture | None = None
        self._chosen: Hashable = None
        self._symbol = ""
        self._log = False
        self.span = Span(self)
        self.price = TimeChart("Price", self.span, wording.price)
        self.tone = TimeChart("Sentiment", self.span, wording.tone)
        self.by_period = TimeChart("Metrics", self.span, wording.figure)
        self.price.content.lane = self.price.content.foot = self.by_period.content.lane = True
        self.side = CompanySide()
        self.drawer = AnomalyDrawer()
        for chart in (self.price, self.tone, self.by_period):
            exporter.attach(chart)
        self._arrange()
        self._join()

    def _arrange(self) -> None:
        charts = Panes(Qt.Orientation.Vertical)
        self.price.setMinimumHeight(200)
        for chart, part in ((self.price, 5), (self.tone, 2), (self.by_period, 2)):
            charts.addWidget(chart)
            charts.setStretchFactor(charts.count() - 1, part)
        charts.setSizes([500, 190, 200])
        left = QWidget()
        row = QHBoxLayout(left)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        row.addWidget(charts, 1)
        row.addWidget(self.side)
        left.setFocusProxy(self.price)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(WithDrawer(left, self.drawer))
        self.setFocusProxy(self.price)

    def _join(self) -> None:
        for chart in (self.price, self.by_period):
            chart.mark_opened.connect(self.open_anomaly)
        self.side.anomalies.opened.connect(self.open_anomaly)
        self.drawer.closed.connect(self._drawer_closed)
        self.drawer.task_wanted.connect(self.task_wanted)
        self.drawer.window_wanted.connect(self._show_window)
        self.side.metric_chosen.connect(self._draw_metric)
        self.side.forecast_chosen.connect(self._draw_price)
        self.side.missing.wanted.connect(self.act_wanted)

    # What is shown

    def show_picture(self, picture: Picture) -> None:
        """A symbol, or the same one anew: then what is looked at stays."""
        same = picture.symbol == self._symbol
        self._symbol, self._picture = picture.symbol, picture
        if not same:
            self._chosen = None
            self.drawer.close_drawer()
        sessions, least, most = axis(picture)
        before = (self.span.start, self.span.end, self.span.whole)
        self.span.set_sessions(sessions, least, most)
        if same:
            at_end = before[1] >= before[2][1]
            self.span.show(
                before[0] + (most - before[2][1] if at_end else 0),
                most if at_end else before[1],
            )
        elif len(sessions):
            self.show_last(2 * YEAR)
        self.side.offer(picture, same=same)
        self._draw_price()
        self._draw_tone()
        self._draw_metric()
        self.side.anomalies.show_anomalies(picture.anomalies, self._chosen)
        if self.drawer.isVisibleTo(self) and (record := self._anomaly(self._chosen)) is not None:
            self.drawer.show_anomaly(record)

    def set_log(self, log: bool) -> None:
        """Equal ratios are equally high."""
        self._log = log
        self._draw_price()

    def show_last(self, sessions: int | None) -> None:
        """So many sessions up to the last of the prices and their forecasts, or all there is."""
        least, most = self.span.whole
        if sessions is None:
            self.span.show(least, most)
            return
        end = len(self.span.sessions) - 1.0 if len(self.span.sessions) else most
        self.span.show(end - sessions, end)

    @property
    def forecast(self) -> ForecastRecord | None:
        """The price's forecast that is looked at."""
        picture, row = self._picture, self.side.forecasts.currentIndex()
        if picture is None or not 0 <= row < len(picture.forecasts):
            return None
        return picture.forecasts[row]

    def _draw_price(self) -> None:
        picture = self._picture
        if picture is None:
            return
        prices, forecast = picture.prices, self.forecast
        note = ""
        if len(prices):
            note = "adjusted" if prices.adjusted else "as traded"
        layers = price_layers(picture, forecast, self._chosen)
        self.price.show_layers(
            layers,
            title=f"{picture.symbol} price",
            note=note,
            log=self._log,
            empty=f"No prices of {picture.symbol} are stored. “Update market data” fetches them.",
        )
        self.side.show_forecast(picture, forecast)

    def _draw_tone(self) -> None:
        if (picture := self._picture) is None:
            return
        trend = picture.trend
        empty = f"No sentiment of {picture.symbol} is stored. "
        empty += (
            " ".join(trend.missing)
            if trend and trend.missing
            else (
                "It comes from documents that are dated and name the company; then “Update "
                "sentiment” makes its series."
            )
        )
        self.tone.show_layers(tone_layers(picture.tone_days, trend), note=_slope(picture),
                              empty=empty)  # fmt: skip

    def _draw_metric(self) -> None:
        if (picture := self._picture) is None:
            return
        data = self.side.metrics.currentData()
        series = forecast = None
        if data is not None:
            basis, name = data
            series = picture.metrics[basis].get(name)
            forecast = picture.metric_forecasts.get(name)
        anomalies = [
            one
            for one in picture.anomalies
            if series is not None and one.subject == f"{picture.symbol} {series.name}"
        ]
        if series is not None:
            name, unit = series.name, series.unit
            self.by_period.content.format = lambda value: wording.metric(value, name, unit)
        layers = metric_layers(series, forecast, anomalies, self._chosen)
        self.by_period.show_layers(
            layers,
            title=wording.title(series.name) if series else "Metrics",
            note=wording.of_metric(BASES[series.basis], series.unit, series.currency)
            if series
            else "",
            empty=f"No metrics of {picture.symbol} are stored. Drop its reports on the window; "
            "then “Calculate metrics” makes them.",
        )
        drawn = series is not None and any(layers)
        self.side.show_metric_forecast(series.name if series else "", forecast if drawn else None)

    # Anomalies

    def _anomaly(self, key: Hashable) -> AnomalyRecord | None:
        found = self._picture.anomalies if self._picture else ()
        return next((one for one in found if key_of(one) == key), None)

    def open_anomaly(self, key: Hashable) -> None:
        """Show one in all detail and in the charts."""
        if (record := self._anomaly(key)) is None:
            return
        self._chosen = key
        self._mark()
        self.side.anomalies.choose(key)
        place = self.span.sessions.place(record.at.date())
        self.span.bring_into_sight(place)
        self.span.point(place)
        self.side.hide()
        self.drawer.show_anomaly(record)

    def _mark(self) -> None:
        for chart in (self.price, self.by_period):
            marks = chart.marks
            there = marks is not None and any(m.key == self._chosen for m in marks.marks)
            chart.choose_mark(self._chosen if there else None)

    def _drawer_closed(self) -> None:
        self.side.show()
        self.span.point(None)
        self._chosen = None
        self._mark()

    def _show_window(self, begun: str) -> None:
        try:
            day = date.fromisoformat(begun[:10])
        except ValueError:
            return
        place = self.span.sessions.place(day)
        self.span.bring_into_sight(place)
        self.span.point(place)


def _slope(picture: Picture) -> str:
    trend = picture.trend
    if trend is None or not picture.tone_days:
        return ""
    if trend.slope is None:
        why = trend.missing[0].removeprefix("No slope: ").rstrip(".") if trend.missing else ""
        return f"no trend: {why or 'too few days'}"
    slope, p = trend.slope.get("per_30_days"), trend.slope.get("p_value")
    if not isinstance(slope, int | float) or not isinstance(p, int | float):
        return ""
    sure = "" if p < wording.SURE else "no sure trend, "
    return f"{sure}{formats.signed(f'{slope:+.3f}')} in 30 days, {wording.p_value(float(p))}"
