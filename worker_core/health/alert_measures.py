"""What alert rules can be about: the measures of a running system and of what its tasks find."""

from dataclasses import dataclass
from typing import Final, Literal

Comparison = Literal["above", "below"]
Unit = Literal["messages", "seconds", "share", "workers", "findings", "anomalies"]
About = Literal["queue", "task", "symbol", "all"]

ALL: Final = "(all)"
"""The subject of what is measured over the whole system. No wildcard matches it."""

MINUTE_S: Final = 60.0
WINDOW_S: Final = 900.0
"""Failures and run times are measured over the tasks that ended in so many seconds."""
FEWEST_ENDED: Final = 5
"""A share or a percentile of fewer tasks is not given: it would be made from nothing."""
ANOMALY_WINDOW_S: Final = 86_400.0
COVERAGE_DAYS: Final = 90
FEWEST_OUTCOMES: Final = 20
MOST_SUBJECTS: Final = 2000
"""Of one measure at one time; the worst of them."""


@dataclass(frozen=True, slots=True)
class Measure:
    """``every_s`` is how often it is read, ``absent`` what a subject has that is not among those
    read (None: nothing is known of it then), ``usual`` the comparison that means trouble."""

    key: str
    title: str
    unit: Unit
    about: About
    description: str
    every_s: float = MINUTE_S
    absent: float | None = None
    usual: Comparison = "above"

    @property
    def max_gap_s(self) -> float:
        """Two readings further apart than this say nothing about the time between them."""
        return 4 * self.every_s + 30


MEASURES: Final[dict[str, Measure]] = {
    measure.key: measure
    for measure in (
        Measure(
            "queue_depth",
            "Queue depth",
            "messages",
            "queue",
            "Messages that wait in a queue and that no worker has taken.",
        ),
        Measure(
            "oldest_age",
            "Oldest waiting age",
            "seconds",
            "queue",
            "How long the next message of a queue has waited; 0 where none waits.",
        ),
        Measure(
            "failure_share",
            "Failure share",
            "share",
            "task",
            f"Of the tasks that ended in the last {WINDOW_S / 60:.0f} minutes, the share that "
            f"failed; {ALL} stands for all tasks together. Fewer than {FEWEST_ENDED} are not "
            "judged.",
        ),
        Measure(
            "silent_workers",
            "Silent workers",
            "workers",
            "all",
            "Workers that listen and do not answer, or that were there within the last hour and "
            "are gone without having said so.",
        ),
        Measure(
            "runtime",
            "Run time",
            "seconds",
            "task",
            "From its first start to its end, the time that 95 of 100 runs of a task stay below, "
            f"over the last {WINDOW_S / 60:.0f} minutes. Fewer than {FEWEST_ENDED} runs are not "
            "judged.",
        ),
        Measure(
            "quality_findings",
            "Data-quality findings",
            "findings",
            "symbol",
            "What the last check found wrong with the prices of a symbol, but for what it only "
            "remarks on.",
            every_s=600.0,
            absent=0.0,
        ),
        Measure(
            "anomalies",
            "Anomalies",
            "anomalies",
            "symbol",
            "Anomalies of a symbol, or of one of its metrics, found in the last 24 hours.",
            every_s=600.0,
            absent=0.0,
        ),
        Measure(
            "forecast_coverage",
            "Forecast coverage",
            "share",
            "symbol",
            "How often prices came to lie within the 80 % interval of their forecast, over "
            f"{COVERAGE_DAYS} days; {ALL} stands for all symbols together. Fewer than "
            f"{FEWEST_OUTCOMES} outcomes are not judged.",
            every_s=600.0,
            usual="below",
        ),
    )
}


def amount(value: float, unit: Unit) -> str:
    """A value of a measure in words: ``3 workers``, ``4 min``, ``12 %``."""
    if unit == "share":
        return f"{_plain(100 * value)} %"
    if unit == "seconds":
        return span(value)
    return f"{_plain(value)} {_ONE[unit] if value == 1 else unit}"


_ONE: Final = {
    "messages": "message",
    "workers": "worker",
    "findings": "finding",
    "anomalies": "anomaly",
}


def span(seconds: float) -> str:
    """A length of time in words."""
    for size, word in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{_plain(seconds / size)} {word}"
    return f"{_plain(seconds)} s"


def _plain(number: float) -> str:
    text = f"{number:,.1f}" if abs(number) < 10 else f"{number:,.0f}"
    return text.removesuffix(".0")
