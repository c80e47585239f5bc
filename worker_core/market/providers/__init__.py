"""Sources of prices, corporate actions and economic series."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from worker_core.market.providers.base import HttpProvider
from worker_core.market.providers.client import Access, Client
from worker_core.market.providers.pace import LocalPace
from worker_core.market.providers.protocol import (
    ActionsAnswer,
    BarsAnswer,
    Capabilities,
    Pace,
    Provider,
    ProviderError,
    Rate,
)

__all__ = [
    "KEYED",
    "NAMES",
    "ActionsAnswer",
    "BarsAnswer",
    "Capabilities",
    "LocalPace",
    "Pace",
    "Provider",
    "ProviderError",
    "Rate",
    "Setup",
    "build",
    "client",
]

ADDRESSES: Final = {
    "tiingo": "https://api.tiingo.com",
    "alpha_vantage": "https://www.alphavantage.co",
    "polygon": "https://api.polygon.io",
    "alpaca": "https://data.alpaca.markets",
    "fred": "https://fred.stlouisfed.org",
    "sec": "https://data.sec.gov",
    "sec_files": "https://www.sec.gov",
}
KEYED: Final = ("tiingo", "alpha_vantage", "polygon", "alpaca")
NAMES: Final = (*KEYED, "yfinance", "folder", "sample")


@dataclass(frozen=True)
class Setup:
    """What sources need to be asked.

    Attributes:
        keys: by source; that of Alpaca is ``KEY_ID:SECRET``.
        addresses: instead of the usual ones.
        user_agent: who asks, with an address of mail, as the SEC wants it.
    """

    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    addresses: Mapping[str, str] = field(default_factory=dict)
    user_agent: str = ""
    folder: Path | None = None
    timeout_s: float = 30.0
    budget_s: float = 120.0
    max_bytes: int = 64 * 2**20


def build(name: str, setup: Setup, pace: Pace) -> Provider:
    """The source called ``name``.

    Raises:
        ProviderError: there is none, or something that it needs is not set up.
    """
    if name == "sample":
        from worker_core.market.providers.bundled import Sample

        return Sample()
    if name == "folder":
        from worker_core.market.providers.folder import Folder

        if setup.folder is None:
            raise ProviderError(
                "not_set_up", "No folder of prices is set.", "Give one in AFI_MARKET_FOLDER."
            )
        return Folder(setup.folder)
    if name == "yfinance":
        from worker_core.market.providers.yahoo import Yahoo

        return Yahoo(pace)
    if name not in KEYED:
        raise ProviderError(
            "not_set_up", f"There is no provider {name[:40]!r}.", f"There are {', '.join(NAMES)}."
        )
    kind = _kind(name)
    return kind(client(name, setup, pace, kind.capabilities.rates))


def client(name: str, setup: Setup, pace: Pace, rates: tuple[Rate, ...]) -> Client:
    """What asks the source called ``name``.

    Raises:
        ProviderError: it wants a key or a name that is not set.
    """
    headers, parameters, key = {}, {}, setup.keys.get(name, "").strip()
    if name in KEYED and not key:
        raise ProviderError(
            "not_set_up",
            f"No key for {name} is set.",
            f"Keep it with afi market key {name}, or in AFI_{name.upper()}_API_KEY.",
        )
    if not (key.isascii() and key.isprintable()):
        raise ProviderError("not_set_up", f"The key for {name} holds signs that no key has.")
    secrets: tuple[str, ...] = (key,)
    if name == "tiingo":
        headers["Authorization"] = f"Token {key}"
    elif name == "polygon":
        headers["Authorization"] = f"Bearer {key}"
    elif name == "alpha_vantage":
        parameters["apikey"] = key
    elif name == "alpaca":
        key_id, _, secret = key.partition(":")
        headers |= {"APCA-API-KEY-ID": key_id, "APCA-API-SECRET-KEY": secret}
        secrets = (key, key_id, secret)
    elif name.startswith("sec"):
        if "@" not in setup.user_agent:
            raise ProviderError(
                "not_set_up",
                "The SEC answers only those who say who they are.",
                "Give a name and an address of mail in AFI_SEC_USER_AGENT.",
            )
        headers["User-Agent"] = setup.user_agent
    access = Access(
        # Both hosts of the SEC count together.
        source="sec" if name.startswith("sec") else name,
        base_url=setup.addresses.get(name, ADDRESSES[name]),
        headers=headers,
        parameters=parameters,
        secrets=secrets,
        rates=rates,
        timeout_s=setup.timeout_s,
        budget_s=setup.budget_s,
        max_bytes=setup.max_bytes,
    )
    return Client(access, pace)


def _kind(name: str) -> type[HttpProvider]:
    if name == "tiingo":
        from worker_core.market.providers.tiingo import Tiingo

        return Tiingo
    if name == "alpha_vantage":
        from worker_core.market.providers.alpha_vantage import AlphaVantage

        return AlphaVantage
    if name == "polygon":
        from worker_core.market.providers.polygon import Polygon

        return Polygon
    from worker_core.market.providers.alpaca import Alpaca

    return Alpaca
