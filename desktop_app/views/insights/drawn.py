"""From what is stored of a symbol to what is drawn of it. Nothing here asks or shows."""

from collections.abc import Hashable, Sequence
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.services.insights import Picture, Prices
from desktop_app.ui.timechart import (
    Bars,
    Candles,
    Curve,
    Fan,
    Layer,
    Mark,
    Marks,
    Rules,
    Sessions,
    Volume,
)
from desktop_app.ui.timechart.candles import FALLING, RISING
from desktop_app.ui.timechart.marks import Shape
from desktop_app.ui.timechart.sessions import DAY
from desktop_app.views.insights import wording
from worker_core.storage import AnomalyRecord, ForecastRecord, MetricSeries, ToneDay, ToneTrend

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]

FORECAST: Final = "series:1"
CAME: Final = "series:2"
SHAPES: Final[dict[str, Shape]] = {
    "price": "triangle",
    "series": "diamond",
    "pattern": "bracket",
    "metric": "square",
}
LEVELS: Final = (80.0, 95.0)
QUARTER: Final = 40.0
YEAR: Final = 150.0
"""Widths of bars, in sessions."""


def key_of(record: AnomalyRecord) -> Hashable:
    """What makes an anomaly the same one when it is read again."""
    return (record.subject, record.kind, record.detector, record.at)


def days(values: Sequence[date]) -> Days:
    return np.array(list(values), dtype=DAY)


def axis(picture: Picture) -> tuple[Sessions, float, float]:
    """The sessions of a symbol, those that are forecast after them, and the ends of all that is
    shown on it."""
    known = picture.prices.days
    coming = [
        point.date
        for forecast in picture.forecasts
        for point in forecast.points
        if point.date is not None
    ]
    every = known
    if coming and len(known):
        later = np.unique(days(coming))
        every = np.concatenate((known, later[later > known[-1]]))
    sessions = Sessions(every)
    others = [day.day for day in picture.tone_days]
    others += [
        day for by_name in picture.metrics.values() for s in by_name.values() for day in s.dates
    ]
    others += [p.date for f in picture.metric_forecasts.values() for p in f.points if p.date]
    if not len(every):
        others += coming
    places = sessions.places(days(others)) if others else np.empty(0)
    ends = np.concatenate((places, [0.0, len(every) - 1.0] if len(every) else []))
    if not len(ends):
        return sessions, 0.0, 1.0
    return sessions, float(np.floor(ends.min())), float(np.ceil(ends.max()))


def price_layers(
    picture: Picture, forecast: ForecastRecord | None, chosen: Hashable
) -> list[Layer]:
    """Fan, candles with their volume, what came, and the marks."""
    prices = picture.prices
    layers: list[Layer] = []
    if len(prices):
        words = [_split(ratio) for _, ratio in prices.splits]
        if not prices.adjusted and words:
            layers.append(Rules([day for day, _ in prices.splits], words, "text_faint"))
        layers.append(Volume(prices.days, prices.volumes))
    if forecast is not None and (made := _fan(forecast, prices)) is not None:
        layers.insert(0, made[0])
    if len(prices):
        layers.append(Candles(prices.days, prices.opens, prices.highs, prices.lows, prices.closes))
    if forecast is not None and made is not None and made[1] is not None:
        layers.append(made[1])
    if not layers:
        return []
    marks = Marks("Anomaly", [_mark(one) for one in picture.anomalies if one.kind != "metric"])
    marks.chosen = chosen
    return [*layers, marks]


def _split(ratio: float) -> str:
    return f"{ratio:g}:1 split" if ratio >= 1 else f"1:{1 / ratio:g} split"


def _mark(record: AnomalyRecord) -> Mark:
    since = record.evidence.get("start")
    try:
        begun = date.fromisoformat(since[:10]) if isinstance(since, str) else None
    except ValueError:
        begun = None
    words = wording.as_here(record.words)
    return Mark(key_of(record), record.at.date(), words, SHAPES[record.kind], "warning", begun)


def _fan(record: ForecastRecord, prices: Prices | None) -> tuple[Fan, Curve | None] | None:
    """A forecast on the basis that the prices are shown on: what came after it may have changed
    that, and so may a look at the prices as they were traded."""
    points = [point for point in record.points if point.date is not None]
    if not points:
        points = list(record.points)
        steps = np.busday_offset(
            np.datetime64(record.as_of, "D"),
            np.array([point.step for point in points]),
            roll="backward",
        )
    else:
        steps = days([point.date for point in points if point.date is not None])
    if not points or not np.isfinite(record.last_value) or record.last_value == 0:
        return None
    factor = _basis(record, prices)
    origin = np.array([record.last_value])
    quantiles = np.array([point.quantiles for point in points], dtype=np.float64)
    name, middle = "Mean", np.array([point.mean for point in points])
    shares = np.array(record.shares)
    if (at := np.flatnonzero(np.isclose(shares, 0.5))).size and record.kind == "price":
        name, middle = "Median", quantiles[:, at[0]]
    intervals = {}
    for level in LEVELS:
        places = [
            np.flatnonzero(np.isclose(shares, s))
            for s in ((100 - level) / 200, (100 + level) / 200)
        ]
        if all(len(place) for place in places):
            low, high = (
                np.concatenate((origin, quantiles[:, place[0]])) * factor for place in places
            )
            intervals[level] = (low, high)
    every = np.concatenate((days([record.as_of]), steps))
    fan = Fan(name, every, np.concatenate((origin, middle)) * factor, intervals, FORECAST)
    came = None
    if record.outcomes:
        came = Curve(
            "Came",
            days([record.as_of, *(one.date for one in record.outcomes)]),
            np.array([record.last_value, *(one.value for one in record.outcomes)]) * factor,
            CAME,
            width=2,
            dots=len(record.outcomes) <= 30,
        )
    return fan, came


def _basis(record: ForecastRecord, prices: Prices | None) -> float:
    if prices is None or not len(prices):
        return 1.0
    row = int(np.searchsorted(prices.days, np.datetime64(record.as_of, "D")))
    if row == len(prices) or prices.days[row] != np.datetime64(record.as_of, "D"):
        return 1.0
    close = float(prices.closes[row])
    return close / record.last_value if close > 0 else 1.0


def tone_layers(tone_days: Sequence[ToneDay], trend: ToneTrend | None) -> list[Layer]:
    """Each day's tone, its moving average, and where it turned."""
    if not tone_days:
        return []
    when = days([one.day for one in tone_days])
    turns = [(_date(turn.get("day")), turn) for turn in (trend.turns if trend else ())]
    known = [(day, turn) for day, turn in turns if day is not None]
    words = [
        f"Turn {wording.tone(_number(t.get('before')))} to {wording.tone(_number(t.get('after')))}"
        for _, t in known
    ]
    return [
        Bars("Day", when, np.array([one.mean for one in tone_days]), (RISING, FALLING), 1.0),
        Curve("EWMA", when, np.array([one.ewma for one in tone_days]), FORECAST, width=2),
        Rules([day for day, _ in known], words, "text_muted", zero=True),
    ]


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def metric_layers(
    series: MetricSeries | None,
    forecast: ForecastRecord | None,
    anomalies: Sequence[AnomalyRecord],
    chosen: Hashable,
) -> list[Layer]:
    """A company's metric by period, with its forecast and its anomalies."""
    known = series.known if series is not None else ()
    if series is None or not known:
        return []
    width = QUARTER if series.basis == "quarter" else YEAR
    layers: list[Layer] = [
        Bars(
            wording.title(series.name),
            days([day for day, _ in known]),
            np.array([value for _, value in known]),
            (RISING, FALLING),
            width,
        )
    ]
    same = forecast is not None and forecast.details.get("basis", series.basis) == series.basis
    if forecast is not None and same and (made := _fan(forecast, None)) is not None:
        layers += [made[0], *([made[1]] if made[1] is not None else [])]
    marks = Marks("Anomaly", [_mark(one) for one in anomalies])
    marks.chosen = chosen
    return [*layers, marks]
