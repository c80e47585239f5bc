"""Sentiment over time and between companies, as it was last computed."""

from dataclasses import dataclass
from datetime import date

from worker_core.operations.ledger import stored
from worker_core.settings import Settings
from worker_core.storage import ToneComparison, ToneDay, ToneTrend


@dataclass(frozen=True, slots=True)
class ToneSeries:
    """A company's trend and the days that it is of; no trend where none was computed."""

    ticker: str
    trend: ToneTrend | None
    days: tuple[ToneDay, ...]


def trends(*, settings: Settings | None = None) -> tuple[ToneTrend, ...]:
    """The trends of all companies, by ticker.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    with stored(settings) as storage:
        return storage.sentiment.trends()


def series(
    ticker: str, since: date | None = None, *, settings: Settings | None = None
) -> ToneSeries:
    """A company's daily tone, from ``since`` on. Raises as ``trends``."""
    with stored(settings) as storage:
        return ToneSeries(
            ticker, storage.sentiment.trend(ticker), storage.sentiment.daily(ticker, since)
        )


def comparison(task_id: str, *, settings: Settings | None = None) -> ToneComparison | None:
    """What a task that compared companies has found. Raises as ``trends``."""
    with stored(settings) as storage:
        return storage.sentiment.comparison(task_id)


def comparisons(limit: int = 50, *, settings: Settings | None = None) -> tuple[ToneComparison, ...]:
    """Comparisons, the newest first. Raises as ``trends``."""
    with stored(settings) as storage:
        return storage.sentiment.comparisons(limit)
