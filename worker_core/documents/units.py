"""Units of measure under one name each, however a format writes them."""

from decimal import Decimal

_NAMES = {
    "usd": "USD", "eur": "EUR", "gbp": "GBP", "jpy": "JPY", "cad": "CAD", "chf": "CHF",
    "aud": "AUD", "cny": "CNY", "shares": "shares", "share": "shares", "pure": "pure",
    "number": "pure", "percent": "pure",
}  # fmt: skip
_PER_SHARE = ("pershare", "/shares", "/share", "_per_share", "-per-shares", "_per_shares")


def unit_name(written: str) -> str | None:
    """``iso4217:USD`` and ``usd`` are ``USD``; ``usdPerShare`` is ``USD/shares``."""
    written = written.strip()
    if not written:
        return None
    lower = written.lower()
    for ending in _PER_SHARE:
        if lower.endswith(ending) and len(lower) > len(ending):
            return f"{_measure(written[: -len(ending)])}/shares"
    return _measure(written)


def plain(value: Decimal) -> Decimal:
    """The same number with all its digits: 5000000 for 5E+6."""
    return Decimal(int(value)) if value == value.to_integral_value() else value


def _measure(written: str) -> str:
    prefix, _, name = written.rpartition(":")
    if name.lower() in _NAMES:
        return _NAMES[name.lower()]
    if prefix.lower() == "iso4217" or (len(name) == 3 and name.isalpha()):
        return name.upper()
    return name[:64]
