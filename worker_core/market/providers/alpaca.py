"""Alpaca: https://docs.alpaca.markets/reference/stockbars"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from worker_core.market.providers.base import Found, HttpProvider, Page, followed, listed, mapped
from worker_core.market.providers.protocol import Capabilities, Rate
from worker_core.market.providers.values import BadValue, day, day_of_moment, number, row

_NAMES = ("o", "h", "l", "c", "v")
_SPLITS = ("forward_splits", "reverse_splits")


class Alpaca(HttpProvider):
    """Raw bars and corporate actions, a page after the other.

    It could be asked for many symbols at once, but then a page that fails leaves it open whose
    days it held.
    """

    name = "alpaca"
    capabilities = Capabilities(keyed=True, actions=True, rates=(Rate(200, 60.0),))

    def bar_pages(self, symbol: str, start: date, end: date) -> Iterator[Page]:
        parameters = {
            "symbols": symbol,
            "timeframe": "1Day",
            "start": start.isoformat(),
            "end": end.isoformat(),
            "limit": "10000",
            "adjustment": "raw",
            "sort": "asc",
        }
        for answer in self._pages("/v2/stocks/bars", parameters):
            bars = mapped(self.client, answer.get("bars") or {}, "bars")
            items = listed(self.client, bars.get(symbol, []), "bars")
            yield Page([row(item, day_of_moment(item["t"]), _NAMES) for item in items])

    def action_pages(self, symbol: str, start: date, end: date) -> Iterator[Page]:
        parameters = {
            "symbols": symbol,
            "types": "forward_split,reverse_split,cash_dividend",
            "start": start.isoformat(),
            "end": end.isoformat(),
            "limit": "1000",
            "sort": "asc",
        }
        for answer in self._pages("/v1/corporate-actions", parameters):
            kinds = mapped(self.client, answer.get("corporate_actions") or {}, "actions")
            yield Page(found=[*self._splits(symbol, kinds), *self._dividends(symbol, kinds)])

    def _splits(self, symbol: str, kinds: dict[str, Any]) -> Iterator[Found]:
        for kind in _SPLITS:
            for item in listed(self.client, kinds.get(kind, []), "splits"):
                new, old = number(item.get("new_rate")), number(item.get("old_rate"))
                if not new or not old:
                    raise BadValue("a split without its ratio")
                if item.get("symbol") == symbol:
                    yield day(item["ex_date"]), "split", new / old, ""

    def _dividends(self, symbol: str, kinds: dict[str, Any]) -> Iterator[Found]:
        for item in listed(self.client, kinds.get("cash_dividends", []), "dividends"):
            if item.get("symbol") == symbol:
                yield day(item["ex_date"]), "dividend", number(item.get("rate")), "USD"

    def _pages(self, path: str, parameters: dict[str, str]) -> Iterator[dict[str, Any]]:
        def ask(token: str | None) -> dict[str, Any]:
            more = {} if token is None else {"page_token": token}
            found = self.client.json(path, **parameters, **more)
            answer = mapped(self.client, found, "object")
            if "message" in answer and "bars" not in answer and "corporate_actions" not in answer:
                raise self.client.bad_answer("an error", answer["message"])
            return answer

        return followed(self.client, ask, lambda answer: answer.get("next_page_token"))
