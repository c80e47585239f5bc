"""Tasks of the queue ``data_processing`` that fetch and check market data."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from worker_core import settings
from worker_core.arguments import SomeTickers, SyncExternalData, UpdateMarketData
from worker_core.market.audit import audit
from worker_core.market.providers import Provider, ProviderError
from worker_core.market.providers.bundled import Sample
from worker_core.market.providers.folder import Folder
from worker_core.market.update import Outcome, Report, update
from worker_core.operations.submit import PROCESS, submit
from worker_core.tasks.base import PermanentFailure, Result, Run, catalog_task
from worker_core.tasks.sources import asking, provider_of

log = logging.getLogger(__name__)

SOURCES = ("fred", "sec")


@catalog_task("data_processing.update_market_data")
def update_market_data(run: Run, arguments: UpdateMarketData) -> Result:
    values = settings.current()
    provider = provider_of(arguments.provider)
    try:
        symbols = arguments.tickers or _known_symbols(run, provider, arguments.provider)
        report = update(
            provider,
            run.storage.market,
            symbols,
            datetime.now(UTC),
            start=arguments.start,
            overlap=timedelta(days=values.market_overlap_days),
            exchange=values.market_exchange,
            on_progress=run.progress,
        )
    except ProviderError as error:
        raise PermanentFailure(str(error)) from None
    finally:
        provider.close()
    _fail_if_nothing_came(report)
    done = [one for one in report.outcomes if one.problem is None]
    log.info("%s: %d of %d symbols.", provider.name, len(done), len(symbols))
    return {
        "provider": provider.name,
        "updated": sum(not one.current for one in done),
        "current": sum(one.current for one in done),
        "written": sum(one.written for one in report.outcomes),
        "symbols": {one.symbol: _outcome(one) for one in report.outcomes if not one.current},
        "missing": list(report.missing),
        "stopped": None if report.stopped is None else _problem(report.stopped),
    }


def _known_symbols(run: Run, provider: Provider, named: str | None) -> list[str]:
    """Those that are stored and not renamed, with those that have come into the folder since. Into
    an empty store comes what the source lists, if it was named: the schedule alone fills nobody's
    database with a sample."""
    known = run.storage.market.symbols()
    stored = [one.symbol for one in known if one.renamed_to is None]
    if stored:
        there = {one.symbol for one in known}
        listed = provider.symbols() if isinstance(provider, Folder) else ()
        return stored + [one for one in listed if one not in there]
    if named is None:
        log.info("No symbols are stored yet: there is nothing to update.")
        return []
    if isinstance(provider, Sample | Folder):
        return list(provider.symbols())
    raise PermanentFailure(
        "No symbols are stored yet, so there is nothing to update. Name some in the task's tickers."
    )


def _fail_if_nothing_came(report: Report) -> None:
    """An update of which nothing succeeded is a failure: for now if trying again may help."""
    problems = [one.problem for one in report.outcomes if one.problem is not None]
    came = any(one.problem is None or one.written for one in report.outcomes)
    if came or not problems:
        return
    passing = next((one for one in problems if one.transient), None)
    if passing is not None:
        raise passing
    raise PermanentFailure(" ".join(dict.fromkeys(str(one) for one in problems[:3])))


def _outcome(one: Outcome) -> dict[str, Any]:
    return {
        "written": one.written,
        "actions": one.actions,
        "until": None if one.until is None else one.until.isoformat(),
        "problem": None if one.problem is None else _problem(one.problem),
        "notes": list(one.notes),
        "findings": one.findings,
        "quarantined": one.quarantined,
    }


def _problem(error: ProviderError) -> dict[str, Any]:
    return {
        "code": error.code,
        "message": str(error),
        "transient": error.transient,
        "retry_after_s": error.retry_after_s,
    }


@catalog_task("data_processing.data_quality_check")
def data_quality_check(run: Run, arguments: SomeTickers) -> Result:
    market, values = run.storage.market, settings.current()
    known = [one.symbol for one in market.symbols()]
    symbols = arguments.tickers or known
    unknown = sorted(set(symbols) - set(known))
    if unknown and len(unknown) == len(set(symbols)):
        raise PermanentFailure(
            f"No prices of {', '.join(unknown[:5])} are stored. Run update_market_data first."
        )
    answer: dict[str, Any] = {}
    for place, symbol in enumerate(symbols):
        if symbol in unknown:
            continue
        run.progress(f"{symbol}, {place + 1:,} of {len(symbols):,}", place / len(symbols))
        one = audit(market, symbol, datetime.now(UTC), exchange=values.market_exchange)
        answer[symbol] = {
            "bars": one.bars,
            "quarantined": one.quarantined,
            "findings": one.severities,
            "checks": sorted({finding.check for finding in one.findings}),
        }
    return {"checked": len(answer), "unknown": unknown, "symbols": answer}


@catalog_task("data_processing.sync_external_data")
def sync_external_data(run: Run, arguments: SyncExternalData) -> Result:
    values = settings.current()
    if strange := sorted(set(arguments.sources) - set(SOURCES)):
        raise PermanentFailure(
            f"There is no external source {', '.join(strange)[:100]}. There are: "
            f"{', '.join(SOURCES)}."
        )
    series, tickers = _words(values.fred_series), _words(values.sec_tickers)
    wanted = arguments.sources or [
        name for name, needs in (("fred", series), ("sec", tickers)) if needs
    ]
    answer: dict[str, Any] = {}
    problems: list[ProviderError] = []
    for place, source in enumerate(wanted):
        run.progress(source, place / len(wanted))
        names, fetch = (series, _fred) if source == "fred" else (tickers, _sec)
        answer[source] = _each(names, fetch(run), problems)
    came = any("problem" not in one for found in answer.values() for one in found.values())
    if problems and not came:
        passing = next((one for one in problems if one.transient), None)
        if passing is not None:
            raise passing
        raise PermanentFailure(str(problems[0]))
    return answer


def _words(text: str) -> list[str]:
    return [word.strip().upper() for word in text.split(",") if word.strip()]


def _each(
    names: list[str],
    fetch: AbstractContextManager[Callable[[str], dict[str, Any]]],
    problems: list[ProviderError],
) -> dict[str, Any]:
    """The answer for each name; one that fails does so alone."""
    found: dict[str, Any] = {}
    try:
        with fetch as ask:
            for name in names:
                try:
                    found[name] = ask(name)
                except ProviderError as error:
                    problems.append(error)
                    found[name] = {"problem": _problem(error)}
                    if error.code in {"rate_limited", "refused"}:
                        break
    except ProviderError as error:
        problems.append(error)
        return {name: {"problem": _problem(error)} for name in names or ["all"]}
    return found


@contextmanager
def _fred(run: Run) -> Iterator[Callable[[str], dict[str, Any]]]:
    from worker_core.market.providers.fred import RATES, Fred

    source = Fred(asking("fred", RATES))

    def ask(series_id: str) -> dict[str, Any]:
        observations = source.series(series_id, datetime.now(UTC).date())
        written = run.storage.market.upsert_observations(observations)
        return {"observations": len(observations), "written": written}

    with closing(source.client):
        yield ask


@contextmanager
def _sec(run: Run) -> Iterator[Callable[[str], dict[str, Any]]]:
    """Facts go the way of every document: stored by content, and read by the task that reads
    documents, which takes the facts out of companyfacts too."""
    from worker_core.market.providers.sec import RATES, Sec

    source = Sec(asking("sec", RATES), asking("sec_files", RATES))

    def ask(ticker: str) -> dict[str, Any]:
        cik = source.cik(ticker)
        body = source.company_facts(cik)
        artifact = run.storage.artifacts.put_bytes(body)
        task = submit(
            PROCESS,
            {
                "document": artifact.sha256,
                "filename": f"CIK{cik:010d}.json",
                "ticker": ticker,
                "document_type": "companyfacts",
            },
            idempotency_key=f"companyfacts:{artifact.sha256}",
        )
        return {"cik": cik, "document": artifact.sha256, "task": task.task_id}

    with closing(source):
        yield ask
