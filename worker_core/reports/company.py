"""What a report on a company says, from plain values."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial

from worker_core.reports.charts import Band, Series, columns, lines
from worker_core.reports.content import (
    Block,
    Column,
    Facts,
    Figure,
    Grid,
    Heading,
    Note,
    Quotes,
    Report,
    Text,
    number,
    percent,
)

PRICE_DAYS = 260
SHOWN_PERIODS = 8
MOST_ANOMALIES = 20
_WORDS = {
    "capex": "capital expenditure",
    "dupont": "DuPont",
    "eps": "EPS",
    "z": "Z",
    "f": "F",
    "m": "M",
}
"""Of the names of metrics, what is written otherwise."""


@dataclass(frozen=True, slots=True)
class PricePath:
    """Closes, oldest first, in ``currency`` a share."""

    days: Sequence[date]
    closes: Sequence[float]
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Outlook:
    """A forecast and what past ones were worth. ``steps`` are day, mean, and the ends of the
    intervals of 80 and 95 per cent; ``come`` what has come so far, the first step first."""

    what: str
    as_of: date
    last_value: float
    steps: Sequence[
        tuple[date | None, float, float | None, float | None, float | None, float | None]
    ]
    come: Sequence[float] = ()
    skill: float | None = None
    dm_p: float | None = None
    base_rate: float | None = None
    coverage_80: float | None = None
    coverage_95: float | None = None
    notes: Sequence[str] = ()
    share: bool = False
    """Its values are read in per cent."""


@dataclass(frozen=True, slots=True)
class Period:
    """Metrics of a quarter or year by name; None where one cannot be computed."""

    end: date
    values: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Filing:
    """The summary of a document: sentences, each with its place in words."""

    title: str
    about: str
    sentences: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class CompanyData:
    """All that a report on a company is made of. ``basis`` says what a period is; ``shares``
    names the metrics that are read in per cent; ``anomalies`` have day, subject, score and words,
    and are those since ``anomalies_since``: the days of the earlier ones are ``older_anomalies``;
    ``tone`` has day, mean and smoothed mean; ``trend`` says it in a sentence."""

    name: str
    ticker: str | None
    prices: PricePath | None = None
    outlook: Outlook | None = None
    others: Sequence[Outlook] = ()
    basis: str = "quarter"
    currency: str = ""
    periods: Sequence[Period] = ()
    shares: frozenset[str] = frozenset()
    anomalies: Sequence[tuple[date, str, float, str]] = ()
    anomalies_since: date | None = None
    older_anomalies: Sequence[date] = ()
    tone: Sequence[tuple[date, float, float]] = ()
    trend: str = ""
    filings: Sequence[Filing] = ()
    notes: Sequence[str] = ()


def report(data: CompanyData, made_at: datetime) -> Report:
    """The report; what there is nothing of is said, not left out."""
    about = f"Company report · {data.ticker or 'no symbol known'}"
    return Report(data.name, about, made_at, tuple(_blocks(data)))


def _blocks(data: CompanyData) -> Iterator[Block]:
    for note in data.notes:
        yield Note("note", note)
    yield _glance(data)
    yield from _price(data)
    yield from _metrics(data)
    yield from _anomalies(data)
    yield from _tone(data)
    yield from _filings(data)


def _glance(data: CompanyData) -> Facts:
    prices = data.prices
    last = year = None
    if prices and len(prices.closes):
        last = prices.closes[-1]
        year = last / prices.closes[0] - 1 if len(prices.closes) > 200 else None
    latest = data.periods[-1] if data.periods else None
    close = f"{number(last, 5)} {prices.currency if prices else ''}".strip()
    return Facts(
        (
            (_close_title(prices), close),
            ("Over the time shown", percent(year)),
            (f"Latest {_basis(data)} until", f"{latest.end}" if latest else "–"),
            ("Revenue", number(latest.values.get("revenue")) if latest else "–"),
            ("Net income", number(latest.values.get("net_income")) if latest else "–"),
            ("Tone, smoothed", number(data.tone[-1][2], 2) if data.tone else "–"),
            (_anomalies_title(data), number(len(data.anomalies))),
            ("Filings summarised", number(len(data.filings))),
        )
    )


def _anomalies_title(data: CompanyData) -> str:
    since = data.anomalies_since
    return f"Anomalies since {since:%b %Y}" if since else "Anomalies"


def _close_title(prices: PricePath | None) -> str:
    """A price means nothing without its day."""
    return f"Close on {prices.days[-1]}" if prices and len(prices.days) else "Last close"


def _basis(data: CompanyData) -> str:
    return "year" if data.basis == "annual" else data.basis.replace("_", " ")


def _price(data: CompanyData) -> Iterator[Block]:
    yield Heading("Price and forecast")
    prices = data.prices
    if prices is None or not len(prices.closes):
        yield Text("No prices are stored for this company.", muted=True)
    else:
        yield _fan(prices, data.outlook)
    if data.outlook is None:
        yield Text("No forecast of its price has been made.", muted=True)
    else:
        yield from _worth(data.outlook)
    for other in data.others:
        said = partial(_shown, share=other.share)
        yield Grid(
            (Column(f"{other.what}, as of {other.as_of}", share=2), Column("Mean", True),
             Column("80 %", True, 2), Column("95 %", True, 2)),
            [
                (str(day or f"step {n + 1}"), said(mean), _range(low80, high80, said),
                 _range(low95, high95, said))
                for n, (day, mean, low80, high80, low95, high95) in enumerate(other.steps)
            ],
            "",
        )  # fmt: skip
        if other.skill is not None:
            yield from _worth(other)
    yield from _unjudged([one for one in data.others if one.skill is None])


def _unjudged(outlooks: Sequence[Outlook]) -> Iterator[Block]:
    """Of which nothing is known yet: said once for all of them."""
    if not outlooks:
        return
    names = ", ".join(one.what for one in outlooks)
    yield Text(f"{names}. {_verdict(outlooks[0])}")
    for note in dict.fromkeys(note for one in outlooks for note in one.notes):
        yield Text(note, muted=True)


def _range(low: float | None, high: float | None, said: Callable[[float], str] = number) -> str:
    return "–" if low is None or high is None else f"{said(low)} to {said(high)}"


def _fan(prices: PricePath, outlook: Outlook | None) -> Figure:
    """The path, the forecast before it, and what has come."""
    days, closes = list(prices.days[-PRICE_DAYS:]), list(prices.closes[-PRICE_DAYS:])
    ahead = [step for step in outlook.steps if step[0] is not None] if outlook else []
    path = dict(zip(days, closes, strict=True))
    fan = {day: step for day, *step in ahead if day is not None}
    shown = sorted({*path, *fan})
    moments = [_noon(day) for day in shown]

    def column(place: int) -> list[float | None]:
        start = {outlook.as_of: outlook.last_value} if outlook and place else {}
        return [fan[day][place] if day in fan else start.get(day) for day in shown]

    series = [Series("close", [path.get(day) for day in shown], "text")]
    bands = []
    if outlook and fan:
        series.append(Series("forecast", column(0), "accent", dashed=True))
        bands = [
            Band("95 %", column(3), column(4), "fan_wide"),
            Band("80 %", column(1), column(2), "fan_near"),
        ]
    alt = f"Closes from {days[0]} to {days[-1]}; the last is {number(closes[-1], 5)}."
    if outlook and ahead:
        *_, low, high = ahead[-1]
        alt += f" By {ahead[-1][0]} the forecast expects {_range(low, high)} in 95 of 100 cases."
    draw = partial(lines, moments, series, bands, today=_noon(outlook.as_of) if outlook else None)
    return Figure(f"Closing price, {prices.currency}".strip(", "), alt, draw)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _worth(outlook: Outlook) -> Iterator[Block]:
    """What a forecast of this kind was worth in the past."""
    yield Facts(
        (
            ("Error against the naive one", number(outlook.skill)),
            ("By chance, p", number(outlook.dm_p, 2)),
            ("Within 80 %", percent(outlook.coverage_80)),
            ("Within 95 %", percent(outlook.coverage_95)),
        )
    )
    yield Text(f"{outlook.what}, as of {outlook.as_of}. {_verdict(outlook)}{_come(outlook)}")
    for note in outlook.notes:
        yield Text(note, muted=True)


def _verdict(outlook: Outlook) -> str:
    """In words, what the figures allow to say."""
    if outlook.skill is None:
        return "There was too little to hold past forecasts against, so nothing is known of them."
    # What is shown as 1.000 is not called better.
    better = round(outlook.skill, 3) < 1
    sure = outlook.dm_p is not None and outlook.dm_p < 0.05
    if better and sure:
        verdict = "Past forecasts were better than the naive method, and hardly by chance."
    elif better:
        verdict = "Past forecasts were a little better than the naive method, perhaps by chance."
    else:
        verdict = "Past forecasts were no better than the naive method."
    rate = outlook.base_rate
    if rate is None:
        return verdict
    share = percent(rate, 0).replace(" ", "\u00a0")  # one word at the end of a line
    return f"{verdict} It rose in {share} of past cases."


def _come(outlook: Outlook) -> str:
    """What has come of this one."""
    if not outlook.come:
        return ""
    within = sum(
        low is not None and high is not None and low <= value <= high
        for value, (_, _, low, high, _, _) in zip(outlook.come, outlook.steps, strict=False)
    )
    return (
        f" {len(outlook.come)} of its {len(outlook.steps)} steps have come, {within} of them "
        "within 80 %."
    )


def _metrics(data: CompanyData) -> Iterator[Block]:
    yield Heading(f"Metrics by {_basis(data)}")
    if not data.periods:
        yield Text("No metrics have been calculated from its reports.", muted=True)
        return
    money = [name for name in ("revenue", "net_income") if _some(data, name)]
    labels = [f"{period.end:%b %Y}" for period in data.periods]
    for name in money:
        values = [period.values.get(name) for period in data.periods]
        yield Figure(
            f"{title(name)}, {data.currency}".strip(", "),
            ", ".join(f"{at}: {number(one)}" for at, one in zip(labels, values, strict=True)),
            partial(columns, labels, [Series(title(name), values)]),
        )
    shown = data.periods[-SHOWN_PERIODS:]
    names = dict.fromkeys(name for period in shown for name in period.values)
    yield Grid(
        (Column("Metric", share=2.6), *(Column(f"{one.end:%b %Y}", True) for one in shown)),
        [
            (
                title(name),
                *(_shown(one.values.get(name), share=name in data.shares) for one in shown),
            )
            for name in names
            if any(one.values.get(name) is not None for one in shown)
        ],
        "None of its metrics could be computed.",
    )


def _some(data: CompanyData, name: str) -> bool:
    return sum(one.values.get(name) is not None for one in data.periods) > 1


def title(name: str) -> str:
    """A metric's name as it is written: ``eps_diluted_growth`` is ``EPS diluted growth``."""
    words = " ".join(_WORDS.get(word, word) for word in name.split("_"))
    return words[:1].upper() + words[1:]


def _shown(value: float | None, *, share: bool) -> str:
    return percent(value) if share else number(value)


def _anomalies(data: CompanyData) -> Iterator[Block]:
    yield Heading("Anomalies")
    since = f" since {data.anomalies_since}" if data.anomalies_since else ""
    older = data.older_anomalies
    none = f"No anomaly was found{since}" + (
        f"; before, {len(older)}, the latest on {max(older)}."
        if older
        else ", or nothing was looked at."
    )
    yield Grid(
        (Column("Day"), Column("Of", share=2), Column("Score", True, 0.7),
         Column("Why", share=5)),
        [
            (str(day), subject, f"{score:.2f}", words)
            for day, subject, score, words in data.anomalies[:MOST_ANOMALIES]
        ],
        none,
    )  # fmt: skip
    if len(data.anomalies) > MOST_ANOMALIES:
        yield Text(f"{len(data.anomalies) - MOST_ANOMALIES} earlier ones are left out.", muted=True)


def _tone(data: CompanyData) -> Iterator[Block]:
    yield Heading("Tone of its documents")
    if not data.tone:
        yield Text("No document of this company has been scored over time.", muted=True)
        return
    if len(data.tone) == 1:
        ((day, mean, _),) = data.tone
        yield Text(
            f"{number(mean, 2)} on {day}, the one day with a document, on a scale from −1 "
            "(negative) to 1 (positive)."
        )
        if data.trend:
            yield Text(data.trend, muted=True)
        return
    moments = [_noon(day) for day, _, _ in data.tone]
    series = [
        Series("smoothed", [ewma for _, _, ewma in data.tone], "accent"),
        Series("by day", [mean for _, mean, _ in data.tone], "series_1", dashed=True),
    ]
    yield Figure(
        "From −1 (negative) to 1 (positive)",
        f"{len(data.tone)} days with documents; the smoothed tone ends at "
        f"{number(data.tone[-1][2], 2)}.",
        partial(lines, moments, series),
    )
    if data.trend:
        yield Text(data.trend)


def _filings(data: CompanyData) -> Iterator[Block]:
    yield Heading("What its latest filings say")
    if not data.filings:
        yield Text("No filing of this company has been summarised.", muted=True)
    for filing in data.filings:
        yield Text(f"{filing.title} · {filing.about}", muted=True, leads=True)
        yield Quotes(tuple(filing.sentences))
