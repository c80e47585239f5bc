"""Alpha Vantage: https://www.alphavantage.co/documentation/"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from worker_core.market.bars import ActionKind
from worker_core.market.providers.base import HttpProvider, Page, listed, mapped
from worker_core.market.providers.protocol import Capabilities, Rate
from worker_core.market.providers.values import day, number, row

_NAMES = ("1. open", "2. high", "3. low", "4. close", "5. volume")
_SERIES = "Time Series (Daily)"
# What a compact answer is sure to reach back: a hundred sessions.
_COMPACT = timedelta(days=130)


class AlphaVantage(HttpProvider):
    """Raw bars, the whole history in one answer; dividends and splits by questions of their own.

    It answers errors, and a key that was used up, with status 200.
    """

    name = "alpha_vantage"
    capabilities = Capabilities(keyed=True, actions=True, rates=(Rate(25, 86_400.0), Rate(1, 1.1)))

    def bar_pages(self, symbol: str, start: date, end: date) -> Iterator[Page]:
        recent = datetime.now(UTC).date() - start < _COMPACT
        for size in ("compact", "full") if recent else ("full",):
            answer = self._asked(symbol, "TIME_SERIES_DAILY", outputsize=size)
            series = mapped(self.client, answer.get(_SERIES), "daily prices")
            items = [(day(text), item) for text, item in series.items()]
            # A clock that is wrong must not make a hole.
            if items and min(on for on, _ in items) <= start:
                break
        # The whole history comes, whatever was asked for.
        yield Page([row(item, on, _NAMES) for on, item in items if start <= on <= end])

    def action_pages(
        self,
        symbol: str,
        start: date,  # noqa: ARG002 - it answers with all there ever were
        end: date,  # noqa: ARG002
    ) -> Iterator[Page]:
        yield self._actions(symbol, "SPLITS", "split", "effective_date", "split_factor")
        yield self._actions(symbol, "DIVIDENDS", "dividend", "ex_dividend_date", "amount")

    def _actions(self, symbol: str, function: str, kind: ActionKind, on: str, value: str) -> Page:
        answer = self._asked(symbol, function)
        items = listed(self.client, answer.get("data"), function.lower())
        # A dividend that is announced without an ex date yet says "None".
        dated = [item for item in items if item.get(on) not in (None, "None")]
        currency = "USD" if kind == "dividend" else ""
        return Page(
            found=[(day(item[on]), kind, number(item.get(value)), currency) for item in dated]
        )

    def _asked(self, symbol: str, function: str, **parameters: str) -> dict[str, Any]:
        answer = mapped(
            self.client,
            self.client.json("/query", function=function, symbol=symbol, **parameters),
            "object",
        )
        if "Error Message" in answer:
            text = str(answer["Error Message"])
            if "apikey" in text.lower():
                raise self.client.refused(text)
            raise self.client.unknown_symbol(symbol)
        for name in ("Note", "Information"):
            if name in answer:
                text = str(answer[name])
                if "premium endpoint" in text.lower() or "premium feature" in text.lower():
                    raise self.client.refused(text)
                raise self.client.rate_limited(text)
        return answer
