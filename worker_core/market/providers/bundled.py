"""The bundled sample as a source."""

from collections.abc import Iterator, Sequence
from datetime import date

from worker_core.market.bars import Bars
from worker_core.market.providers.protocol import (
    ActionsAnswer,
    BarsAnswer,
    Capabilities,
    ProviderError,
)
from worker_core.market.sample import PROVIDER, sample_actions, sample_bars


class Sample:
    """Real prices of 1999 to 2018, to try everything with."""

    name = PROVIDER
    capabilities = Capabilities(keyed=False, actions=True, actions_with_bars=True)

    def symbols(self) -> tuple[str, ...]:
        """What the sample holds."""
        return tuple(bars.symbol for bars in sample_bars())

    def close(self) -> None:
        """Nothing is held open."""

    def bars(self, symbols: Sequence[str], start: date, end: date) -> Iterator[BarsAnswer]:
        """See ``Provider``."""
        held = {bars.symbol: bars for bars in sample_bars()}
        for symbol in symbols:
            if symbol in held:
                actions = tuple(
                    one
                    for one in sample_actions()
                    if one.symbol == symbol and start <= one.ex_date <= end
                )
                yield BarsAnswer(symbol, held[symbol].between(start, end), actions)
            else:
                has = ", ".join(held)
                problem = ProviderError("unknown_symbol", f"The sample has only {has}.")
                yield BarsAnswer(symbol, Bars.empty("X"), problem=problem)

    def actions(self, symbols: Sequence[str], start: date, end: date) -> Iterator[ActionsAnswer]:
        """See ``Provider``."""
        for answer in self.bars(symbols, start, end):
            yield ActionsAnswer(answer.symbol, answer.actions, answer.problem)
