"""Answers of the sources as they were recorded, and the sources that are to read them."""

from datetime import date
from typing import Any

from tests.market.conftest import OPEN, Source
from worker_core.market.providers import KEYED, LocalPace, Setup, build
from worker_core.market.providers.base import HttpProvider
from worker_core.market.providers.protocol import BarsAnswer, Provider

START, END = date(2024, 1, 2), date(2024, 1, 31)
KEYS = {
    "tiingo": "key-tiingo",
    "alpha_vantage": "key-av",
    "polygon": "key-polygon",
    "alpaca": "id-alpaca:secret-alpaca",
}
MIDNIGHT = 1_704_171_600_000  # 2024-01-02 in New York
DAY_MS = 86_400_000


def make(name: str, source: Source) -> Provider:
    setup = Setup(keys=KEYS, addresses=dict.fromkeys(KEYED, source.url), budget_s=0.2)
    provider = build(name, setup, Free())
    assert isinstance(provider, HttpProvider)
    provider.client.sleep = lambda _: None
    OPEN.append(provider)
    return provider


class Free(LocalPace):
    """No limits: these tests are about answers."""

    def turn(self, *_: Any) -> float:
        return 0.0


def tiingo(*days: str, **changes: Any) -> list[dict[str, Any]]:
    return [
        {
            "date": f"{day}T00:00:00.000Z",
            "close": 100.0,
            "high": 101.0,
            "low": 99.0,
            "open": 100.5,
            "volume": 1000,
            "adjClose": 50.0,
            "divCash": 0.0,
            "splitFactor": 1.0,
        }
        | changes
        for day in days
    ]


def alpha_vantage(*days: str, **changes: str) -> dict[str, Any]:
    item = {"1. open": "1.5", "2. high": "2.0", "3. low": "1.0", "4. close": "1.75"}
    item |= {"5. volume": "100"} | changes
    return {
        "Meta Data": {"2. Symbol": "ABC"},
        "Time Series (Daily)": dict.fromkeys(reversed(days), item),
    }


def polygon(*places: int, **changes: Any) -> dict[str, Any]:
    items = [
        {"v": 10.0, "vw": 1.2, "o": 1.1, "c": 1.2, "h": 1.3, "l": 1.0, "n": 3}
        | {"t": MIDNIGHT + place * DAY_MS}
        | changes
        for place in places
    ]
    return {"ticker": "ABC", "adjusted": False, "results": items, "status": "OK"}


def alpaca(*days: str, token: str | None = None) -> dict[str, Any]:
    items = [
        {"t": f"{day}T05:00:00Z", "o": 1.1, "h": 1.3, "l": 1.0, "c": 1.2, "v": 10, "n": 3}
        for day in days
    ]
    return {"bars": {"ABC": items}, "next_page_token": token}


GOOD = {
    "tiingo": tiingo("2024-01-02", "2024-01-03"),
    "alpha_vantage": alpha_vantage("2024-01-02", "2024-01-03"),
    "polygon": polygon(0, 1),
    "alpaca": alpaca("2024-01-02", "2024-01-03"),
}


def answers(provider: Provider, *symbols: str) -> list[BarsAnswer]:
    return list(provider.bars(symbols or ("ABC",), START, END))
