"""Polygon: https://polygon.io/docs/stocks"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from worker_core.market.providers.base import HttpProvider, Page, followed, listed, mapped
from worker_core.market.providers.protocol import Capabilities, Rate
from worker_core.market.providers.values import BadValue, day, day_of_moment, number, row

_NAMES = ("o", "h", "l", "c", "v")


class Polygon(HttpProvider):
    """Raw bars a page after the other; dividends and splits by questions of their own."""

    name = "polygon"
    capabilities = Capabilities(keyed=True, actions=True, rates=(Rate(5, 60.0),))

    def bar_pages(self, symbol: str, start: date, end: date) -> Iterator[Page]:
        path = f"/v2/aggs/ticker/{symbol}/range/1/day/{start}/{end}"
        parameters = {"adjusted": "false", "sort": "asc", "limit": "50000"}
        for answer in self._pages(path, parameters):
            if answer.get("adjusted") is True:
                raise self.client.bad_answer("adjusted prices, where raw ones were asked for")
            items = listed(self.client, answer.get("results", []), "bars")
            yield Page([row(item, day_of_moment(item["t"]), _NAMES) for item in items])

    def action_pages(self, symbol: str, start: date, end: date) -> Iterator[Page]:
        common = {"ticker": symbol, "limit": "1000", "order": "asc"}
        on = "execution_date"
        splits = {f"{on}.gte": start.isoformat(), f"{on}.lte": end.isoformat(), "sort": on}
        for answer in self._pages("/v3/reference/splits", common | splits):
            items = self._of(symbol, answer, "splits")
            yield Page(found=[(day(item[on]), "split", _ratio(item), "") for item in items])
        on = "ex_dividend_date"
        paid = {f"{on}.gte": start.isoformat(), f"{on}.lte": end.isoformat(), "sort": on}
        for answer in self._pages("/v3/reference/dividends", common | paid):
            items = self._of(symbol, answer, "dividends")
            yield Page(
                found=[
                    (
                        day(item[on]),
                        "dividend",
                        number(item.get("cash_amount")),
                        str(item.get("currency") or "USD"),
                    )
                    for item in items
                ]
            )

    def _of(self, symbol: str, answer: dict[str, Any], what: str) -> list[dict[str, Any]]:
        items = listed(self.client, answer.get("results", []), what)
        # The recorded answers hold other symbols than were asked for when the filter is unknown.
        return [item for item in items if item.get("ticker") == symbol]

    def _pages(self, path: str, parameters: dict[str, str]) -> Iterator[dict[str, Any]]:
        def ask(next_url: str | None) -> dict[str, Any]:
            found = (
                self.client.json(path, **parameters)
                if next_url is None
                else (self.client.json(next_url))
            )
            return self._checked(found)

        return followed(self.client, ask, lambda answer: answer.get("next_url"))

    def _checked(self, found: Any) -> dict[str, Any]:
        """Polygon says in the body how it went."""
        answer = mapped(self.client, found, "object")
        status = answer.get("status", "OK")
        if status in {"OK", "DELAYED"}:
            return answer
        text = answer.get("error") or answer.get("message") or status
        if status in {"NOT_AUTHORIZED", "AUTH_ERROR"}:
            raise self.client.refused(text)
        if "maximum requests" in str(text):
            raise self.client.rate_limited(text)
        raise self.client.bad_answer("an error", text)


def _ratio(item: dict[str, Any]) -> float:
    new, old = number(item.get("split_to")), number(item.get("split_from"))
    if not new or not old:
        raise BadValue("a split without its ratio")
    return new / old
