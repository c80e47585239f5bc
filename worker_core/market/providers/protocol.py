"""What a source of prices can do, and what it answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable

from worker_core.market.bars import Action, Bars


class ProviderError(Exception):
    """A source did not give what was asked for.

    Attributes:
        code: a short stable word: ``rate_limited``, ``refused``, ``unknown_symbol``,
            ``bad_answer``, ``unreachable``, ``too_large``, ``not_set_up``.
        message: what happened, for a reader. It never holds a key.
        remedy: what the reader can do next.
        transient: the same request may succeed later, with nothing changed.
        retry_after_s: seconds until it is worth trying again, where the source said so.
    """

    def __init__(
        self,
        code: str,
        message: str,
        remedy: str = "",
        transient: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(code, message, remedy, transient, retry_after_s)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.transient = transient
        self.retry_after_s = retry_after_s

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` requests in any ``period_s`` seconds, over all workers together."""

    count: int
    period_s: float


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a source offers.

    Attributes:
        keyed: it wants a key.
        actions: it knows splits and dividends.
        actions_with_bars: they come with the bars; ``Provider.actions`` need not be asked.
        rates: how often it may be asked, by its free plan.
    """

    keyed: bool
    actions: bool
    actions_with_bars: bool = False
    rates: tuple[Rate, ...] = ()


@dataclass(frozen=True, slots=True)
class BarsAnswer:
    """What came for one symbol; with ``problem`` what did not.

    Both may be there: of an answer that broke off half-way the earlier days are kept, so that the
    next fetch goes on behind them. ``notes`` say what was left out of an answer, and why.
    """

    symbol: str
    bars: Bars
    actions: tuple[Action, ...] = ()
    problem: ProviderError | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionsAnswer:
    """The splits and dividends that came for one symbol."""

    symbol: str
    actions: tuple[Action, ...] = ()
    problem: ProviderError | None = None
    notes: tuple[str, ...] = ()


class Provider(Protocol):
    """A source of raw daily bars. Days are the exchange's own, both included.

    Each symbol is answered once; a symbol that fails does so alone, in its answer. Only a failure
    that concerns every symbol (no key, limit used up) is raised, after what came before it.
    """

    @property
    def name(self) -> str: ...
    @property
    def capabilities(self) -> Capabilities: ...
    def bars(self, symbols: Sequence[str], start: date, end: date) -> Iterator[BarsAnswer]: ...
    def actions(
        self, symbols: Sequence[str], start: date, end: date
    ) -> Iterator[ActionsAnswer]: ...
    def close(self) -> None: ...


@runtime_checkable
class Versioned(Protocol):
    """A source whose past may change within a day, and that knows at no cost what it holds."""

    def version(self, symbol: str) -> str | None:
        """The same as long as everything that it holds of the symbol is; None where it has none.

        Raises:
            ProviderError: it cannot be looked into at all.
        """
        ...


class Pace(Protocol):
    """Who decides when the next request to a source may go out."""

    def turn(self, source: str, rates: Sequence[Rate], patience_s: float) -> float:
        """Take the next free place: seconds until it comes. A place further away than
        ``patience_s`` is not taken, and the answer is how far it is."""
        ...
