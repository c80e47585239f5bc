"""The limits of a task in words."""

from typing import Final

_PER: Final = {"s": "a second", "m": "a minute", "h": "an hour"}
_UNITS: Final = ((3600, "h"), (60, "min"), (1, "s"))


def rate(limit: str) -> str:
    """Celery's ``100/m`` as ``100 a minute``."""
    number, _, unit = limit.partition("/")
    return f"{number} {_PER[unit]}"


def span(seconds: int) -> str:
    """``1 h 30 min``; nothing for 0."""
    parts = []
    for size, unit in _UNITS:
        whole, seconds = divmod(seconds, size)
        if whole:
            parts.append(f"{whole} {unit}")
    return " ".join(parts)
