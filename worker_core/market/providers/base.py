"""What sources over HTTP share: one symbol after the other, and a page after the other."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final

from worker_core.market.bars import ActionKind, BadBars, Bars
from worker_core.market.providers.client import Client
from worker_core.market.providers.protocol import (
    ActionsAnswer,
    BarsAnswer,
    Capabilities,
    ProviderError,
)
from worker_core.market.providers.values import BadValue, Row, actions_of, bars_of

Found = tuple[date, ActionKind, float | None, str]
"""Ex date, kind, value, currency."""

_PAGES: Final = 2000
# What is wrong for one symbol is wrong for all that follow.
_FOR_ALL: Final = {"rate_limited", "refused", "not_set_up", "unreachable"}
_UNEXPECTED: Final = (BadValue, BadBars, KeyError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True, slots=True)
class Page:
    """A part of an answer: rows of bars and of actions."""

    rows: Sequence[Row] = ()
    found: Sequence[Found] = ()


@dataclass
class HttpProvider:
    """A source that is asked for one symbol at a time, the oldest day first."""

    client: Client
    name: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    currency: ClassVar[str] = "USD"

    def close(self) -> None:
        """Close the connections; it cannot be asked any more."""
        self.client.close()

    def bars(self, symbols: Sequence[str], start: date, end: date) -> Iterator[BarsAnswer]:
        """See ``Provider``."""
        for symbol in symbols:
            rows, found, problem = self._gathered(self.bar_pages(symbol, start, end))
            try:
                bars, notes = bars_of(
                    symbol, rows, start, end, currency=self.currency, provider=self.name
                )
            except BadBars as error:
                bars, notes = Bars.empty("X"), ()
                problem = ProviderError("unknown_symbol", str(error))
            actions, more = actions_of(symbol, found, start, end, provider=self.name)
            yield BarsAnswer(symbol, bars, actions, problem, notes + more)
            if problem is not None and problem.code in _FOR_ALL:
                raise problem

    def actions(self, symbols: Sequence[str], start: date, end: date) -> Iterator[ActionsAnswer]:
        """See ``Provider``."""
        for symbol in symbols:
            _, found, problem = self._gathered(self.action_pages(symbol, start, end))
            actions, notes = actions_of(symbol, found, start, end, provider=self.name)
            yield ActionsAnswer(symbol, actions, problem, notes)
            if problem is not None and problem.code in _FOR_ALL:
                raise problem

    def bar_pages(self, symbol: str, start: date, end: date) -> Iterator[Page]:
        """The pages of a symbol's bars, the oldest days first."""
        raise NotImplementedError

    def action_pages(self, symbol: str, start: date, end: date) -> Iterator[Page]:
        """The pages of a symbol's actions."""
        yield from self.bar_pages(symbol, start, end)

    def _gathered(
        self, pages: Iterable[Page]
    ) -> tuple[list[Row], list[Found], ProviderError | None]:
        """What came before the first failure, and the failure."""
        rows: list[Row] = []
        found: list[Found] = []
        try:
            for page in pages:
                rows += page.rows
                found += page.found
        except ProviderError as error:
            return rows, found, error
        except _UNEXPECTED as error:
            said = f"{type(error).__name__}: {error}" if isinstance(error, KeyError) else str(error)
            problem = self.client.bad_answer("something else than it promises", said)
            return rows, found, problem
        return rows, found, None


def followed(
    client: Client, ask: Callable[[Any], Any], next_of: Callable[[Any], Any]
) -> Iterator[Any]:
    """Page after page: ``ask(None)`` first, then with what ``next_of`` finds in the one before.

    Raises:
        ProviderError: the pages go round in a circle or have no end.
    """
    after: Any = None
    seen = set()
    for _ in range(_PAGES):
        page = ask(after)
        yield page
        after = next_of(page)
        if not after:
            return
        if not isinstance(after, str) or after in seen:
            break
        seen.add(after)
    raise client.bad_answer("pages that lead to no end")


def listed(client: Client, value: Any, what: str) -> list[dict[str, Any]]:
    """``value`` as a list of objects.

    Raises:
        ProviderError: it is none.
    """
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise client.bad_answer(f"no list of {what}", value)
    return value


def mapped(client: Client, value: Any, what: str) -> dict[str, Any]:
    """``value`` as an object.

    Raises:
        ProviderError: it is none.
    """
    if not isinstance(value, dict):
        raise client.bad_answer(f"no {what}", value)
    return value
