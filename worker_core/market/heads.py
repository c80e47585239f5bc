"""The columns of a table of prices, by what they are called."""

from collections.abc import Sequence
from typing import Final

MOST_ROWS: Final = 5_000_000

_NAMES: Final = {
    "date": ("date", "datetime", "timestamp", "time", "day", "ds", "observation_date", ""),
    "open": ("open",),
    "high": ("high",),
    "low": ("low",),
    "close": ("close", "last", "price", "value", "y"),
    "volume": ("volume", "vol"),
    "adj_close": ("adj close", "adj_close", "adjclose", "adjusted_close"),
    "dividend": ("dividends", "dividend", "divcash"),
    "split": ("stock splits", "splits", "split", "splitfactor"),
    "symbol": ("symbol", "ticker", "unique_id"),
    "currency": ("currency",),
}
KNOWN: Final = frozenset(word for words in _NAMES.values() for word in words)
FIGURES: Final = ("open", "high", "low", "close", "volume", "adj_close", "dividend", "split")


class TableError(Exception):
    """A file that is no table of prices. The text names it, and says what is wanted."""


def places_of(filename: str, head: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Where each known column stands, and the heads of the others.

    Raises:
        TableError: dates or closes have no column, or a known one comes twice.
    """
    given = [name.strip().lower() for name in head]
    places: dict[str, int] = {}
    if twice := sorted({word for word in given if word in KNOWN and given.count(word) > 1}):
        raise TableError(
            f"{filename} has the column {twice[0]!r} more than once. Remove all but one."
        )
    for name, spellings in _NAMES.items():
        place = next((given.index(word) for word in spellings if word in given), None)
        if place is not None:
            places[name] = place
    if "close" not in places and "adj_close" in places:
        places["close"] = places.pop("adj_close")
    for name in ("date", "close"):
        if name not in places:
            seen = ", ".join(head[:12]) or "none"
            raise TableError(
                f"{filename} has no column {name!r} (its columns: {seen[:200]}). Wanted are date "
                "and close, and where there are any open, high, low, volume, symbol."
            )
    used = set(places.values())
    return places, tuple(word for place, word in enumerate(head) if place not in used)
