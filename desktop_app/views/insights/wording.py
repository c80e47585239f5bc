"""What the page says of figures. No Qt."""

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from desktop_app.services.insights import Picture
from desktop_app.ui import formats
from worker_core.storage import AnomalyRecord, ForecastRecord, MetricSeries

SURE: Final = 0.05
"""Of a p-value, below which a difference is called one."""

MEASURES: Final = {
    "turbulence": ("Turbulence", "How far the day's returns are from the usual"),
    "absorption_ratio": ("Absorption ratio", "Share of all variance in the first eigenvectors"),
    "absorption_shift": ("Absorption shift", "15 days against a year, standardised"),
    "average_correlation": ("Average correlation", "Mean correlation of all pairs"),
    "eigenvalue_entropy": ("Eigenvalue entropy", "1 where names move apart, 0 where as one"),
    "mes": ("Expected shortfall (MES)", "Mean loss on the market's worst days"),
    "delta_covar": ("Delta-CoVaR", "What distress of a name adds to the market's value at risk"),
    "connectedness": ("Connectedness", "Share of forecast error that comes from others, per cent"),
    "volatility": ("Market volatility", "63 days, equally weighted, a year"),
}
"""Title and meaning of each measure of systemic risk, in the order in which they are listed."""

COINCIDENT: Final = (
    "These measures are coincident: they say how strained the market is now, not what comes. "
    "None of them foretold losses better than plain volatility does."
)

DETECTORS: Final = {
    "bad tick": "Bad tick: a spike that is taken back the next day",
    "level jump": "Level jump: a move that is not taken back",
    "stale run": "Stale run: closes that do not move",
}
_PER_CENT: Final = ("growth", "margin", "return_on", "rate")
_FRACTIONS: Final = frozenset({"mes", "delta_covar", "volatility"})
_PER_CENT_SIGN: Final = re.compile(r"(?<=\d)%")
_ISO_DAY: Final = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
KINDS: Final = {
    "price": "Price",
    "pattern": "Pattern",
    "series": "Return",
    "metric": "Metric",
}


def price(value: float | None) -> str:
    """``0.0123``, ``98.76``, ``12,346``."""
    if value is None or not math.isfinite(value):
        return formats.NOTHING
    size = abs(value)
    places = 0 if size >= 10_000 else 2 if size >= 1 or value == 0 else 4
    return formats.signed(f"{value:,.{places}f}")


def tone(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return formats.NOTHING
    return formats.signed(f"{value:+.2f}")


def figure(value: float | None) -> str:
    """A number of any size in three figures: ``0.0123``, ``1.23``, ``12.3M``."""
    if value is None or not math.isfinite(value):
        return formats.NOTHING
    if value != 0 and abs(value) < 0.0001:
        return formats.signed(f"{value:.2g}")
    if value != 0 and abs(value) < 0.9995:
        return formats.signed(f"{value:.{2 - math.floor(math.log10(abs(value)))}f}")
    return formats.signed(formats.compact(value))


def risk(value: float | None, measure: str) -> str:
    """A measure of systemic risk, or a name's part of it, in its unit."""
    if value is None or not math.isfinite(value):
        return formats.NOTHING
    if measure in _FRACTIONS:
        return formats.signed(f"{value * 100:.2f} %")
    return f"{value:.1f} %" if measure == "connectedness" else figure(value)


def metric(value: float | None, name: str, unit: str) -> str:
    """A metric in its unit; growth, margins and returns in per cent."""
    if value is None or not math.isfinite(value):
        return formats.NOTHING
    if unit == "ratio" and any(part in name for part in _PER_CENT):
        return formats.signed(f"{value * 100:,.1f} %")
    if unit == "ratio":
        return formats.signed(f"{value:,.2f}")
    return money(value) if unit == "money" else figure(value)


def of_metric(basis: str, unit: str, currency: str | None) -> str:
    """How often a metric is told and, of an amount, in which currency: a share has none."""
    return ", ".join(filter(None, (basis, currency if unit.startswith("money") else None)))


def money(value: float) -> str:
    """``391 bn``, ``12.3 M``."""
    size = abs(value)
    for least, name in ((1e12, " tn"), (1e9, " bn"), (1e6, " M"), (1e3, " k")):
        if size >= least * 0.9995:
            return formats.signed(f"{value / least:.{2 if size < 9.995 * least else 1}f}{name}")
    return formats.signed(f"{value:,.2f}")


def day(when: date | None) -> str:
    return formats.NOTHING if when is None else f"{when.day} {when:%b %Y}"


def as_here(text: str) -> str:
    """A text of a task with its days and per cents written as everywhere in the window."""

    def written(found: re.Match[str]) -> str:
        try:
            return day(date.fromisoformat(found[0]))
        except ValueError:
            return found[0]

    return _PER_CENT_SIGN.sub(" %", _ISO_DAY.sub(written, text))


def p_value(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return "not tested"
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


def title(name: str) -> str:
    """``revenue_growth`` is ``Revenue growth``."""
    plain = " ".join("EPS" if word == "eps" else word for word in name.strip().split("_"))
    return plain[:1].upper() + plain[1:]


def about(picture: Picture, name: str) -> str:
    """One line on what there is of a symbol."""
    prices = picture.prices
    parts = [name] if name else []
    if len(prices):
        first, last = prices.days[0].item(), prices.days[-1].item()
        parts.append(f"{formats.plural(len(prices), 'session')}, {day(first)} to {day(last)}")
        parts += [part for part in (prices.currency, prices.provider) if part]
        if prices.held_back:
            held = formats.plural(prices.held_back, "bar")
            parts.append(f"{held} held back by the quality check")
    if prices.problem:
        parts.append(f"not adjusted: {prices.problem}")
    if picture.renamed_to:
        parts.append(f"called {picture.renamed_to} now")
    return " · ".join(parts)


# What a forecast is worth


def verdict(record: ForecastRecord) -> tuple[str, str]:
    """In plain words whether a forecast is better than the naive method, and the tone of that."""
    naive = naive_name(record)
    if record.skill is None:
        return f"Not tested against {naive}: the history is too short.", "warning"
    if record.dm_p is None:
        if record.details.get("method") == ["historical simulation"]:
            return f"This is {naive} itself: no model was shown to be better.", "text_muted"
        return f"Not shown to be better than {naive}: the difference was not tested.", "warning"
    if record.dm_p < SURE and record.skill < 1:
        return f"Better than {naive}.", "ok"
    if record.dm_p < SURE and record.skill > 1:
        return f"Worse than {naive}.", "danger"
    return f"Not shown to be better than {naive}.", "warning"


def naive_name(record: ForecastRecord) -> str:
    return "historical simulation" if record.kind == "price" else "the seasonal naive method"


def skill(record: ForecastRecord) -> str:
    """How much less, or more, the error is than that of the naive method."""
    if record.skill is None:
        return formats.NOTHING
    score = "CRPS" if record.kind == "price" else "MASE"
    less = 1 - record.skill
    return f"{score} {abs(less) * 100:.1f} % {'less' if less >= 0 else 'more'}"


def scores_of(record: ForecastRecord) -> Mapping[str, Any]:
    """The scores at the horizon that was tested; those of a metric are of its group."""
    tested = record.details.get("tested_horizon")
    if record.kind == "metric":
        return record.scores
    found = record.scores.get(str(tested))
    return found if isinstance(found, Mapping) else {}


def tested(record: ForecastRecord) -> str:
    """On what that was tested."""
    scores = scores_of(record)
    origins = scores.get("origins")
    if not isinstance(origins, int):
        return ""
    if record.kind == "metric":
        series = formats.plural(int(scores.get("series") or 0), "series", "series")
        return f"On {series} and {formats.plural(origins, 'beginning')} of a forecast."
    horizon = record.details.get("tested_horizon")
    ahead = formats.plural(int(str(horizon)), "session") if horizon else "some sessions"
    return f"{ahead} ahead, from {formats.plural(origins, 'day')} of a block kept apart."


def worst_year(record: ForecastRecord) -> str:
    found = scores_of(record).get("worst_year")
    return formats.percent(found) if isinstance(found, float) else formats.NOTHING


def come(record: ForecastRecord) -> str:
    """How much of a forecast has come, and how much of that was within its intervals."""
    outcomes = record.outcomes
    if not outcomes:
        return "Nothing of it has come yet."
    said = f"{len(outcomes)} of {formats.plural(record.horizon, 'step')} came"
    inside = [
        f"{sum(held)} within {level} %"
        for level in (80, 95)
        if (held := [bool(o.scores[k]) for o in outcomes if (k := f"inside_{level}") in o.scores])
    ]
    return ": ".join(filter(None, (said, " and ".join(inside)))) + "."


def of_forecast(record: ForecastRecord) -> str:
    """What a forecast is called in a list."""
    unit = "session" if record.kind == "price" else "period"
    return f"{day(record.as_of)}, {formats.plural(record.horizon, unit)}"


# Anomalies


def detector(record: AnomalyRecord) -> str:
    return DETECTORS.get(record.detector, title(record.detector))


def what(record: AnomalyRecord) -> str:
    """What an anomaly is of, in a list: ``Pattern: sub-knn``, ``Revenue: yearly change``."""
    if record.kind != "metric":
        return f"{KINDS[record.kind]}: {record.detector}"
    return f"{title(record.subject.partition(' ')[2] or record.subject)}: {record.detector}"


def strength(record: AnomalyRecord) -> str:
    return f"{record.strength:.1f} {record.unit}"


def rarity(record: AnomalyRecord) -> str:
    """How many of the days before were nearer to the usual."""
    share = 1 - record.quantile
    if share <= 0:
        return "Farther from the usual than everything before it."
    return f"{record.quantile * 100:.2f} % of what came before was nearer to the usual."


def window(near: Mapping[str, Any]) -> str:
    try:
        first, last = (date.fromisoformat(str(near[key])[:10]) for key in ("start", "end"))
    except (KeyError, ValueError):
        return formats.NOTHING
    distance = near.get("distance")
    away = f", distance {figure(distance)}" if isinstance(distance, float) else ""
    return f"{day(first)} to {day(last)}{away}"


# Metrics


def latest(series: MetricSeries | None) -> tuple[date, float] | None:
    known = series.known if series is not None else ()
    return known[-1] if known else None


def percentile(value: float | None) -> str:
    if value is None:
        return "too few values for a percentile"
    return f"higher than {value:.0f} % of its history" if value < 100 else "its highest so far"
