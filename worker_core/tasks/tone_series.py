"""Sentiment over time and between companies, from the scores that are stored."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from worker_core import settings
from worker_core.sentiment import comparison, trends
from worker_core.storage import ToneComparison, ToneDay, ToneObservation, ToneTrend
from worker_core.tasks.base import Result, Run

log = logging.getLogger(__name__)

_MOST_VERSIONS = 255
_PROGRESS_EVERY = 20
_TOLD = 200


def update_trends(run: Run, tickers: Sequence[str], days: int) -> Result:
    """Compute the series and the trend of each company anew; what to answer."""
    since = _since(days)
    found = run.storage.sentiment.observations(since, tickers)
    undated = run.storage.sentiment.undated(tickers)
    of = {ticker: tuple(group) for ticker, group in groupby(found, key=lambda each: each.ticker)}
    # A company whose documents were all removed loses its series too.
    asked = tickers or (*of, *undated, *run.storage.sentiment.followed())
    companies = list(dict.fromkeys(asked))
    computed = 0
    told: list[Mapping[str, object]] = []
    for number, ticker in enumerate(companies):
        if number % _PROGRESS_EVERY == 0:
            run.progress(f"{ticker}, {number:,} of {len(companies):,}", number / len(companies))
        row, series = _trend(run, ticker, since, of.get(ticker, ()), undated.get(ticker, 0))
        run.storage.sentiment.save_trend(row, series)
        computed += row.slope is not None
        if len(told) < _TOLD:
            told.append(
                {
                    "ticker": ticker,
                    "days": row.days,
                    "documents": row.documents,
                    "slope": row.slope,
                    "turns": list(row.turns),
                    "missing": list(row.missing),
                }
            )
    log.info("Series of %d companies; %d have a slope.", len(companies), computed)
    return {
        "companies": len(companies),
        "with_slope": computed,
        "since": since.isoformat(),
        "trends": told,
    }


def _trend(
    run: Run, ticker: str, since: date, found: Sequence[ToneObservation], undated: int
) -> tuple[ToneTrend, list[ToneDay]]:
    trend = trends.trend(
        [trends.Observation(each.day, each.mean, each.sentences) for each in found],
        half_life=settings.current().sentiment_half_life_days,
    )
    versions = sorted({each.model_version for each in found})
    by_day: dict[date, set[str]] = {}
    for each in found:
        by_day.setdefault(each.day, set()).add(each.model_version)
    row = ToneTrend(
        ticker=ticker,
        since=since,
        days=len(trend.days),
        documents=len(found),
        slope=asdict(trend.slope) if trend.slope else None,
        turns=tuple(
            {"day": turn.day.isoformat(), "before": turn.before, "after": turn.after}
            for turn in trend.turns
        ),
        missing=(*trend.missing, *_caveats(versions, undated)),
        model_versions=tuple(versions),
        task_id=run.task_id,
        updated_at=datetime.now(UTC),
    )
    series = [
        ToneDay(
            each.day,
            each.mean,
            each.ewma,
            each.documents,
            each.sentences,
            " ".join(sorted(by_day[each.day]))[:_MOST_VERSIONS],
        )
        for each in trend.days
    ]
    return row, series


def compare(run: Run, tickers: Sequence[str], days: int) -> Result:
    """Hold companies against each other and keep what came of it; what to answer."""
    since = _since(days)
    asked = list(dict.fromkeys(tickers))
    run.progress("Reading", 0.0)
    found = run.storage.sentiment.observations(since, asked)
    undated = sum(run.storage.sentiment.undated(asked).values())
    means: dict[str, list[float]] = {ticker: [] for ticker in asked}
    for each in found:
        means[each.ticker].append(each.mean)
    run.progress("Comparing", 0.5)
    result = comparison.compare(means)
    versions = sorted({each.model_version for each in found})
    kept = ToneComparison(
        task_id=run.task_id,
        since=since,
        companies=tuple(asdict(company) for company in result.companies),
        differences=tuple(asdict(difference) for difference in result.differences),
        missing=(*result.missing, *_caveats(versions, undated)),
        model_versions=tuple(versions),
        created_at=datetime.now(UTC),
    )
    run.storage.sentiment.save_comparison(kept)
    return {
        "since": since.isoformat(),
        "companies": list(kept.companies),
        "differences": list(kept.differences),
        "missing": list(kept.missing),
        "model_versions": versions,
    }


def _caveats(versions: Sequence[str], undated: int) -> Iterable[str]:
    if undated:
        told = "1 document has" if undated == 1 else f"{undated} documents have"
        yield f"{told} no date, and so no place here."
    if len(versions) > 1:
        yield (
            f"The scores are of {len(versions)} models, whose scales may differ. Score the "
            "documents again to have them of one."
        )


def _since(days: int) -> date:
    return datetime.now(UTC).date() - timedelta(days=days)
