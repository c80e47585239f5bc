"""Tiingo: https://www.tiingo.com/documentation/end-of-day"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from worker_core.market.providers.base import HttpProvider, Page, listed
from worker_core.market.providers.protocol import Capabilities, ProviderError, Rate
from worker_core.market.providers.values import day, number, row

_NAMES = ("open", "high", "low", "close", "volume")


class Tiingo(HttpProvider):
    """Raw bars with dividends and splits beside them, in one answer a symbol."""

    name = "tiingo"
    capabilities = Capabilities(
        keyed=True,
        actions=True,
        actions_with_bars=True,
        rates=(Rate(50, 3600.0), Rate(1000, 86_400.0)),
    )

    def bar_pages(self, symbol: str, start: date, end: date) -> Iterator[Page]:
        # Share classes have a hyphen there: BRK-B.
        answer = self.client.json(
            f"/tiingo/daily/{symbol.replace('.', '-')}/prices",
            startDate=start.isoformat(),
            endDate=end.isoformat(),
            format="json",
        )
        if not isinstance(answer, list):
            raise self._said_instead(symbol, answer)
        items = listed(self.client, answer, "prices")
        yield Page(
            [row(item, day(item["date"]), _NAMES) for item in items],
            [
                found
                for item in items
                for found in (
                    (day(item["date"]), "split", number(item.get("splitFactor")), ""),
                    (day(item["date"]), "dividend", number(item.get("divCash")), "USD"),
                )
                if found[2] != 0
            ],
        )

    def _said_instead(self, symbol: str, answer: Any) -> ProviderError:
        """Tiingo writes some errors into a successful answer."""
        text = str(answer.get("detail", answer) if isinstance(answer, dict) else answer)
        if "run over your" in text or "request allocation" in text:
            return self.client.rate_limited(text)
        if "not found" in text.lower():
            return self.client.unknown_symbol(symbol)
        if "token" in text.lower() or "permission" in text.lower():
            return self.client.refused(text)
        return self.client.bad_answer("an error", text)
