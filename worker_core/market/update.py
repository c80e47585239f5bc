"""Fetching what a source has and the store does not.

Each symbol is stored as it comes, so that an update that is ended anywhere has kept what it had,
and the next one goes on behind the newest stored bar.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from worker_core.market.adjust import BadAction, factors
from worker_core.market.audit import audit
from worker_core.market.bars import Action
from worker_core.market.providers.protocol import (
    BarsAnswer,
    Provider,
    ProviderError,
    Versioned,
)
from worker_core.market.store import MarketStore

FIRST_DAY = date(1990, 1, 1)
_NEW_YORK = ZoneInfo("America/New_York")
# By then the closing auction is in every source's bar of the day.
_DAY_IS_OVER_AT = 18


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an update did for one symbol."""

    symbol: str
    written: int = 0
    actions: int = 0
    until: date | None = None
    current: bool = False
    problem: ProviderError | None = None
    notes: tuple[str, ...] = ()
    findings: dict[str, int] = field(default_factory=dict)
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What an update did: one outcome for each symbol that it came to.

    ``stopped`` is what ended it early; ``missing`` are the symbols it did not come to.
    """

    outcomes: tuple[Outcome, ...]
    missing: tuple[str, ...] = ()
    stopped: ProviderError | None = None


def last_complete_day(now: datetime) -> date:
    """The newest day whose bar can be complete: today in New York in the evening, else
    yesterday. A bar that is fetched while the day lasts would be stored half done."""
    there = now.astimezone(_NEW_YORK)
    return there.date() if there.hour >= _DAY_IS_OVER_AT else there.date() - timedelta(days=1)


def update(
    provider: Provider,
    store: MarketStore,
    symbols: Sequence[str],
    now: datetime,
    *,
    start: date | None = None,
    overlap: timedelta = timedelta(days=7),
    exchange: str = "",
    on_progress: Callable[[str, float], None] = lambda _stage, _fraction: None,
) -> Report:
    """Fetch and store the bars and actions of ``symbols``; with ``start`` from there on, else from
    ``overlap`` before the newest stored bar, to catch corrections.

    A symbol that was fetched up to the last complete day already is left alone, unless the source
    says that it holds something else by now: then all of it is looked at, whatever the day. Of
    what is stored already nothing is written again.
    """
    end = last_complete_day(now)
    outcomes: list[Outcome] = []
    for place, symbol in enumerate(symbols):
        on_progress(f"{symbol}, {place + 1:,} of {len(symbols):,}", place / len(symbols))
        known = store.symbol(symbol)
        last = known.last_day if known is not None else None
        fetched = (known.progress if known is not None else {}).get(provider.name, {})
        version = _version(provider, symbol)
        known_version = fetched.get("version")
        same = version is None or version == known_version
        if start is None and same and fetched.get("until", "") >= end.isoformat():
            outcomes.append(Outcome(symbol, until=last, current=True))
            continue
        if start is None and last is not None and last > end:
            note = (
                f"The newest stored bar is of {last}, after {end}: is this computer's clock right?"
            )
            outcomes.append(Outcome(symbol, until=last, current=True, notes=(note,)))
            continue
        whole = last is None or not same
        first = start or (FIRST_DAY if whole or last is None else last - overlap)
        # What was asked for in part alone leaves the rest to be looked at.
        seen = known_version if start is not None else version
        outcome, stopped = _one(provider, store, symbol, min(first, end), end, now, exchange, seen)
        outcomes.append(outcome)
        if stopped is not None:
            return Report(tuple(outcomes), tuple(symbols[place + 1 :]), stopped)
    return Report(tuple(outcomes))


def _version(provider: Provider, symbol: str) -> str | None:
    """What the source holds of a symbol, where it tells that."""
    if not isinstance(provider, Versioned):
        return None
    try:
        return provider.version(symbol)
    except ProviderError:
        return None  # asking it for bars says what is the matter


def _one(
    provider: Provider,
    store: MarketStore,
    symbol: str,
    first: date,
    end: date,
    now: datetime,
    exchange: str,
    version: str | None,
) -> tuple[Outcome, ProviderError | None]:
    answers: list[BarsAnswer] = []
    stopped: ProviderError | None = None
    try:
        answers.extend(provider.bars([symbol], first, end))
    except ProviderError as error:
        stopped = error
    if not answers:
        return Outcome(symbol, problem=stopped), stopped
    (answer,) = answers
    actions, notes, problem = list(answer.actions), answer.notes, answer.problem
    asks_apart = provider.capabilities.actions and not provider.capabilities.actions_with_bars
    if asks_apart and problem is None:
        try:
            for found in provider.actions([symbol], first, end):
                actions += found.actions
                notes += found.notes
                problem = found.problem
        except ProviderError as error:
            problem = stopped = error
    written = store.upsert_bars(answer.bars) if len(answer.bars) else 0
    possible, doubts = _possible(store, symbol, actions)
    kept = store.upsert_actions(possible) if possible else 0
    if problem is None:
        state = {"until": end.isoformat(), "at": now.astimezone(UTC).isoformat()}
        if version is not None:
            state["version"] = version
        store.save_progress(symbol, provider.name, state)
    checked = audit(store, symbol, now, exchange=exchange) if written or kept else None
    known = store.symbol(symbol)
    outcome = Outcome(
        symbol,
        written,
        kept,
        known.last_day if known is not None else None,
        problem=problem,
        notes=notes + doubts,
        findings=checked.severities if checked is not None else {},
        quarantined=checked.quarantined if checked is not None else 0,
    )
    return outcome, stopped


def _possible(
    store: MarketStore, symbol: str, actions: Sequence[Action]
) -> tuple[list[Action], tuple[str, ...]]:
    """Without dividends as large as the price, which would make every adjusted price a failure;
    and what was left out."""
    kept: list[Action] = []
    doubts: list[str] = []
    bars = store.bars(symbol) if actions else None
    for action in actions:
        try:
            if bars is not None:
                factors(bars, [action])
        except BadAction as error:
            doubts.append(f"{error} It is not stored.")
        else:
            kept.append(action)
    return kept, tuple(doubts)
