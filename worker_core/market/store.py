"""What the domain needs of the store of market data; `storage.market` has it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from worker_core.market.bars import Action, Bars
from worker_core.market.records import Finding, Symbol


class MarketStore(Protocol):
    """See `worker_core.storage.market.repository.MarketRepository`."""

    def bars(
        self,
        symbol: str,
        start: date | None = None,
        end: date | None = None,
        *,
        include_quarantined: bool = False,
    ) -> Bars: ...
    def actions(self, symbol: str) -> list[Action]: ...
    def currencies(self, symbol: str) -> tuple[str, ...]: ...
    def symbol(self, symbol: str) -> Symbol | None: ...
    def upsert_bars(self, bars: Bars | Iterable[Bars]) -> int: ...
    def upsert_actions(self, actions: Iterable[Action]) -> int: ...
    def save_progress(
        self, symbol: str, provider: str, state: Mapping[str, Any] | None
    ) -> None: ...
    def save_findings(self, symbol: str, found: Sequence[Finding]) -> int: ...
