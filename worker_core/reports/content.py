"""What a report consists of, whatever it is written as."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from reportlab.graphics.shapes import Drawing

Level = Literal["ok", "note", "warning", "critical"]

LONGEST_CELL = 400
# What XML does not allow, and what would turn the reading direction of what follows.
_UNWRITABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def plain(text: object, most: int = 10_000) -> str:
    """Text from outside as it can stand in any document."""
    shown = _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", str(text))
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """``leads``: it stands on one page with what comes next."""

    text: str
    muted: bool = False
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Something to act on, or that all is well."""

    level: Level
    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """A few figures at a glance: what, and how much."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    numeric: bool = False
    share: float = 1.0
    """Of the width, beside the others."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. ``empty`` is said in its place when it has no rows."""

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[str]]
    empty: str


@dataclass(frozen=True, slots=True)
class Quotes:
    """Sentences of somebody else's, each with where it stands."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart. ``alt`` says in words what it shows, for those who do not see it."""

    title: str
    alt: str
    draw: "Callable[[], Drawing]"


Block = Heading | Text | Note | Facts | Grid | Quotes | Figure


@dataclass(frozen=True, slots=True)
class Report:
    """``about`` stands below the title: the period, or the company."""

    title: str
    about: str
    made_at: datetime
    blocks: tuple[Block, ...]


def number(value: float | None, digits: int = 3) -> str:
    """A number with its size in a letter; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    for letter, size in (("T", 1e12), ("B", 1e9), ("M", 1e6), ("k", 1e4)):
        if abs(value) >= size:
            return f"{_rounded(value / (1e3 if letter == 'k' else size), digits)}{letter}"
    if value == int(value) and abs(value) < 10_000:
        return f"{value:.0f}".replace("-", "−")
    return _rounded(value, digits)


def _rounded(value: float, digits: int) -> str:
    text = f"{value:.{max(0, digits - 1 - _order(value))}f}"
    return text.replace("-", "−")


def _order(value: float) -> int:
    return math.floor(math.log10(abs(value))) if value else 0


def seconds(value: float | None) -> str:
    """A duration as people read it."""
    if value is None or not math.isfinite(value):
        return "–"
    if abs(value) < 0.9995:
        return f"{value * 1000:.0f} ms" if abs(value) >= 0.001 or not value else "< 1 ms"
    if abs(value) < 120:
        return f"{value:.1f} s"
    return f"{value / 60:.1f} min" if abs(value) < 7200 else f"{value / 3600:.1f} h"


def percent(value: float | None, digits: int = 1) -> str:
    """A share; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value * 100:.{digits}f} %".replace("-", "−")


def moment(at: datetime | None) -> str:
    """A time in UTC, to the minute."""
    return "–" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"
